using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using Guard.Host.Inspection;
using Guard.Host.Node;
using Xunit;

namespace Guard.EndToEnd.Tests.Cluster;

/// <summary>
/// Three nodes on one PostgreSQL, each on a machine of its own. The journal keeps every row, so that afterwards it can be told what was counted.
/// ACCOUNTGUARD_CLUSTER_RATE sets the logins a second, ACCOUNTGUARD_CLUSTER_OUTAGE the seconds for which the database stays away.
/// </summary>
public sealed class ThreeNodes : IAsyncLifetime
{
    public const int Accounts = 300;
    public const int QuotaAccounts = 12;

    /// <summary>Recipients that the accounts of the site may have together; they ask for more.</summary>
    public const int SiteQuota = 600;

    /// <summary>Share a quota: one as a whole, the other over branches.</summary>
    public const string QuotaSite = "quota.example";
    public const string BranchedSite = "branched.example";

    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(4);

    private readonly string _directory = System.IO.Directory.CreateTempSubdirectory("accountguard-three").FullName;
    private MachineNetwork? _network;
    private ClusterDatabase? _database;
    private LoginTraffic? _logins;
    private long _sentBefore;

    internal IReadOnlyList<NodeProcess> Nodes { get; private set; } = [];

    internal MachineNetwork Network => _network!;

    internal ClusterDatabase Database => _database!;

    public static int Rate => Setting("ACCOUNTGUARD_CLUSTER_RATE", 2000);

    public static TimeSpan Outage => TimeSpan.FromSeconds(Setting("ACCOUNTGUARD_CLUSTER_OUTAGE", 30));

    /// <summary>Logins that were ever written into a log.</summary>
    public long Sent => _sentBefore + (_logins?.Sent ?? 0);

    private string Tls => Path.Combine(_directory, "tls");

    private static int Setting(string name, int usual) =>
        int.TryParse(Environment.GetEnvironmentVariable(name), NumberStyles.None, CultureInfo.InvariantCulture, out var value) ? value : usual;

    public ValueTask InitializeAsync() => ValueTask.CompletedTask;

    /// <summary>Starts what is not there yet; every test begins with it.</summary>
    public async Task BeginAsync()
    {
        Requirement.That(ClusterDatabase.Binaries is not null, "PostgreSQL is not installed (apt-get install postgresql)");
        Requirement.Root();
        Requirement.Programs("ip", "nft", "setpriv");
        if (_network is null)
        {
            _network = await MachineNetwork.StartAsync(3);
            _database = new ClusterDatabase(_directory, _network.Hub);
            await _database.CreateAsync();
            Nodes = [.. Enumerable.Range(0, 3).Select(machine => new NodeProcess(_directory, $"node{machine}", _network.On(machine)))];
            Assert.Equal(
                0,
                Guard.Host.Commands.ClusterCertificatesCommand.Run(Tls, [.. Nodes.Select(node => node.Name)], 30, TextWriter.Null, TextWriter.Null)
            );
            for (var machine = 0; machine < 3; machine++)
                await ConfigureAsync(machine);
            foreach (var node in Nodes)
                node.Start();
        }
        await UntilTogetherAsync();
        _logins = new LoginTraffic(Nodes, Accounts, Rate);
        _logins.Start();
        var counted = await CountedAsync(Nodes[0]);
        await UntilAsync(async () => await CountedAsync(Nodes[0]) > counted, "nothing is counted");
    }

    private async Task ConfigureAsync(int machine)
    {
        var node = Nodes[machine];
        await File.WriteAllTextAsync(node.Log, "");
        // Who may not be let through without the guard is only asked of the first two: so it is seen what was allowed, and what went unanswered.
        await File.WriteAllTextAsync(
            node["guard.conf"],
            $$"""
            include "{{GuardProgram.Root}}/hocon/cluster.conf"
            akka.loglevel = {{Environment.GetEnvironmentVariable("ACCOUNTGUARD_CLUSTER_AKKA_LOG") ?? "WARNING"}}
            accountguard {
              mode = enforce
              data-directory = "{{node["data"]}}"
              cluster {
                listen = "{{MachineNetwork.AddressOf(machine)}}:4053"
                advertise = "{{MachineNetwork.AddressOf(machine)}}"
                node = "{{node.Name}}"
                tls { certificate = "{{Tls}}/{{node.Name}}.crt", key = "{{Tls}}/{{node.Name}}.key", ca = "{{Tls}}/ca.crt" }
                seeds = ["{{MachineNetwork.AddressOf(0)}}", "{{MachineNetwork.AddressOf(1)}}", "{{MachineNetwork.AddressOf(2)}}"]
              }
              persistence { postgres-connection = "{{ClusterDatabase.Connection}}", keep-events = 1000000 }
              intake {
                logs { files = ["{{node.Log}}"], default-domain = "example.com" }
                postfix-policy.listen = "unix:{{node.PolicySocket}}"
                auth-policy.listen = off
                milter.listen = off
                unanswered = {{(machine == 2 ? "allow" : "defer")}}
              }
              console.listen = off
              geo.fetch-default = off
              enforcement.firewall {
                backend = command
                block-command = ["/bin/sh", "-c", "echo + $0 >> {{node["firewall"]}}", "{network}"]
                unblock-command = ["/bin/sh", "-c", "echo - $0 >> {{node["firewall"]}}", "{network}"]
              }
              policy.default { quotas = [], reactions.on-anomaly { reported = off, restricted = off, suspended = off, blocked = off } }
              policy.sites."{{QuotaSite}}" { quotas = [ { per = 1w, recipients = {{SiteQuota}}, of = site } ], reactions { highest = reported } }
              policy.sites."{{BranchedSite}}" { branches = 4, quotas = [ { per = 1w, recipients = {{SiteQuota}}, of = site } ], reactions { highest = reported } }
            }
            """
        );
    }

    /// <summary>Waits until all nodes are members, as each of them sees it.</summary>
    public Task UntilTogetherAsync() =>
        UntilAsync(
            async () =>
            {
                foreach (var node in Nodes)
                {
                    if (await MembersAsync(node) != Nodes.Count)
                        return false;
                }
                return true;
            },
            "the nodes do not come together"
        );

    /// <summary>Ends the traffic, and waits until each login that is in a log is counted, no more and no less.</summary>
    public async Task SettleAsync()
    {
        await _logins!.StopAsync();
        (_sentBefore, _logins) = (Sent, null);
        var counted = 0L;
        await UntilAsync(
            async () =>
            {
                counted = await CountedAsync(Nodes[0]);
                Assert.True(counted <= Sent, $"{counted} logins are counted, {Sent} were sent");
                return counted == Sent;
            },
            () => $"{counted} of {Sent} logins are counted"
        );
        await using var open = await Database.OpenAsync();
        Assert.Equal((Sent, 0L), await JournalAudit.LoginsAsync(open));
        Assert.Empty(await JournalAudit.GapsAsync(open));
        // Each life of an entity writes under an id of its own. Two that were alive at a time would have taken turns, and their rows would have collided.
        Assert.True(await JournalAudit.WritersAsync(open) >= Nodes.Count);
        Assert.Equal(0, await JournalAudit.TurnsAsync(open));
        Assert.DoesNotContain(Nodes.SelectMany(node => node.Heard.Split('\n')), line => line.Contains("duplicate key", StringComparison.Ordinal));
        // Akka's filter of replays would drop what an account journaled after it came back to a node.
        Assert.DoesNotContain(Nodes, node => node.Heard.Contains("Invalid replayed event", StringComparison.Ordinal));
    }

    /// <summary>Waits until every account has answered a node; returns how long that took.</summary>
    internal async Task<TimeSpan> UntilDecidingAsync(NodeProcess node, long since)
    {
        var silent = Enumerable.Range(0, Accounts).ToArray();
        await UntilAsync(
            async () =>
            {
                var asked = await Task.WhenAll(
                    silent
                        .Chunk(Accounts / 8)
                        .Select(async part =>
                        {
                            var left = new List<int>();
                            foreach (var account in part)
                            {
                                // One that is away must not hold up the others.
                                using var patience = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
                                patience.CancelAfter(TimeSpan.FromSeconds(2));
                                if (await node.AskAsync(["user", "show", LoginTraffic.Account(account)], patience.Token) is null)
                                    left.Add(account);
                            }
                            return left;
                        })
                );
                silent = [.. asked.SelectMany(left => left)];
                return silent.Length == 0;
            },
            () => $"{silent.Length} accounts do not answer"
        );
        return Stopwatch.GetElapsedTime(since);
    }

    /// <summary>Logins that the accounts have counted, asked at one node.</summary>
    private async Task<long> CountedAsync(NodeProcess node)
    {
        var counted = 0L;
        for (var account = 0; account < Accounts; account++)
            counted += await TotalAsync(node, LoginTraffic.Account(account), "logins");
        return counted;
    }

    private async Task<long> TotalAsync(NodeProcess node, string account, string name)
    {
        JsonElement? status = null;
        await UntilAsync(
            async () => (status = await node.AskAsync(["user", "show", account], TestContext.Current.CancellationToken)) is not null,
            $"{account} does not answer"
        );
        return status!.Value.GetProperty("totals").GetProperty(name).GetInt64();
    }

    /// <summary>Mails of an account that were let through; 0 of one that none was asked for while the guard could count.</summary>
    internal async Task<long> LetThroughAsync(NodeProcess node, string account)
    {
        JsonElement? status = null;
        var seen = true;
        await UntilAsync(
            async () =>
                (status = await node.AskAsync(["user", "show", account], TestContext.Current.CancellationToken)) is not null
                || !(seen = await node.HasSeenAsync(account)),
            $"{account} does not answer"
        );
        if (!seen)
            return 0;
        var totals = status!.Value.GetProperty("totals");
        return totals.GetProperty("recipients").GetInt64() - totals.GetProperty("stopped").GetInt64();
    }

    private static async Task<int> MembersAsync(NodeProcess node)
    {
        var up = 0;
        try
        {
            using var patience = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
            patience.CancelAfter(TimeSpan.FromSeconds(15));
            await foreach (var row in new InspectionClient(node.Socket).AskAsync(["cluster"], patience.Token))
                up += row.Cells is [_, { Text: "up" }, { Text: "yes" }, ..] ? 1 : 0;
        }
        catch (Exception failure)
            when (failure is InspectionException or IOException or OperationCanceledException && !TestContext.Current.CancellationToken.IsCancellationRequested)
        {
            return 0;
        }
        return up;
    }

    internal Task UntilAsync(Func<Task<bool>> reached, string otherwise) => UntilAsync(reached, () => otherwise);

    internal async Task UntilAsync(Func<Task<bool>> reached, Func<string> otherwise)
    {
        if (await Eventually.Within(Patience, reached, TestContext.Current.CancellationToken))
            return;
        Assert.Fail($"{otherwise()}\n{string.Join("\n", Nodes.Select(node => $"== {node.Name}, ended by itself {node.Ended} times\n{Last(node.Heard)}"))}");
    }

    private static string Last(string text) => text.Length > 6000 ? text[^6000..] : text;

    public async ValueTask DisposeAsync()
    {
        if (_logins is not null)
            await _logins.StopAsync();
        foreach (var node in Nodes)
            node.Dispose();
        if (_database is not null)
            await _database.DisposeAsync();
        if (_network is not null)
            await _network.DisposeAsync();
        if (Environment.GetEnvironmentVariable("ACCOUNTGUARD_CLUSTER_KEEP") is { Length: > 0 } keep)
        {
            foreach (var node in Nodes)
                await File.WriteAllTextAsync(Path.Combine(keep, node.Name + ".log"), node.Heard);
        }
        System.IO.Directory.Delete(_directory, true);
    }
}
