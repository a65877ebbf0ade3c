using System.Net;
using System.Net.Sockets;
using System.Text.Json.Nodes;
using Guard.Host.Configuration;
using Guard.Host.ConsoleModel.Contracts;
using Guard.Host.Running;
using Guard.Messages.Identity;
using Guard.Messages.Policies;
using Serilog;
using Xunit;

namespace Guard.Host.Tests.Console;

/// <summary>What stays over a restart, and what is made again when it was lost.</summary>
public sealed class RestartSpecs : IDisposable
{
    private static readonly AccessScope Admin = AccessScope.ServerAdmin("boss", "192.0.2.1");
    private static readonly PolicySubject Site = PolicySubject.Of(new SiteId("example.com"));

    private readonly string _directory = Directory.CreateTempSubdirectory("accountguard-restart").FullName;
    private readonly string _log;
    private readonly string _conf;

    public RestartSpecs()
    {
        _log = Path.Combine(_directory, "mail.log");
        _conf = Path.Combine(_directory, "guard.conf");
        File.WriteAllLines(
            _log,
            Enumerable
                .Range(0, 40)
                .Select(i =>
                    $"2026-03-01T09:{i:00}:00.000000+00:00 mail dovecot: imap-login: Login: user=<user{i % 4}@example.com>, method=PLAIN, rip=90.81.6.153, lip=192.0.2.25, mpid={i}, TLS, session=<x{i}>"
                )
        );
        Write(100);
    }

    [Fact]
    public async Task Policies_set_in_the_console_hold_after_a_restart_and_above_a_changed_file()
    {
        await using (var node = await StartAsync())
            await node.Console.Policies.SaveAsync(
                Admin,
                Site,
                (JsonObject)JsonNode.Parse("""{"brute-force":{"failures":7}}""")!,
                0,
                "because",
                TestContext.Current.CancellationToken
            );
        await using (var node = await StartAsync())
        {
            var form = await node.Console.Policies.GetAsync(Admin, Site, TestContext.Current.CancellationToken);
            Assert.Equal((1, 7, 100), (form.Version, form.Effective.BruteForce.Failures, form.Effective.Quotas[0].Limit));
            Write(55);
            node.Reload(GuardConfiguration.Load(_conf).Settings!);
            form = await node.Console.Policies.GetAsync(Admin, Site, TestContext.Current.CancellationToken);
            Assert.Equal((7, 55), (form.Effective.BruteForce.Failures, form.Effective.Quotas[0].Limit));
            Assert.Equal("because", Assert.Single(await node.Console.Policies.HistoryAsync(Admin, Site, TestContext.Current.CancellationToken)).Why);
            Assert.True((await node.Console.Audit.VerifyAsync(Admin, TestContext.Current.CancellationToken)).Whole);
        }
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task The_list_of_accounts_is_made_again_from_the_journal_when_it_was_lost_or_damaged(bool damaged)
    {
        await using (var node = await StartAsync())
        {
            await Eventually.Is(async () => await CountAsync(node) == 4);
            await node.Console.Acts.LockAsync(Admin, new UserId("user1@example.com"), null, null, "", TestContext.Current.CancellationToken);
        }
        foreach (var file in Directory.EnumerateFiles(Path.Combine(_directory, "data"), "console.db*").ToArray())
            File.Delete(file);
        if (damaged)
            await File.WriteAllTextAsync(Path.Combine(_directory, "data", "console.db"), new string('x', 8192), TestContext.Current.CancellationToken);
        await using (var node = await StartAsync())
        {
            await Eventually.Is(async () => await CountAsync(node) == 4);
            var locked = (
                await node.Console.Accounts.ListAsync(Admin, new AccountQuery(Sort: AccountSort.Risk, Descending: true), TestContext.Current.CancellationToken)
            ).Items[0];
            Assert.Equal(("user1@example.com", Rung.Suspended, 10), (locked.User.Value, locked.Rung, locked.Logins));
            Assert.Single(
                (await node.Console.Live.IncidentsAsync(Admin, new IncidentQuery(), TestContext.Current.CancellationToken)).Items,
                incident => incident.User == locked.User
            );
            Assert.Equal(damaged, File.Exists(Path.Combine(_directory, "data", "console.db.broken")));
            // The archive is another file: the time line still has every login.
            var line = await node.Console.Accounts.TimelineAsync(Admin, locked.User, new TimelineQuery(), TestContext.Current.CancellationToken);
            Assert.Equal(10, line.Entries.Count(entry => entry.Kind == TimelineKind.Login));
            Assert.Contains(line.Entries, entry => entry is { Kind: TimelineKind.Act, What: "lock by boss" });
        }
    }

    private static async Task<long> CountAsync(GuardNode node) =>
        (await node.Console.Accounts.ListAsync(Admin, new AccountQuery(), TestContext.Current.CancellationToken)).Total;

    private async Task<GuardNode> StartAsync()
    {
        var loaded = GuardConfiguration.Load(_conf);
        Assert.Empty(loaded.Faults);
        return await GuardNode.StartAsync(loaded.Settings!, loaded.Akka, new LoggerConfiguration().CreateLogger());
    }

    private void Write(int recipients)
    {
        using var free = new TcpListener(IPAddress.Loopback, 0);
        free.Start();
        File.WriteAllText(
            _conf,
            $$"""
            accountguard {
              data-directory = "{{_directory}}/data"
              intake { logs { files = ["{{_log}}"], clock = log }, postfix-policy.listen = off, auth-policy.listen = off, milter.listen = off }
              geo { overrides = "{{Repository.Root}}/hocon/demo/places.txt", fetch-default = off }
              console.listen = off
              cluster.listen = "{{free.LocalEndpoint}}"
              archive.keep-days = 366
              policy.default.quotas = [ { per = 1d, recipients = {{recipients}} } ]
            }
            """
        );
    }

    public void Dispose() => Directory.Delete(_directory, true);
}
