using System.Text.Json.Nodes;
using Guard.Host.Configuration;
using Guard.Host.ConsoleModel.Contracts;
using Guard.Host.Running;
using Guard.Messages.Identity;
using Guard.Messages.Policies;
using Serilog;
using Xunit;

namespace Guard.EndToEnd.Tests.Console;

/// <summary>Two nodes on one real PostgreSQL: what is shown, audited and set is the same at both.</summary>
public sealed class SharedRecordsTests : IDisposable
{
    private static readonly AccessScope Admin = AccessScope.ServerAdmin("boss", "192.0.2.1");
    private static readonly PolicySubject Site = PolicySubject.Of(new SiteId("example.com"));

    private readonly GuardProgram _guard = new();
    private readonly string _cluster;
    private readonly int _port = FreePort.Next();
    private readonly int _seed = FreePort.Next();

    public SharedRecordsTests() => _cluster = _guard["pg"];

    private static string? Binaries =>
        Directory.Exists("/usr/lib/postgresql")
            ? Directory
                .GetDirectories("/usr/lib/postgresql")
                .Select(version => Path.Combine(version, "bin"))
                .LastOrDefault(bin => File.Exists(Path.Combine(bin, "initdb")))
            : null;

    [Fact]
    public async Task Lists_incidents_audit_and_policies_are_the_same_at_both_nodes_and_stay()
    {
        Requirement.That(Binaries is not null, "PostgreSQL is not installed (apt-get install postgresql)");
        Requirement.Root();
        StartPostgres();
        var log = _guard["mail.log"];
        var begin = DateTimeOffset.UtcNow.AddHours(-2);
        await File.WriteAllLinesAsync(
            log,
            Enumerable
                .Range(0, 40)
                .Select(i =>
                    $"{begin.AddMinutes(i):yyyy-MM-ddTHH:mm:ss.ffffff}+00:00 mail dovecot: imap-login: Login: user=<user{i % 4}@example.com>, method=PLAIN, rip=90.81.6.153, lip=192.0.2.25, mpid={i}, TLS, session=<x{i}>"
                ),
            TestContext.Current.CancellationToken
        );
        await using (var first = await StartAsync(0, _seed, $"\"{log}\""))
        await using (var second = await StartAsync(1, FreePort.Next(), ""))
        {
            foreach (var node in new[] { first, second })
                await Eventually.Is(async () =>
                    (await node.Console.Accounts.ListAsync(Admin, new AccountQuery(), default)).Items is { Length: 4 } rows
                    && rows.All(row => row is { Logins: 10, Country: "" or "GB" or "FR" or "DE" })
                );
            Assert.Equal(
                40,
                (await second.Console.Live.RatesAsync(Admin, TimeSpan.FromDays(1), null, TestContext.Current.CancellationToken)).Sum(point => point.Logins)
            );

            await second.Console.Acts.LockAsync(Admin, new UserId("user1@example.com"), null, null, "a test", TestContext.Current.CancellationToken);
            await Eventually.Is(async () => (await first.Console.Live.IncidentsAsync(Admin, new IncidentQuery(), default)).Items is [{ Rung: Rung.Suspended }]);
            await first.Console.Acts.ReleaseAsync(Admin, new UserId("user1@example.com"), "", TestContext.Current.CancellationToken);
            await Eventually.Is(async () =>
                (await second.Console.Live.IncidentsAsync(Admin, new IncidentQuery(Open: false), default)).Items is [{ Ended: not null }]
            );
            Assert.Equal(
                ["user1@example.com", "user2@example.com"],
                (
                    await second.Console.Accounts.ListAsync(
                        Admin,
                        new AccountQuery(Search: "USER", Sort: AccountSort.Risk, Offset: 1, Limit: 2),
                        TestContext.Current.CancellationToken
                    )
                ).Items.Select(row => row.User.Value)
            );
            Assert.Equal(4, Assert.Single((await second.Console.Sites.ListAsync(Admin, null, 0, 10, TestContext.Current.CancellationToken)).Items).Accounts);
            Assert.Equal(
                40,
                (await second.Console.Live.MapAsync(Admin, TimeSpan.FromDays(30), null, TestContext.Current.CancellationToken)).Sum(country => country.Logins)
            );

            await first.Console.Policies.SaveAsync(
                Admin,
                Site,
                (JsonObject)JsonNode.Parse("""{"brute-force":{"failures":7}}""")!,
                0,
                "",
                TestContext.Current.CancellationToken
            );
            await Eventually.Is(async () => (await second.Console.Policies.GetAsync(Admin, Site, default)).Effective.BruteForce.Failures == 7);

            // Each node's chain is its own, and both are whole.
            var audit = await first.Console.Audit.QueryAsync(Admin, new AuditQuery(), TestContext.Current.CancellationToken);
            Assert.Equal(
                ["policy.change version 1", "policy.change begun", "account.release", "account.release begun", "account.lock", "account.lock begun"],
                audit.Items.Select(entry => entry.Outcome is "begun" or "version 1" ? $"{entry.Act} {entry.Outcome}" : entry.Act)
            );
            Assert.Equal(2, audit.Items.Select(entry => entry.Node).Distinct().Count());
            Assert.Equal(new AuditVerification(true, 6, ""), await second.Console.Audit.VerifyAsync(Admin, TestContext.Current.CancellationToken));
        }
        await using (var again = await StartAsync(1, _seed, ""))
        {
            Assert.Equal(7, (await again.Console.Policies.GetAsync(Admin, Site, TestContext.Current.CancellationToken)).Effective.BruteForce.Failures);
            Assert.Equal(4, (await again.Console.Accounts.ListAsync(Admin, new AccountQuery(), TestContext.Current.CancellationToken)).Total);
            _guard.Must(
                "psql",
                "-h",
                "127.0.0.1",
                "-p",
                $"{_port}",
                "-U",
                "postgres",
                "-d",
                "guard",
                "-c",
                "UPDATE console_audit SET who = 'nobody'; DELETE FROM console_audit;"
            );
            Assert.Equal(new AuditVerification(true, 6, ""), await again.Console.Audit.VerifyAsync(Admin, TestContext.Current.CancellationToken));
            _guard.Must("psql", "-h", "127.0.0.1", "-p", $"{_port}", "-U", "postgres", "-d", "guard", "-c", "TRUNCATE console_accounts, console_meta");
        }
        // Lost, the list is made again from the journal.
        await using (var again = await StartAsync(1, _seed, ""))
            await Eventually.Is(async () => (await again.Console.Accounts.ListAsync(Admin, new AccountQuery(), default)).Total == 4);
    }

    private void StartPostgres()
    {
        Directory.CreateDirectory(_cluster);
        _guard.Must("chown", "postgres", _cluster);
        _guard.Must("chmod", "755", _guard.Directory);
        Postgres(Path.Combine(Binaries!, "initdb"), "-D", _cluster, "-A", "trust", "--no-sync");
        Postgres(
            Path.Combine(Binaries!, "pg_ctl"),
            "-D",
            _cluster,
            "-w",
            "-l",
            Path.Combine(_cluster, "server.log"),
            "-o",
            $"-p {_port} -k {_cluster} -c listen_addresses=127.0.0.1",
            "start"
        );
        Postgres("psql", "-h", "127.0.0.1", "-p", $"{_port}", "-d", "postgres", "-c", "CREATE DATABASE guard");
    }

    private void Postgres(params string[] arguments) => _guard.Must("setpriv", ["--reuid=postgres", "--regid=postgres", "--clear-groups", .. arguments]);

    private async Task<GuardNode> StartAsync(int number, int port, string logs)
    {
        var conf = _guard[$"node{number}.conf"];
        await File.WriteAllTextAsync(
            conf,
            $$"""
            akka.cluster.seed-nodes = ["akka.tcp://AccountGuard@127.0.0.1:{{_seed}}"]
            accountguard {
              data-directory = "{{_guard[$"data{number}"]}}"
              intake { logs.files = [{{logs}}], postfix-policy.listen = off, auth-policy.listen = off, milter.listen = off }
              geo.fetch-default = off
              console.listen = off
              cluster { listen = "127.0.0.1:{{port}}", node = "node{{number}}", dangerous-plain-transport = on }
              archive.keep-days = 366
              persistence { engine = postgres, postgres-connection = "Host=127.0.0.1;Port={{_port}};Database=guard;Username=postgres" }
            }
            """,
            TestContext.Current.CancellationToken
        );
        var loaded = GuardConfiguration.Load(conf);
        Assert.Empty(loaded.Faults);
        return await GuardNode.StartAsync(loaded.Settings!, loaded.Akka, new LoggerConfiguration().CreateLogger());
    }

    public void Dispose()
    {
        if (Binaries is not null && Directory.Exists(_cluster))
            _guard.Run(
                "setpriv",
                "--reuid=postgres",
                "--regid=postgres",
                "--clear-groups",
                Path.Combine(Binaries, "pg_ctl"),
                "-D",
                _cluster,
                "-m",
                "immediate",
                "stop"
            );
        _guard.Dispose();
    }
}
