using Guard.Host.Configuration;
using Guard.Host.Web.Policies;
using Xunit;

namespace Guard.Host.Tests.Configuration;

/// <summary>Rules that can never fire are warnings, with file and line.</summary>
public sealed class DeadRulesSpecs
{
    [Theory]
    [InlineData("quotas = [\n{ per = 1d, recipients = 50, when = suspicious }\n]", 3, "no place is suspicious")]
    [InlineData("quotas = [\n{ per = 1d, recipients = 50, when = usual }\n]", 3, "no place is usual")]
    [InlineData("places { others = usual }\nquotas = [ { per = 1d, recipients = 50, when = neutral } ]", 3, "no place is neutral")]
    [InlineData("quotas = [\n{ per = 1d, recipients = 50 }\n{ per = 1h, recipients = 60 }\n]", 4, "50 recipients in 1d are used up before 60")]
    [InlineData("services.imap {\nallow = []\n}", 3, "allows nobody")]
    [InlineData("services.imap {\nallow = [GB]\ndeny = [RO]\n}", 4, "deny RO never fires")]
    [InlineData("places {\nusual-list = [\nEU\nAS\n]\n}", 5, "AS is the country American Samoa")]
    [InlineData("services.ftp.allow = [ Europe, \"SA\" ]", 2, "SA is the country Saudi Arabia")]
    [InlineData("brute-force.failures = 5\nreactions.highest = suspended", 2, "no address is ever blocked")]
    public void A_rule_that_can_never_fire_is_told_with_its_line(string policy, int line, string said)
    {
        var loaded = Load(policy);
        Assert.Empty(loaded.Faults);
        var warning = Assert.Single(loaded.Warnings, warning => warning.Problem.Contains(said, StringComparison.Ordinal));
        Assert.Equal(line, warning.Line);
        Assert.EndsWith("c.conf", warning.File, StringComparison.Ordinal);
        Assert.StartsWith("accountguard.policy.default.", warning.Key, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("places.suspicious-list = [RO]\nquotas = [ { per = 1d, recipients = 50, when = suspicious } ]")]
    [InlineData("places.others = suspicious\nquotas = [ { per = 1d, recipients = 50, when = suspicious } ]")]
    [InlineData("quotas = [ { per = 1d, recipients = 50 }, { per = 1h, recipients = 20 }, { per = 1d, mails = 50 } ]")]
    [InlineData("quotas = [ { per = 1d, recipients = 50 }, { per = 1d, recipients = 500, of = site } ]")]
    [InlineData("services.imap { allow = [EU], deny = [RO] }")]
    [InlineData("services.imap { allow = [\"192.0.2.0/24\"], deny = [RO] }")]
    [InlineData("places.usual-list = [AS, US]")]
    [InlineData("places.usual-list = [EU, \"continent:AS\"]")]
    public void A_rule_that_may_fire_is_not_warned_of(string policy)
    {
        var loaded = Load(policy);
        Assert.Empty(loaded.Faults);
        Assert.Empty(loaded.Warnings);
    }

    [Fact]
    public void A_site_that_takes_the_suspicious_places_away_leaves_an_inherited_quota_dead()
    {
        var loaded = LoadText(
            "accountguard.policy {\ndefault { places.suspicious-list = [RO], quotas = [ { per = 1d, recipients = 5, when = suspicious } ] }\nsites.\"example.com\" {\nplaces.suspicious-list = []\n}\n}"
        );
        Assert.Equal(4, Assert.Single(loaded.Warnings).Line);
    }

    public static TheoryData<string> Shipped =>
        [.. Directory.GetFiles(Path.Combine(Repository.Root, "hocon"), "*.conf").Select(file => Path.GetFileName(file)!)];

    [Theory]
    [MemberData(nameof(Shipped))]
    public void Nothing_that_we_ship_has_a_dead_rule(string file) =>
        Assert.DoesNotContain(
            GuardConfiguration.Load(Path.Combine(Repository.Root, "hocon", file)).Warnings,
            warning => warning.Problem.Contains("never", StringComparison.Ordinal) || warning.Problem.Contains("allows nobody", StringComparison.Ordinal)
        );

    [Fact]
    public void A_place_that_is_typed_replaces_everywhere()
    {
        Assert.Equal(["GB"], PlaceChoice.With(["*"], ["GB"]));
        Assert.Equal(["GB", "IE"], PlaceChoice.With(["GB"], ["IE", "GB"]));
        Assert.Equal(["*", "!RO"], PlaceChoice.With(["*"], ["!RO"]));
        Assert.Equal(["GB", "*"], PlaceChoice.With(["GB"], ["*"]));
    }

    private static ConfigurationResult Load(string policy) => LoadText($"accountguard.policy.default {{\n{policy}\n}}");

    private static ConfigurationResult LoadText(string text)
    {
        var directory = Directory.CreateTempSubdirectory("dead-rules");
        try
        {
            var file = Path.Combine(directory.FullName, "c.conf");
            File.WriteAllText(file, text);
            return GuardConfiguration.Load(file);
        }
        finally
        {
            directory.Delete(true);
        }
    }
}
