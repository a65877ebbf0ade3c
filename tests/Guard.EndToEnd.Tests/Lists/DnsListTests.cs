using System.Collections.Immutable;
using System.Globalization;
using Guard.Host.Configuration;
using Guard.Host.Geo;
using Guard.Messages.Places;
using Xunit;

namespace Guard.EndToEnd.Tests.Lists;

/// <summary>Lists of reputation against rbldnsd, and in the built program.</summary>
public sealed class DnsListTests : IDisposable
{
    private const string Zone = "key.authbl.test";
    private const string Four =
        "192.0.2.66 :127.0.0.20:\n198.51.100.0/24 :127.0.0.4:\n203.0.113.9 :127.255.255.254:\n203.0.113.10 :192.0.2.1:\n127.0.0.2 :127.0.0.20:\n";
    private const string Six = ":127.0.0.20:\n2001:db8:66::/64\n";

    private readonly NameServer _server = new();
    private readonly GuardProgram _program = new();

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    private ReputationSettings List =>
        new("authbl", "", 4)
        {
            Zone = "{key}.authbl.test",
            Key = new Secret("key", ""),
            NameServers = [_server.Address],
            Answers = ImmutableDictionary.CreateRange<string, double>([new("127.0.0.20", 5)]),
        };

    private void Start()
    {
        Requirement.Root();
        Requirement.Programs("rbldnsd");
        _server.Start(Zone, Four, Six);
    }

    private static async Task<Place> MarkedAsync(DnsLists lists, string address)
    {
        var place = new Place(NetworkAddress.Parse(address));
        await GuardProgram.UntilAsync(
            () =>
            {
                lists.Ask(place.Address);
                return lists.Mark(place).Listed.Length > 0;
            },
            () => $"{address}: {lists.Status[0]}"
        );
        return lists.Mark(place);
    }

    [Fact]
    public async Task Listed_addresses_are_known_as_soon_as_the_list_answered()
    {
        Start();
        await using var lists = new DnsLists([List], TimeProvider.System);
        Assert.Equal(("authbl", 5f), (await MarkedAsync(lists, "192.0.2.66") is var four ? (four.Listed, four.ListedBits) : default));
        // Another address of the same /64 is the same network.
        await MarkedAsync(lists, "2001:db8:66::1");
        Assert.Equal("authbl", lists.Mark(new Place(NetworkAddress.Parse("2001:db8:66::7:7"))).Listed);
        foreach (var other in new[] { "192.0.2.67", "198.51.100.7", "2001:db8:67::1" })
        {
            await lists.AskAsync(NetworkAddress.Parse(other), Cancellation);
            Assert.Equal("", lists.Mark(new Place(NetworkAddress.Parse(other))).Listed);
        }
        Assert.Equal("", lists.Status[0].Trouble);
    }

    [Fact]
    public async Task Complaints_and_rewritten_answers_list_nobody_and_are_told()
    {
        Start();
        await using var lists = new DnsLists([List], TimeProvider.System);
        await lists.AskAsync(NetworkAddress.Parse("203.0.113.9"), Cancellation);
        Assert.Contains("does not serve public resolvers", lists.Status[0].Trouble, StringComparison.Ordinal);
        await lists.AskAsync(NetworkAddress.Parse("203.0.113.10"), Cancellation);
        Assert.Contains("does the resolver rewrite answers?", lists.Status[0].Trouble, StringComparison.Ordinal);
        Assert.Equal("", lists.Mark(new Place(NetworkAddress.Parse("203.0.113.9"))).Listed);
        Assert.Equal("", lists.Mark(new Place(NetworkAddress.Parse("203.0.113.10"))).Listed);
    }

    [Fact]
    public async Task A_server_that_is_gone_costs_no_caller_time_and_is_left_alone()
    {
        Start();
        await using var lists = new DnsLists([List], TimeProvider.System);
        await MarkedAsync(lists, "192.0.2.66");
        _server.Stop();
        // Far more than may wait: what is too much is dropped, and nobody who asks waits.
        for (var i = 0; i < 20_000; i++)
            lists.Ask(NetworkAddress.FromIPv4(0x0A000000u + (uint)i));
        await GuardProgram.UntilAsync(() => lists.Status[0].Trouble.Length > 0, () => lists.Status[0].Type);
        Assert.DoesNotContain(" 0 dropped", lists.Status[0].Type, StringComparison.Ordinal);
        // What was known is still known.
        Assert.Equal("authbl", lists.Mark(new Place(NetworkAddress.Parse("192.0.2.66"))).Listed);
        await GuardProgram.UntilAsync(() => lists.Status[0].Type.Contains(" 0 waiting", StringComparison.Ordinal), () => lists.Status[0].Type);
    }

    private static string Login(DateTimeOffset at, string from) =>
        $"{at.ToString("O", CultureInfo.InvariantCulture)} mail dovecot: imap-login: Login: user=<anna@example.com>, method=PLAIN, rip={from}, lip=192.0.2.1, mpid=1, session=<x>\n";

    private static IEnumerable<string> History(DateTimeOffset from, int days) =>
        Enumerable.Range(0, days * 8).Select(one => Login(from.AddDays(one / 8).AddHours(8 + one % 8), "203.0.113.77"));

    private string Configuration(string data, string feed) =>
        $$"""
            accountguard {
              data-directory = "{{data}}"
              geo { fetch-default = off, overrides = "{{_program["places"]}}" }
              cluster.listen = "127.0.0.1:{{FreePort.Next()}}"
              console.listen = off
              intake { postfix-policy.listen = off, auth-policy.listen = off, milter.listen = off, logs.files = ["{{_program["mail.log"]}}"] }
              reputation {
                authbl { dns = "{key}.authbl.test", key = key, bits = 8, name-servers = ["{{_server.Address}}"] }
                feed { url = "{{feed}}", bits = 2 }
              }
            }
            """;

    [Fact]
    public async Task The_guard_fetches_feeds_asks_lists_and_gives_them_as_a_reason()
    {
        Start();
        Requirement.Programs("python3");
        var web = FreePort.Next();
        Directory.CreateDirectory(_program["web"]);
        File.WriteAllText(_program["web/drop.txt"], "; Spamhaus DROP List 2026/11/26\n198.51.100.0/24 ; SBL256893\n");
        _program.StartProgram("/usr/bin/python3", "-m", "http.server", $"{web}", "--bind", "127.0.0.1", "--directory", _program["web"]);
        File.WriteAllText(_program["places"], "203.0.113.0/24 GB\n");
        File.WriteAllText(_program["guard.conf"], Configuration(_program["data"], $"http://127.0.0.1:{web}/drop.txt"));
        File.WriteAllLines(_program["mail.log"], []);
        var start = DateTimeOffset.UtcNow.AddDays(-41);
        File.AppendAllText(_program["mail.log"], string.Concat(History(start, 40)));
        _program.Start();
        await GuardProgram.UntilAsync(() => _program.Explain("anna@example.com") is not null, () => _program.Heard);
        await GuardProgram.UntilAsync(() => Health().Contains("list feed, 1 networks", StringComparison.Ordinal), Health);
        var before = DateTimeOffset.UtcNow.AddMinutes(-5);
        File.AppendAllText(_program["mail.log"], Login(before, "192.0.2.66"));
        await GuardProgram.UntilAsync(() => Health().Contains("1 questions, 1 listed", StringComparison.Ordinal), Health);
        File.AppendAllText(_program["mail.log"], Login(before.AddMinutes(1), "192.0.2.66") + Login(before.AddMinutes(2), "192.0.2.66"));
        await GuardProgram.UntilAsync(
            () => _program.Guard("explain", "--config", "guard.conf", "anna@example.com").Out.Contains("list authbl", StringComparison.Ordinal),
            () => _program.Guard("explain", "--config", "guard.conf", "anna@example.com").Out + _program.Heard
        );
        // What it would have done over the log, and what each list adds.
        var replay = _program.Guard("replay", "--config", "guard.conf", "--ask-lists", "--format", "ndjson", _program["mail.log"]);
        Assert.Contains(
            "{\"type\":\"list\",\"list\":\"authbl\",\"bits\":8,\"accounts\":1,\"quiet\":0,\"reports\":{\"more\":1,\"accounts\":1",
            replay.Out,
            StringComparison.Ordinal
        );
        Assert.Contains("\"list\":\"feed\",\"bits\":2,\"accounts\":0,", replay.Out, StringComparison.Ordinal);
        Assert.DoesNotContain(
            "\"listed\"",
            _program.Guard("replay", "--config", "guard.conf", "--format", "ndjson", _program["mail.log"]).Out,
            StringComparison.Ordinal
        );

        string Health() => _program.Guard("inspect", "--config", "guard.conf", "health").Out;
    }

    public void Dispose()
    {
        _program.Dispose();
        _server.Dispose();
    }
}
