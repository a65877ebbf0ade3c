using System.Text.Json.Nodes;
using Guard.Host.Configuration;
using Guard.Host.ConsoleModel.Contracts;
using Guard.Host.ConsoleModel.Policies;
using Guard.Messages.Policies;
using Xunit;

namespace Guard.Host.Tests.PolicyLayers;

/// <summary>What owners of sites may change: nothing that makes their site looser than the administrator has it, and nothing that reaches beyond it.</summary>
public sealed class OwnerBoundsSpecs
{
    private const string Site = "example.com";

    private const string File = """
        default {
          mode = enforce
          places { usual-list = [GB, EU], suspicious-list = [RO, UA, "192.0.2.0/24"] }
          services.ftp.allow = [GB]
          quotas = [ { per = 1d, recipients = 500 }, { per = 1d, recipients = 50, when = suspicious, alarm = on }, { per = 1h, logins = 120 } ]
          reactions.highest = suspended
        }
        sites {
          "example.com" { domains = ["example.com", "example.org"], users.info { quotas = [ { per = 1d, recipients = 20 } ] } }
          "open.example" { owners { may { services = free, places = free, mode = stricter }, ceiling { quotas = [ { per = 1d, recipients = 2000 }, { per = 1h, logins = 500 } ] } } }
        }
        """;

    private const string Quotas = """[{"per":"1d","recipients":500},{"per":"1d","recipients":50,"when":"suspicious","alarm":"on"},{"per":"1h","logins":120}]""";

    [Theory]
    [InlineData("""{"domains":["example.com","victim.example"]}""", "domains")]
    [InlineData("""{"mode":"observe"}""", "mode")]
    [InlineData("""{"effects":{"lock":"observe"}}""", "effects")]
    [InlineData("""{"effects":{"block":"enforce"}}""", "effects")]
    [InlineData("""{"quotas":[]}""", "quotas")]
    [InlineData(
        """{"quotas":[{"per":"1d","recipients":501},{"per":"1d","recipients":50,"when":"suspicious","alarm":"on"},{"per":"1h","logins":120}]}""",
        "quotas"
    )]
    [InlineData(
        """{"quotas":[{"per":"1h","recipients":400},{"per":"1d","recipients":50,"when":"suspicious","alarm":"on"},{"per":"1h","logins":120}]}""",
        "quotas"
    )]
    [InlineData("""{"quotas":[{"per":"1d","recipients":500},{"per":"1d","recipients":50,"when":"suspicious"},{"per":"1h","logins":120}]}""", "quotas")]
    [InlineData("""{"quotas":[{"per":"1d","recipients":500},{"per":"1d","recipients":50,"when":"usual","alarm":"on"},{"per":"1h","logins":120}]}""", "quotas")]
    [InlineData("""{"quotas":[{"per":"1d","mails":5},{"per":"1d","recipients":50,"when":"suspicious","alarm":"on"},{"per":"1h","logins":120}]}""", "quotas")]
    [InlineData("""{"reactions":{"highest":"normal"}}""", "reactions.highest")]
    [InlineData("""{"reactions":{"highest":"blocked"}}""", "reactions.highest")]
    [InlineData("""{"reactions":{"on-forbidden-place":"blocked"}}""", "reactions.on-forbidden-place")]
    [InlineData("""{"reactions":{"on-quota":"reported"}}""", "reactions.on-quota")]
    [InlineData("""{"reactions":{"on-anomaly":{"reported":"off","restricted":"off","suspended":"off"}}}""", "reactions.on-anomaly.suspended")]
    [InlineData("""{"reactions":{"on-anomaly":{"suspended":44}}}""", "reactions.on-anomaly.suspended")]
    [InlineData("""{"reactions":{"on-anomaly":{"blocked":30}}}""", "reactions.on-anomaly.blocked")]
    [InlineData("""{"reactions":{"redirect":{"suspended":"normal"}}}""", "reactions.redirect")]
    [InlineData("""{"reactions":{"restrict-to":"100%"}}""", "reactions.restrict-to")]
    [InlineData("""{"reactions":{"suspend-for":"1m"}}""", "reactions.suspend-for")]
    [InlineData("""{"reactions":{"block-for":"366d"}}""", "reactions.block-for")]
    [InlineData("""{"reactions":{"lock":"sending"}}""", "reactions.lock")]
    [InlineData("""{"learning":{"days":366}}""", "learning")]
    [InlineData("""{"brute-force":{"failures":1}}""", "brute-force")]
    [InlineData("""{"site-alarm":{"reported":0}}""", "site-alarm.reported")]
    [InlineData("""{"site-alarm":{"blocked":1}}""", "site-alarm.blocked")]
    [InlineData("""{"reports":{"admin":"off"}}""", "reports.admin")]
    [InlineData("""{"reports":{"webhook":"off"}}""", "reports.webhook")]
    [InlineData("""{"reports":{"abuse":"on"}}""", "reports.abuse")]
    [InlineData("""{"reports":{"from-rung":"blocked"}}""", "reports.from-rung")]
    [InlineData("""{"places":{"suspicious-list":[]}}""", "places")]
    [InlineData("""{"places":{"suspicious-list":["RO","UA"]}}""", "places")]
    [InlineData("""{"places":{"suspicious-list":["RO","UA","192.0.2.0/24","!192.0.2.7"]}}""", "places")]
    [InlineData("""{"places":{"suspicious-list":["RO","UA","192.0.2.0/25"]}}""", "places")]
    [InlineData("""{"services":{"ftp":{"allow":["*"]}}}""", "services")]
    [InlineData("""{"services":{"ftp":{"allow":["GB","RO"]}}}""", "services")]
    [InlineData("""{"users":{"anna":{"mode":"observe"}}}""", "users.anna@example.com.mode")]
    [InlineData("""{"users":{"info":{"quotas":[{"per":"1d","recipients":400}]}}}""", "users.info@example.com.quotas")]
    [InlineData("""{"users":{"anna":{"reactions":{"highest":"normal"}}}}""", "users.anna@example.org.reactions.highest")]
    [InlineData("""{"owners":{"may":{"mode":"free"}}}""", "owners")]
    [InlineData("""{"owners":{"ceiling":{"quotas":[]}},"quotas":[]}""", "owners")]
    public void What_reaches_further_is_refused_with_its_field(string own, string path) =>
        Assert.Contains(path, MistakesOf(Layers(), Site, own).Select(mistake => mistake.Path));

    [Theory]
    [InlineData("""{}""")]
    [InlineData("""{"quotas":[{"per":"1d","recipients":40},{"per":"1d","recipients":5,"when":"suspicious","alarm":"on"},{"per":"1h","logins":12}]}""")]
    [InlineData("""{"quotas":[{"per":"1h","recipients":20},{"per":"1d","recipients":50,"alarm":"on"},{"per":"1h","logins":120}]}""")]
    [InlineData(
        """{"quotas":[{"per":"7d","recipients":500,"of":"site"},{"per":"1d","recipients":50,"when":"suspicious","alarm":"on"},{"per":"1h","logins":120}]}"""
    )]
    [InlineData("""{"reactions":{"on-quota":"suspended","suspend-for":"3h","restrict-to":"5%","on-anomaly":{"reported":5}}}""")]
    [InlineData("""{"places":{"usual-list":["NZ"],"suspicious-list":["RO","UA","CN","192.0.0.0/16"]}}""")]
    [InlineData("""{"services":{"imap":{"allow":["*"]}}}""")]
    [InlineData("""{"services":{"imap":{"allow":[]}}}""")]
    [InlineData("""{"services":{"imap":{"allow":["Japan"]},"ftp":{"allow":["GB-SCT"]}}}""")]
    [InlineData("""{"reports":{"owner":"on","owner-address":"me@example.com","language":"de"}}""")]
    [InlineData("""{"users":{"anna":{"quotas":[{"per":"1d","recipients":1,"alarm":"on"},{"per":"1h","logins":1}]}}}""")]
    public void What_is_stricter_or_the_owners_own_affair_is_theirs(string own) => Assert.Empty(MistakesOf(Layers(), Site, own));

    [Fact]
    public void The_administrator_says_what_else_owners_may()
    {
        Assert.Empty(
            MistakesOf(
                Layers(),
                "open.example",
                """{"services":{"ftp":{"allow":["*"]}},"places":{"suspicious-list":[]},"quotas":[{"per":"1d","recipients":1999},{"per":"1d","recipients":50,"when":"suspicious","alarm":"on"},{"per":"1h","logins":120}]}"""
            )
        );
        Assert.Contains("quotas", MistakesOf(Layers(), "open.example", """{"quotas":[{"per":"1d","recipients":2001}]}""").Select(mistake => mistake.Path));
        Assert.Contains("mode", MistakesOf(Layers(), "open.example", """{"mode":"observe"}""").Select(mistake => mistake.Path));
    }

    [Fact]
    public void What_the_administrator_granted_here_may_stay_and_be_narrowed_and_no_more()
    {
        var granted = Layers().With(Site, """{"quotas":[{"per":"1d","recipients":5000},{"per":"1h","logins":120}],"mode":"observe"}""");
        const string Kept = "\"mode\":\"observe\"";
        Assert.Empty(MistakesOf(granted, Site, $$"""{{{Kept}},"quotas":[{"per":"1d","recipients":5000},{"per":"1h","logins":100}]}"""));
        Assert.Empty(MistakesOf(granted, Site, $$"""{{{Kept}},"quotas":{{Quotas}}}"""));
        Assert.Contains(
            "quotas",
            MistakesOf(granted, Site, $$"""{{{Kept}},"quotas":[{"per":"1d","recipients":5001},{"per":"1h","logins":120}]}""").Select(mistake => mistake.Path)
        );
        // Not theirs in either direction.
        Assert.Contains("mode", MistakesOf(granted, Site, $$"""{"quotas":{{Quotas}}}""").Select(mistake => mistake.Path));
    }

    [Fact]
    public void An_accounts_policy_is_bound_like_its_sites()
    {
        const string anna = "example.com/anna@example.com";
        foreach (
            var own in new[] { """{"mode":"observe"}""", """{"quotas":[]}""", """{"reactions":{"highest":"normal"}}""", """{"reports":{"admin":"off"}}""" }
        )
            Assert.NotEmpty(MistakesOf(Layers(), anna, own));
        Assert.Empty(MistakesOf(Layers(), anna, """{"reactions":{"on-quota":"suspended"}}"""));
        Assert.NotEmpty(MistakesOf(Layers(), "example.com/info@example.com", """{"quotas":[{"per":"1d","recipients":21}]}"""));
        Assert.Empty(MistakesOf(Layers(), "example.com/info@example.com", """{"quotas":[{"per":"1d","recipients":20}]}"""));
    }

    [Fact]
    public void Moving_places_to_another_class_does_not_take_their_quota_away()
    {
        const string byClass = """
            default { quotas = [ { per = 1d, recipients = 500, when = usual }, { per = 1d, recipients = 50, when = neutral }, { per = 1d, recipients = 5, when = suspicious } ], places.usual-list = [GB] }
            """;
        var layers = Layers(byClass);
        // New Zealand would come from 50 to 500.
        Assert.Contains("quotas", MistakesOf(layers, Site, """{"places":{"usual-list":["GB","NZ"]}}""").Select(mistake => mistake.Path));
        Assert.Empty(
            MistakesOf(
                layers,
                Site,
                """{"places":{"usual-list":["GB","NZ"]},"quotas":[{"per":"1d","recipients":50},{"per":"1d","recipients":5,"when":"suspicious"}]}"""
            )
        );
    }

    [Fact]
    public void Every_value_of_a_policy_has_a_rule()
    {
        var rules = BoundRules.All.Select(rule => rule.Path).ToArray();
        foreach (var path in PathsOf(PolicyJson.Write(GuardPolicy.Default), ""))
            Assert.True(
                rules.Any(rule => path == rule || path.StartsWith(rule + ".", StringComparison.Ordinal)),
                $"{path}: say in BoundRules when it is looser; until then owners cannot change it"
            );
    }

    [Fact]
    public void Nobody_sets_domains_at_run_time_and_what_was_set_before_does_not_hold()
    {
        var (_, faults) = Layers().With(Site, """{"domains":["example.com","victim.example"]}""").Read();
        Assert.Contains(faults.Faults, fault => fault.File == JsonNodes.File && fault.Key.EndsWith("example.com\".domains", StringComparison.Ordinal));
    }

    [Fact]
    public void Owners_are_shown_how_far_they_may_go()
    {
        var bounds = new PolicyBounds(Layers(), Site).Show().ToDictionary(bound => bound.Section);
        Assert.Equal(("no", "stricter", "home"), (bounds["mode"].May, bounds["quotas"].May, bounds["places"].May));
        Assert.Equal(3, bounds["quotas"].Ceiling!.AsArray().Count);
        var open = new PolicyBounds(Layers(), "open.example").Show().ToDictionary(bound => bound.Section);
        Assert.Equal(("free", null), (open["services"].May, open["services"].Ceiling));
        Assert.Equal(2000, open["quotas"].Ceiling![0]!["recipients"]!.GetValue<long>());
    }

    private static PolicyMistake[] MistakesOf(LayeredPolicies layers, string subject, string own)
    {
        var draft = layers.With(subject, own);
        var read = draft.Read(subject).Faults.Faults.Where(fault => fault.File == JsonNodes.File && !fault.Key.EndsWith("domains", StringComparison.Ordinal));
        Assert.Empty(read);
        var present = layers.Set.TryGetValue(subject, out var standing) ? standing.Own : "{}";
        return [.. new PolicyBounds(layers, subject).Mistakes(draft, JsonNodes.Parse(present), JsonNodes.Parse(own))];
    }

    private static IEnumerable<string> PathsOf(JsonObject section, string above) =>
        section.SelectMany(member => member.Value is JsonObject inner ? PathsOf(inner, $"{above}{member.Key}.") : [above + member.Key]);

    private static LayeredPolicies Layers(string text = File)
    {
        var file = Path.GetTempFileName();
        System.IO.File.WriteAllText(file, $"accountguard.policy {{ {text} }}");
        var loaded = GuardConfiguration.Load(file);
        System.IO.File.Delete(file);
        Assert.Empty(loaded.Faults);
        return LayeredPolicies.Of(loaded.Settings!.PolicyTree, GuardMode.Observe);
    }
}
