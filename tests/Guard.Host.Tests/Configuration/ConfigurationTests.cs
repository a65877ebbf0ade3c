using Guard.Host.Configuration;
using Guard.Messages.Identity;
using Guard.Messages.Policies;
using Xunit;

namespace Guard.Host.Tests.Configuration;

public sealed class ConfigurationTests
{
    private static ConfigurationResult Load(string text)
    {
        var file = Path.GetTempFileName();
        try
        {
            File.WriteAllText(file, text);
            return GuardConfiguration.Load(file);
        }
        finally
        {
            File.Delete(file);
        }
    }

    [Theory]
    [InlineData("accountguard {\n  mode = maybe\n}", 2, "accountguard.mode", "observe, enforce")]
    [InlineData(
        "accountguard.policy.default.reactions {\n\n suspend-fr = 1h }",
        3,
        "accountguard.policy.default.reactions.suspend-fr",
        "did you mean suspend-for?"
    )]
    [InlineData(
        "accountguard.policy.default {\n quotas = [\n  { per = 1d, recipients = 5 },\n  { per = soon, recipients = 5 }\n ]\n}",
        4,
        "accountguard.policy.default.quotas[1].per",
        "1h, 1d"
    )]
    [InlineData("accountguard.policy.default.quotas = [ { per = 1d } ]", 1, "accountguard.policy.default.quotas[0]", "exactly one of")]
    [InlineData("accountguard.policy.default.places.usual-list = [GB, Narnia]", 1, "accountguard.policy.default.places.usual-list", "a country")]
    [InlineData("accountguard.policy.default.reactions.restrict-to = 200%", 1, "accountguard.policy.default.reactions.restrict-to", "10%")]
    [InlineData(
        "accountguard.policy.default.reactions.on-anomaly { reported = 30, restricted = 20 }",
        1,
        "accountguard.policy.default.reactions.on-anomaly",
        "rise"
    )]
    [InlineData("accountguard.intake.milter.listen = nowhere", 1, "accountguard.intake.milter.listen", "127.0.0.1:10033")]
    [InlineData("accountguard.policy.default.services.telnet { allow = [GB] }", 1, "accountguard.policy.default.services.telnet", "ssh")]
    [InlineData("nonsense = 1", 1, "nonsense", "accountguard")]
    [InlineData("accountguard {\n  mode = observe\n", 1, "syntax", "closing")]
    public void Every_mistake_has_its_line_key_and_expectation(string text, int line, string key, string expected)
    {
        var fault = Assert.Single(Load(text).Faults);
        Assert.Equal(line, fault.Line);
        Assert.Equal(key, fault.Key);
        Assert.Contains(expected, fault.Expected, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("countries", 1000, "")]
    [InlineData("networks", 1000, "")]
    [InlineData("addresses", 1000, "")]
    [InlineData("failures", 9, "anybody fails at its accounts")]
    [InlineData("attempts", 9, "anybody fails at its accounts")]
    [InlineData("passwords", 9, "anybody fails at its accounts")]
    [InlineData("accounts", 9, "the names that one address tries")]
    public void What_a_whole_site_cannot_be_limited_by_is_told_with_the_reason(string unit, int limit, string why)
    {
        var loaded = Load($"accountguard.policy.default {{\n quotas = [\n  {{ per = 1h, {unit} = {limit}, of = site }}\n ]\n}}");
        if (why.Length == 0)
            Assert.Empty(loaded.Faults);
        else
            Assert.Equal((3, true), (Assert.Single(loaded.Faults).Line, loaded.Faults[0].Problem.Contains(why, StringComparison.Ordinal)));
    }

    [Fact]
    public void What_is_Akkas_and_Petabridges_is_handed_over_as_it_is_written()
    {
        var loaded = Load("petabridge.cmd { host = 127.0.0.1\n port = 9111 }\nakka.loglevel = INFO\nakka.persistence.journal.x.connection-string = hidden");
        Assert.Empty(loaded.Faults);
        Assert.Equal(9111, loaded.Akka.GetInt("petabridge.cmd.port"));
        Assert.Equal("INFO", loaded.Akka.GetString("akka.loglevel"));
        Assert.Equal(
            [
                ("akka.loglevel", "INFO"),
                ("akka.persistence.journal.x.connection-string", "…"),
                ("petabridge.cmd.host", "127.0.0.1"),
                ("petabridge.cmd.port", "9111"),
            ],
            loaded.Settings!.Passed.Select(setting => (setting.Key, setting.Value))
        );
        Assert.EndsWith(":2", loaded.Settings.Passed[3].Where, StringComparison.Ordinal);
        // This build has nothing that would heed it.
        Assert.Equal("petabridge", Assert.Single(loaded.Warnings, warning => warning.Key.StartsWith("petabridge", StringComparison.Ordinal)).Key);
    }

    [Fact]
    public void Of_Petabridges_tools_only_its_client_is_known() =>
        Assert.Equal("petabridge.phobos", Assert.Single(Load("petabridge.phobos.enabled = on").Faults).Key);

    [Fact]
    public void All_mistakes_are_told_at_once() => Assert.Equal(3, Load("accountguard { mode = x\n log-level = y\n typo = 1 }").Faults.Count);

    [Fact]
    public void The_example_of_the_design_is_read_with_its_inheritance()
    {
        var loaded = Load(
            """
            accountguard {
              mode = observe
              policy.default {
                places { usual-list = [GB, IE, "EU"], suspicious-list = [RO, UA, CN], others = neutral }
                services.smtp { allow = ["*"] }
                services.ftp  { allow = [GB] }
                quotas = [ { per = 1d, recipients = 500 }, { per = 1d, recipients = 50, when = suspicious, alarm = on }, { per = 1h, logins = 120 } ]
                reactions { on-quota = restricted, on-forbidden-place = reported, on-anomaly { reported = 10, restricted = 20, suspended = 30 }
                            highest = blocked, suspend-for = 1h, block-for = 1d, restrict-to = 10% }
              }
              policy.sites."example.com" { quotas = [ { per = 1d, recipients = 5000, of = site } ], users.info { reactions.highest = suspended } }
            }
            """
        );
        Assert.Empty(loaded.Faults);
        var book = loaded.Settings!.Policies;
        Assert.Equal(3, book.Default.Quotas.Length);
        Assert.Equal(new Quota(TimeSpan.FromDays(1), QuotaUnit.Recipients, 50, PlaceClass.Suspicious, true), book.Default.Quotas[1]);
        var site = book.For(book.SiteOf(new UserId("info@example.com")));
        Assert.Equal(QuotaScope.Site, Assert.Single(site.Policy.Quotas).Of);
        Assert.Equal(Rung.Blocked, site.Policy.Reactions.Highest);
        Assert.Equal(Rung.Suspended, site.For(new UserId("info@example.com")).Reactions.Highest);
        Assert.Equal(Rung.Blocked, site.For(new UserId("anna@example.com")).Reactions.Highest);
        Assert.Equal(["RO", "UA", "CN"], site.For(new UserId("info@example.com")).Places.Suspicious);
        Assert.Equal(0.1, book.Default.Reactions.RestrictTo);
    }

    [Fact]
    public void Shipped_configurations_have_no_mistakes()
    {
        var directory = Path.Combine(Repository.Root, "hocon");
        var files = Directory.GetFiles(directory, "*.conf");
        Assert.NotEmpty(files);
        Assert.All(files, file => Assert.Empty(GuardConfiguration.Load(file).Faults));
    }
}
