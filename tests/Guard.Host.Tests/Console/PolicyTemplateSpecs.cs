using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json.Nodes;
using Guard.Host.ConsoleModel.Contracts;
using Guard.Host.ConsoleModel.Policies;
using Guard.Host.Web.Policies;
using Guard.Host.Web.Texts;
using Guard.Messages.Identity;
using Guard.Messages.Policies;
using Xunit;

namespace Guard.Host.Tests.Console;

/// <summary>Templates of limits write what the forms would, and say it in a sentence.</summary>
public sealed class PolicyTemplateSpecs
{
    public PolicyTemplateSpecs() => CultureInfo.CurrentUICulture = Languages.Find("en");

    [Fact]
    public void Users_of_two_countries_are_let_in_from_there_alone()
    {
        var draft = Draft();
        var template = CountryTemplate.Of(draft) with { Places = ["DE", "RO"] };
        template.ApplyTo(draft);
        Assert.Equal("""{"places":{"usual-list":["DE","RO"],"suspicious-list":["CN"]},"services":{"*":{"allow":["DE","RO"]}}}""", draft.Own.ToJsonString());
        Assert.Contains("unless they come from Germany or Romania", template.Sentence(), StringComparison.Ordinal);
    }

    [Fact]
    public void Others_may_be_let_in_and_weigh_more()
    {
        var draft = Draft();
        (CountryTemplate.Of(draft) with { Refuses = false }).ApplyTo(draft);
        Assert.Equal("""{"places":{"usual-list":["GB","IE"],"others":"suspicious"}}""", draft.Own.ToJsonString());
    }

    [Fact]
    public void At_home_500_and_50_from_everywhere_else_with_the_other_quotas_kept()
    {
        var draft = Draft();
        var template = HomeTemplate.Of(draft);
        template.ApplyTo(draft);
        Assert.Equal(
            """{"quotas":[{"per":"1d","recipients":500},{"per":"1d","recipients":50,"when":"elsewhere","alarm":"on"},{"per":"1h","logins":120}]}""",
            draft.Own.ToJsonString()
        );
        Assert.Contains(
            "500 recipients in 24 hours, and from outside United Kingdom and Ireland to 50, all other countries counted together",
            template.Sentence(),
            StringComparison.Ordinal
        );
    }

    [Fact]
    public void Used_twice_it_is_there_once()
    {
        var draft = Draft();
        HomeTemplate.Of(draft).ApplyTo(draft);
        (HomeTemplate.Of(draft) with { Elsewhere = "20" }).ApplyTo(draft);
        Assert.Equal(["500", "20", "120"], draft.Quotas.Select(quota => quota.Amount));
    }

    [Theory]
    [InlineData("", "50")]
    [InlineData("500", "a few")]
    [InlineData("-1", "50")]
    [InlineData("500", "99999999999")]
    public void Amounts_that_are_none_cannot_be_used(string atHome, string elsewhere) => Assert.False(new HomeTemplate(atHome, elsewhere, ["DE"]).IsWhole);

    [Fact]
    public void Changes_are_told_a_setting_a_line_and_never_as_json()
    {
        var before = (JsonObject)JsonNode.Parse("""{"mode":"observe","services":{"ftp":{"allow":["GB"]}}}""")!;
        var after = (JsonObject)JsonNode.Parse("""{"services":{"ftp":{"allow":["GB","RO"]}},"quotas":[{"per":"1d","recipients":50}]}""")!;
        Assert.Equal(
            [
                new("mode", "observe", null),
                new("services.ftp.allow", "United Kingdom", "United Kingdom, Romania"),
                new("quotas", null, "50 recipients per day"),
            ],
            PolicyWords.Changes(before, after)
        );
    }

    [Theory]
    [InlineData("places.usual-list", "Usual places")]
    [InlineData("services.imap.deny", "IMAP: refused from")]
    [InlineData("quotas[0].per", "Quota 1")]
    [InlineData("reactions.redirect.suspended", "Instead of suspended")]
    [InlineData("a-key.of-a-newer-node", "a-key.of-a-newer-node")]
    public void A_setting_has_a_name_and_an_unknown_key_stays(string path, string expected) => Assert.Equal(expected, PolicyWords.Name(path));

    [Fact]
    public void Every_setting_of_a_policy_has_a_name_in_both_languages()
    {
        foreach (var language in new[] { "en", "de" })
        {
            CultureInfo.CurrentUICulture = Languages.Find(language);
            var paths = Paths(PolicyJson.Write(GuardPolicy.Default), "").ToList();
            Assert.True(paths.Count > 30, $"hardly any settings were read: {paths.Count}");
            Assert.DoesNotContain(paths, path => PolicyWords.Name(path) == path);
        }
    }

    private static IEnumerable<string> Paths(JsonObject policy, string above) =>
        policy.SelectMany(one => one.Value is JsonObject section ? Paths(section, $"{above}{one.Key}.") : [$"{above}{one.Key}"]);

    private static PolicyDraft Draft() => new(new PolicyForm(PolicySubject.Of(new SiteId("example.net")), 0, [], Fields, GuardPolicy.Default, ""));

    private static ImmutableArray<PolicyField> Fields =>
        [
            Field("places.usual-list", """["GB","IE"]"""),
            Field("places.suspicious-list", """["RO","CN"]"""),
            Field("places.others", "\"neutral\""),
            Field("quotas", """[{"per":"1d","recipients":1000},{"per":"1h","logins":120}]"""),
        ];

    private static PolicyField Field(string path, string json) =>
        new(path, JsonNode.Parse(json), PolicyLayer.FileDefault, "", JsonNode.Parse(json), PolicyLayer.FileDefault);
}
