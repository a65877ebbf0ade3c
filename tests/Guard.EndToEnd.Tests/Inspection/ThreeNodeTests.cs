using System.Diagnostics;
using System.Text.Json;
using Guard.EndToEnd.Tests.Databases;
using Xunit;

namespace Guard.EndToEnd.Tests.Inspection;

/// <summary>Three daemons in processes of their own on one PostgreSQL, and every command of the vocabulary asked of each of them.</summary>
public sealed class ThreeNodeTests : IAsyncLifetime
{
    /// <summary>Who these tests are at the socket; PostgreSQL wants them to be root.</summary>
    private const string Root = "uid 0 (root)";

    private const string LastLine = "2026-04-14T14:37:04Z";

    private readonly GuardProgram[] _guards = [new(), new(), new()];
    private string _database = "";
    private readonly int[] _ports = [FreePort.Next(), FreePort.Next(), FreePort.Next()];

    public async ValueTask InitializeAsync()
    {
        _database = PostgresServer.Shared.NewDatabase();
        for (var i = 0; i < 3; i++)
        {
            _guards[i]
                .Configure(
                    "data",
                    _ports[i],
                    $$"""
                    accountguard.intake { postfix-policy.listen = "127.0.0.1:0", auth-policy.listen = off, milter.listen = off }
                    accountguard.console.listen = "127.0.0.1:{{FreePort.Next()}}"
                    accountguard.enforcement.firewall { backend = command, block-command = ["/bin/true", "{network}"], unblock-command = ["/bin/true", "{network}"] }
                    accountguard.persistence { engine = postgres, postgres-connection = "{{_database}}" }
                    accountguard.cluster { node = "guard{{i}}", dangerous-plain-transport = on, seeds = ["{{string.Join(
                        "\", \"",
                        _ports.Select(port => $"127.0.0.1:{port}")
                    )}}"] }
                    """
                );
            // The guards' time is their logs': the second and third have a line of their own, so that their clocks go.
            var line =
                $"2026-04-14T14:37:04.000000+00:00 mail{i} dovecot: imap-login: Login: user=<node{i}@example.com>, method=PLAIN, rip=86.130.198.86, lip=192.0.2.25, mpid=24619, TLS, session=<0000aa49A{i}>\n";
            await File.WriteAllBytesAsync(
                _guards[i]["mail.log"],
                i == 0 ? _guards[0].DemoLog() : System.Text.Encoding.ASCII.GetBytes(line),
                TestContext.Current.CancellationToken
            );
            _guards[i].Start();
            // The first makes the cluster; one after the other they join it.
            var up = i + 1;
            await GuardProgram.UntilAsync(
                () => Inspect(0, "cluster") is { Code: 0 } answer && Rows(answer.Out).Count(row => Text(row, "status") == "up") == up,
                () => _guards[up - 1].Heard
            );
        }
        await GuardProgram.UntilAsync(
            () =>
                Inspect(1, "intake") is { Code: 0 } answer
                && Rows(answer.Out).Count(row => Text(row, "kind") == "log" && Text(row, "journaled-to") == LastLine) == 3,
            () => _guards[0].Heard + _guards[1].Heard + _guards[2].Heard
        );
    }

    private string Name(int node) => $"127.0.0.1:{_ports[node]}";

    private (string Out, string Error, int Code) Inspect(int node, params string[] words) =>
        _guards[node].Guard(["inspect", "--json", "--config", _guards[node]["guard.conf"], .. words]);

    private static JsonElement[] Rows(string text) =>
        [.. text.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => JsonDocument.Parse(line).RootElement)];

    private static string? Text(JsonElement row, string column) =>
        row.GetProperty(column).ValueKind == JsonValueKind.String ? row.GetProperty(column).GetString() : null;

    /// <summary>The rows as tools get them; and for people: a headline with the same columns and at least as many lines.</summary>
    private JsonElement[] Ask(int node, params string[] words)
    {
        var (text, error, code) = Inspect(node, words);
        Assert.True(code == 0, $"{string.Join(' ', words)}: {error}");
        // What orders something is not ordered twice; what grows between two questions may have grown.
        if (words is not (["user", not "show", ..] or ["blocks" or "exempt", not "list", ..]))
        {
            var (lines, _, _) = _guards[node].Guard(["inspect", "--config", _guards[node]["guard.conf"], .. words]);
            var header = lines.Split('\n')[0];
            foreach (var column in Rows(text).First().EnumerateObject())
                Assert.Contains(column.Name, header, StringComparison.Ordinal);
            Assert.True(lines.Split('\n', StringSplitOptions.RemoveEmptyEntries).Length > 1);
        }
        return Rows(text);
    }

    private string? Fact(int node, string command, string name, string topic, string item) =>
        Text(Ask(node, [.. command.Split(' '), name]).Single(row => Text(row, "topic") == topic && Text(row, "item") == item), "value");

    // What a way back lifts stands behind its first row.
    private string? Result(int node, params string[] words) => Text(Ask(node, words)[0], "result");

    /// <summary>Entries of the journal of the cluster's one ledger of blocks.</summary>
    private long Entries() => (long)PostgresServer.Scalar(_database, "SELECT count(*) FROM journal WHERE persistence_id = 'firewall-cluster'")!;

    private IEnumerable<string> Nodes => Enumerable.Range(0, 3).Select(Name).Order(StringComparer.Ordinal);

    private static IEnumerable<string?> NodesOf(IEnumerable<JsonElement> rows) =>
        rows.Select(row => Text(row, "node")).Distinct().Order(StringComparer.Ordinal);

    [Fact]
    public async Task Every_node_answers_every_command_for_the_whole_cluster()
    {
        for (var node = 0; node < 3; node++)
        {
            // What the cluster is.
            var members = Ask(node, "cluster");
            Assert.Equal(Nodes, members.Select(row => Text(row, "member")!).Order(StringComparer.Ordinal));
            Assert.All(members, row => Assert.Equal(("up", "yes"), (Text(row, "status"), Text(row, "reachable"))));
            Assert.Equal(Name(node), Text(members.Single(row => Text(row, "answering") == "yes"), "member"));
            Assert.Equal(Name(0), Text(members.Single(row => Text(row, "oldest") == "yes"), "member"));
            var shards = Ask(node, "shards");
            Assert.Equal(Nodes, shards.Where(row => Text(row, "region") == "user").Select(row => Text(row, "node")!).Order(StringComparer.Ordinal));
            Assert.True(shards.Where(row => Text(row, "region") == "user").Sum(row => row.GetProperty("entities").GetDouble()) >= 2);

            // An account lives on one node; each tells of it.
            Assert.Equal("blocked", Fact(node, "user show", "info@example.com", "reaction", "account"));
            Assert.Equal("blocked", Fact(node, "site show", "example.com", "user", "info@example.com"));
            Assert.Equal("default", Text(Ask(node, "policy", "show").Single(row => Text(row, "key") == "of"), "value"));
            Assert.Equal("default", Text(Ask(node, "policy", "show", "info@example.com").Single(row => Text(row, "key") == "of"), "value"));

            // What each node tells of itself, put together.
            Assert.Equal(Nodes, NodesOf(Ask(node, "intake").Where(row => Text(row, "kind") == "log")));
            Assert.Equal(Nodes, NodesOf(Ask(node, "outbox").Where(row => Text(row, "name") == "firewall command")));
            Assert.Contains(Ask(node, "top", "score"), row => Text(row, "user") == "info@example.com");
            Assert.Contains(Ask(node, "top", "activity"), row => Text(row, "user") == $"node{(node == 0 ? 1 : node)}@example.com");

            // There is one ledger: an order by hand is one entry of its journal and has one answer, whichever node is asked, and stands for all.
            var (address, other, entries) = ($"203.0.113.{10 + node}", (node + 1) % 3, Entries());
            Assert.Equal("yes", Text(Ask(node, "blocks", "add", address, "1h", "spam run").Single(), "done"));
            Assert.Equal(entries + 1, Entries());
            Assert.Equal(
                ("spam run", Root),
                Ask(other, "blocks", "list")
                    .Where(row => Text(row, "network") == $"{address}/32")
                    .Select(row => (Text(row, "reason"), Text(row, "by")))
                    .Single()
            );
            Assert.Equal("yes", Text(Ask(other, "blocks", "remove", address).Single(), "done"));
            Assert.Equal("no", Text(Ask(node, "blocks", "remove", address).Single(), "done"));
            Assert.Equal(entries + 2, Entries());
            Ask(node, "blocks", "add", "198.51.100.1", "1h");
            Assert.DoesNotContain(Ask(node, "blocks", "list"), row => Text(row, "network") == $"{address}/32");

            // What is exempted from one node is so for all.
            Assert.Equal("yes", Text(Ask(node, "exempt", "add", $"198.18.{node}.0/24", "2h", "office").Single(), "done"));
            Assert.Equal(
                ("office", Root),
                Ask(other, "exempt", "list")
                    .Where(row => Text(row, "network") == $"198.18.{node}.0/24")
                    .Select(row => (Text(row, "reason"), Text(row, "by")))
                    .Single()
            );
            Assert.Equal("no", Text(Ask((node + 2) % 3, "blocks", "add", $"198.18.{node}.9", "1h").Single(), "done"));
            Assert.Equal("yes", Text(Ask(other, "exempt", "remove", $"198.18.{node}.0/24").Single(), "done"));
        }
        OrdersReachAnAccountFromAnyNode();
        await ATailOfOneNodeTellsWhatAnyNodeDecides();
        SlipsAreTold();
    }

    private void OrdersReachAnAccountFromAnyNode()
    {
        foreach (var (user, ordered, asked, released) in new[] { ("anna@example.com", 0, 1, 2), ("karl@example.org", 1, 2, 0), ("marie@example.net", 2, 0, 1) })
        {
            Assert.Equal("noted; nothing is locked: mode = observe", Result(ordered, "user", "lock", user, "2h", "everything", "odd mails"));
            Assert.Equal("suspended", Fact(asked, "user show", user, "reaction", "account"));
            Assert.Equal("released", Result(released, "user", "release", user, "called us"));
            Assert.Equal(
                [$"by {Root}: odd mails", $"by {Root}: called us"],
                Ask(asked, "user", "show", user).Where(row => Text(row, "topic") == "history").Select(row => Text(row, "detail")).TakeLast(2)
            );
            Assert.Equal("normal", Fact(ordered, "user show", user, "reaction", "account"));
            Assert.StartsWith("confirmed as an attack", Result(asked, "user", "confirm", user), StringComparison.Ordinal);
            Assert.StartsWith("absolved", Result(ordered, "user", "absolve", user), StringComparison.Ordinal);
            Assert.Equal("normal", Fact(released, "user show", user, "reaction", "account"));
        }
    }

    private async Task ATailOfOneNodeTellsWhatAnyNodeDecides()
    {
        // Accounts on three sites: they hardly live all on the node that is asked.
        string[] users = ["anna@example.com", "karl@example.org", "marie@example.net", "bob@example.com", "paul@example.net", "office@example.org"];
        using var tail = Process.Start(
            new ProcessStartInfo(GuardProgram.Program, ["inspect", "--json", "--config", _guards[2]["guard.conf"], "tail"])
            {
                WorkingDirectory = _guards[2].Directory,
                RedirectStandardOutput = true,
                RedirectStandardError = true,
            }
        )!;
        var seen = new HashSet<string>();
        var reading = Task.Run(
            async () =>
            {
                while (seen.Count < users.Length && await tail.StandardOutput.ReadLineAsync(TestContext.Current.CancellationToken) is { } line)
                    seen.Add(Text(Rows(line)[0], "user")!);
            },
            TestContext.Current.CancellationToken
        );
        var waited = Stopwatch.StartNew();
        while (!reading.IsCompleted)
        {
            Assert.True(waited.Elapsed < GuardProgram.Patience, $"the tail told only of {string.Join(", ", seen)}");
            foreach (var user in users)
            {
                Result(0, "user", "lock", user, "2h");
                Result(1, "user", "release", user);
            }
        }
        await reading;
        Assert.False(tail.HasExited, "the tail ended by itself");
        tail.Kill();
        await tail.WaitForExitAsync(TestContext.Current.CancellationToken);
        Assert.Superset(users.ToHashSet(), seen);
    }

    private void SlipsAreTold()
    {
        var (_, error, code) = Inspect(1, "user", "lock");
        Assert.Equal((2, "USER is missing: user lock USER [FOR] [GRADE] [REASON]"), (code, error.Trim()));
        (_, error, code) = Inspect(2, "user", "show", "stranger@example.com");
        Assert.Equal((1, "there is no such account: stranger@example.com was never seen"), (code, error.Trim()));
    }

    public ValueTask DisposeAsync()
    {
        foreach (var guard in _guards)
            guard.Dispose();
        return ValueTask.CompletedTask;
    }
}
