using Guard.Host.Configuration;
using Xunit;

namespace Guard.Host.Tests.Configuration;

public sealed class ReputationReaderTests
{
    private static (GuardSettings? Settings, IReadOnlyList<ConfigurationFault> Faults) Load(string reputation)
    {
        var file = Path.GetTempFileName();
        try
        {
            File.WriteAllText(file, $"accountguard {{ data-directory = /var/lib/guard, reputation {{ {reputation} }} }}\n");
            var loaded = GuardConfiguration.Load(file, new Dictionary<string, string>());
            return (loaded.Settings, loaded.Faults);
        }
        finally
        {
            File.Delete(file);
        }
    }

    [Fact]
    public void Nothing_is_asked_of_anybody_unless_it_is_named() => Assert.Empty(Load("").Settings!.Reputation);

    [Fact]
    public void A_feed_keeps_its_copy_in_the_data_directory()
    {
        var list = Assert.Single(Load("drop { url = \"https://www.spamhaus.org/drop/drop_v4.json\", bits = 4 }").Settings!.Reputation);
        Assert.Equal(("/var/lib/guard/lists/drop.list", 4.0, TimeSpan.FromHours(6)), (list.File, list.Bits, list.RenewEvery));
        Assert.Equal("https://www.spamhaus.org/drop/drop_v4.json", list.Source);
    }

    [Fact]
    public void A_zone_has_a_key_answers_and_resolvers_of_its_own()
    {
        var list = Assert.Single(
            Load(
                "authbl { dns = \"{key}.authbl.dq.spamhaus.net\", key = abc, answers { \"127.0.0.20\" = 5 }, name-servers = [\"127.0.0.1\", \"[::1]:5353\"] }"
            ).Settings!.Reputation
        );
        Assert.True(list.IsZone);
        Assert.Equal(5, list.Answers["127.0.0.20"]);
        Assert.Equal(["127.0.0.1:53", "[::1]:5353"], list.NameServers.Select(server => server.ToString()));
        Assert.DoesNotContain("abc", list.Source, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("a {}", "is missing")]
    [InlineData("a { file = x, dns = zone.example }", "is not all that is given")]
    [InlineData("a { url = \"ftp://example.com/list\" }", "is not an address of the web")]
    [InlineData("a { url = \"https://example.com/list\", renew-every = 1m }", "out of range")]
    [InlineData("a { dns = \"{key}.zone.example\" }", "is missing")]
    [InlineData("a { dns = \"no zone\" }", "is no zone")]
    [InlineData("a { dns = zone.example, answers { \"192.0.2.1\" = 3 } }", "is no answer of a list")]
    [InlineData("a { dns = zone.example, bits = 30 }", "is too much for a list alone")]
    [InlineData("\"../a\" { url = \"https://example.com/list\" }", "is no name of a list")]
    public void What_cannot_be_is_said(string reputation, string problem) =>
        Assert.Contains(Load(reputation).Faults, fault => fault.Problem.Contains(problem, StringComparison.Ordinal));
}
