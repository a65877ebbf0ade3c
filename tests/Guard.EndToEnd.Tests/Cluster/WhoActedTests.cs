using System.Collections.Concurrent;
using System.Text.Json;
using Guard.EndToEnd.Tests.Databases;
using Guard.EndToEnd.Tests.Reports;
using Guard.Host.Configuration;
using Guard.Host.ConsoleModel.Contracts;
using Guard.Host.Inspection;
using Guard.Host.Running;
using Guard.Messages.Identity;
using Serilog;
using Serilog.Core;
using Serilog.Events;
using Xunit;

namespace Guard.EndToEnd.Tests.Cluster;

/// <summary>Three nodes on one PostgreSQL: who acted in a console, and why, is told by all of them, on whichever the account lives; a ledger answers once, and
/// one link sets the console up.</summary>
public sealed class WhoActedTests : IAsyncLifetime
{
    private const int Accounts = 9;

    private readonly GuardProgram _guard = new();
    private readonly int[] _ports = [FreePort.Next(), FreePort.Next(), FreePort.Next()];
    private readonly int[] _consoles = [FreePort.Next(), FreePort.Next(), FreePort.Next()];
    private readonly int _hook = FreePort.Next();
    private readonly ConcurrentQueue<(int Node, string Line)> _said = [];
    private readonly GuardNode?[] _nodes = new GuardNode?[3];
    private EventReceiver? _events;
    private string _database = "";

    public async ValueTask InitializeAsync()
    {
        _database = PostgresServer.Shared.NewDatabase();
        _events = new EventReceiver(_hook);
        await _events.StartAsync();
        await File.WriteAllTextAsync(_guard["hook.key"], EventReceiver.Key, Left);
        var begin = DateTimeOffset.UtcNow.AddHours(-2);
        await File.WriteAllLinesAsync(
            _guard["mail.log"],
            Enumerable
                .Range(0, Accounts * 4)
                .Select(i =>
                    $"{begin.AddMinutes(i):yyyy-MM-ddTHH:mm:ss.ffffff}+00:00 mail dovecot: imap-login: Login: user=<{User(i % Accounts)}>, method=PLAIN, rip=90.81.6.153, lip=192.0.2.25, mpid={i}, TLS, session=<x{i}>"
                ),
            Left
        );
        for (var node = 0; node < 3; node++)
            await StartAsync(node);
    }

    private static CancellationToken Left => TestContext.Current.CancellationToken;

    private static UserId User(int number) => new($"user{number}@site{number % 3}.example");

    private static AccessScope Admin(string name) => AccessScope.ServerAdmin(name, "192.0.2.1");

    private ConsoleServices Console(int node) => _nodes[node]!.Console;

    [Fact]
    public async Task Who_acted_and_why_is_told_by_every_node_and_by_a_console_made_anew()
    {
        await UntilAsync(
            async () => (await Console(2).Accounts.ListAsync(Admin("anna"), new AccountQuery(), Left)).Total == Accounts,
            "the accounts are not known"
        );
        var shards = await AskAsync(0, "shards");
        Assert.Equal(3, shards.Where(row => row[0] == "user").Select(row => row[1]).Distinct().Count());

        // Each console acts on accounts of every node: what one locks, another releases.
        for (var account = 0; account < Accounts; account++)
        {
            var (locks, releases) = (account % 3, (account + 1) % 3);
            Assert.Equal("locked", await Console(locks).Acts.LockAsync(Admin($"anna{locks}"), User(account), null, null, $"odd mails {account}", Left));
            Assert.StartsWith(
                "released",
                await Console(releases).Acts.ReleaseAsync(Admin($"bert{releases}"), User(account), $"called us {account}", Left),
                StringComparison.Ordinal
            );
        }
        for (var account = 0; account < Accounts; account++)
        {
            var (locked, released) = ($"by anna{account % 3}: odd mails {account}", $"by bert{(account + 1) % 3}: called us {account}");
            for (var node = 0; node < 3; node++)
            {
                await UntilAsync(() => ToldAsync(node, account, locked, released), $"node {node} does not tell who locked and released {User(account)}");
                var history = (await AskAsync(node, "user", "show", User(account).Value)).Where(row => row[0] == "history").Select(row => row[^1]);
                Assert.Equal([locked, released], history);
            }
            await UntilAsync(
                () => Task.FromResult(Reported(account, locked) && Reported(account, released)),
                $"no event tells who locked and released {User(account)}: {string.Join("\n", _events!.Bodies)}"
            );
        }

        // The console's records are lost, and made anew from the journal.
        for (var node = 0; node < 3; node++)
            await StopAsync(node);
        PostgresServer.Scalar(_database, "TRUNCATE console_accounts, console_incidents, console_notable, console_meta");
        await StartAsync(1);
        await UntilAsync(
            async () => (await Console(1).Accounts.ListAsync(Admin("anna"), new AccountQuery(), Left)).Total == Accounts,
            "the accounts are not known anew"
        );
        for (var account = 0; account < Accounts; account++)
            await UntilAsync(
                () => ToldAsync(1, account, $"by anna{account % 3}: odd mails {account}", $"by bert{(account + 1) % 3}: called us {account}"),
                $"a console made anew does not tell who acted on {User(account)}"
            );
    }

    [Fact]
    public async Task A_ledger_has_one_entry_and_one_answer_for_an_order_and_all_nodes_show_whose_it_was()
    {
        var before = Events();
        Assert.Equal(
            [
                ["203.0.113.9/32", "yes"],
            ],
            (await AskAsync(1, "blocks", "add", "203.0.113.9", "1h", "spam run")).Select(row => row[..2])
        );
        Assert.Equal(before + 1, Events());
        await Console(2).Blocks.BlockAsync(Admin("anna"), "203.0.113.10", TimeSpan.FromHours(1), "guesses passwords", Left);
        Assert.Equal(before + 2, Events());
        for (var node = 0; node < 3; node++)
        {
            var rows = (await Console(node).Blocks.BlocksAsync(Admin("bert"), new BlockQuery(), Left))
                .Items.Select(row => (row.Network, row.By, row.Reason))
                .Order();
            Assert.Equal([("203.0.113.10/32", "anna", "guesses passwords"), ("203.0.113.9/32", "uid 0 (root)", "spam run")], rows);
            Assert.Contains(await AskAsync(node, "blocks", "list"), row => row is ["203.0.113.10/32", _, "anna", "guesses passwords", ..]);
        }
        Assert.Equal(["203.0.113.9/32 is no longer blocked"], await Console(0).Blocks.LiftAsync(Admin("bert"), "203.0.113.9", "over", Left));
        Assert.Equal(
            [
                ["203.0.113.9/32", "no", "203.0.113.9/32 is not blocked"],
            ],
            await AskAsync(1, "blocks", "remove", "203.0.113.9")
        );
        Assert.Equal(
            [
                ["203.0.113.10/32", "yes", "203.0.113.10/32 is no longer blocked"],
            ],
            await AskAsync(1, "blocks", "remove", "203.0.113.10")
        );
        Assert.Equal(before + 4, Events());
    }

    [Fact]
    public async Task One_link_sets_the_console_up_and_the_other_nodes_say_who_printed_it()
    {
        await UntilAsync(
            () => Task.FromResult(_said.Count(said => said.Line.StartsWith("Nobody administers the console yet", StringComparison.Ordinal)) == 3),
            "not every node has told of the link"
        );
        var (node, line) = Assert.Single(_said, said => said.Line.Contains("set-up?token=", StringComparison.Ordinal));
        Assert.Equal(2, _said.Count(said => said.Line.Contains($"was printed by 127.0.0.1:{_ports[node]};", StringComparison.Ordinal)));
        // It works at every node.
        using var http = new HttpClient();
        foreach (var port in _consoles)
            Assert.Contains(
                "name=\"repeat\"",
                await http.GetStringAsync(new Uri($"http://127.0.0.1:{port}/set-up{line[line.IndexOf('?', StringComparison.Ordinal)..]}"), Left),
                StringComparison.Ordinal
            );
    }

    private long Events() => (long)PostgresServer.Scalar(_database, "SELECT count(*) FROM journal WHERE persistence_id = 'firewall-cluster'")!;

    /// <summary>The records' time line and incident, and the account itself.</summary>
    private async Task<bool> ToldAsync(int node, int account, string locked, string released)
    {
        var line = await Console(node).Accounts.TimelineAsync(Admin("carl"), User(account), new TimelineQuery(), Left);
        var reactions = line.Entries.Where(entry => entry.Kind == TimelineKind.Reaction).Select(entry => entry.What).ToArray();
        var incidents = (await Console(node).Live.IncidentsAsync(Admin("carl"), new IncidentQuery(Open: null, User: User(account)), Left)).Items;
        var history = (await Console(node).Accounts.GetAsync(Admin("carl"), User(account), Left)).Status.History;
        return reactions is [var last, var first]
            && last.EndsWith($", {released}", StringComparison.Ordinal)
            && first.EndsWith($", {locked}", StringComparison.Ordinal)
            && incidents is [{ Ended: not null } incident]
            && incident.EndedHow == $"released {released}"
            && incident.Done.Any(done => done.EndsWith(locked, StringComparison.Ordinal))
            && history.Select(past => $"by {past.By}").SequenceEqual([locked, released]);
    }

    private bool Reported(int account, string act) =>
        _events!
            .Bodies.Select(body => JsonDocument.Parse(body).RootElement)
            .Any(body =>
                body.TryGetProperty("user", out var user)
                && user.GetString() == User(account).Value
                && body.TryGetProperty("by", out var by)
                && $"by {by.GetProperty("name").GetString()}: {by.GetProperty("reason").GetString()}" == act
            );

    private async Task<string[][]> AskAsync(int node, params string[] words)
    {
        var rows = new List<string[]>();
        await foreach (var item in new InspectionClient(_guard[$"data{node}/accountguard.sock"]).AskAsync(words, Left))
        {
            Assert.Equal("", item.Note);
            rows.Add([.. item.Cells.Select(cell => cell.Text)]);
        }
        return [.. rows];
    }

    private async Task StartAsync(int node)
    {
        var conf = _guard[$"node{node}.conf"];
        await File.WriteAllTextAsync(
            conf,
            $$"""
            accountguard {
              mode = enforce
              data-directory = "{{_guard[$"data{node}"]}}"
              intake { logs.files = [{{(
                node == 0 ? $"\"{_guard["mail.log"]}\"" : ""
            )}}], postfix-policy.listen = off, auth-policy.listen = off, milter.listen = off }
              geo.fetch-default = off
              console.listen = "127.0.0.1:{{_consoles[node]}}"
              enforcement.firewall { backend = command, block-command = ["/bin/true", "{network}"], unblock-command = ["/bin/true", "{network}"] }
              reports.webhooks.siem { url = "http://127.0.0.1:{{_hook}}/", secret-file = "{{_guard["hook.key"]}}" }
              persistence { engine = postgres, postgres-connection = "{{_database}}" }
              cluster {
                listen = "127.0.0.1:{{_ports[node]}}", node = "node{{node}}", dangerous-plain-transport = on
                seeds = ["{{string.Join("\", \"", _ports.Select(port => $"127.0.0.1:{port}"))}}"]
              }
            }
            """,
            Left
        );
        var loaded = GuardConfiguration.Load(conf);
        Assert.Empty(loaded.Faults);
        var log = new LoggerConfiguration().MinimumLevel.Warning().WriteTo.Sink(new Ear(this, node)).CreateLogger();
        _nodes[node] = await GuardNode.StartAsync(loaded.Settings!, loaded.Akka, log);
    }

    private async Task StopAsync(int node)
    {
        if (Interlocked.Exchange(ref _nodes[node], null) is { } running)
            await running.DisposeAsync();
    }

    private async Task UntilAsync(Func<Task<bool>> reached, string otherwise) =>
        Assert.True(
            await Eventually.Within(TimeSpan.FromMinutes(3), reached, Left),
            $"{otherwise}\n{string.Join("\n", _said.TakeLast(40).Select(said => $"{said.Node}: {said.Line}"))}"
        );

    public async ValueTask DisposeAsync()
    {
        for (var node = 0; node < 3; node++)
            await StopAsync(node);
        if (_events is not null)
            await _events.DisposeAsync();
        _guard.Dispose();
    }

    private sealed class Ear(WhoActedTests test, int node) : ILogEventSink
    {
        public void Emit(LogEvent logEvent) => test._said.Enqueue((node, logEvent.RenderMessage(System.Globalization.CultureInfo.InvariantCulture)));
    }
}
