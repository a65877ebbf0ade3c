using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Text;
using Guard.Actors.Entities;
using Guard.EndToEnd.Tests.Cluster;
using Npgsql;
using Xunit;

namespace Guard.EndToEnd.Tests.Databases;

/// <summary>A journal over three PostgreSQL servers, of which one is lost for a while.</summary>
public sealed class PartedJournalTests : IDisposable
{
    private const int Servers = 3;
    private const int Lost = 2;
    private const int Accounts = 15;
    private const int Quota = 5;
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    private readonly GuardProgram _guard = new();
    private readonly PostgresServer[] _servers;
    private readonly string[] _databases;
    private readonly int _policy = FreePort.Next();
    private readonly int _cluster = FreePort.Next();

    /// <summary>What each account was let through, and how often nobody knows what was counted.</summary>
    private readonly Dictionary<string, (int Let, int Unknown)> _outcomes = [];
    private int _asked;

    public PartedJournalTests()
    {
        PostgresServer.Require();
        _servers = [.. Enumerable.Range(0, Servers).Select(_ => PostgresServer.Own())];
        _databases = [.. _servers.Select(server => server.NewDatabase())];
    }

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    private static string Account(int number) => $"user{number}@example.com";

    private static int PartOf(string account) => JournalParts.PartOf($"user-{account}", Servers);

    /// <param name="databases">None: everything is in one file.</param>
    private void Configure(IReadOnlyList<string> databases)
    {
        var engine = databases.Count == 0 ? "" : $"engine = postgres, postgres-connection = [{string.Join(", ", databases.Select(name => $"\"{name}\""))}],";
        _guard.Configure(
            _guard["data"],
            _cluster,
            $$"""
            accountguard {
              mode = enforce
              persistence { {{engine}} keep-events = 1000000 }
              console.listen = off
              intake { deadline = 2s, unanswered = defer, postfix-policy.listen = "127.0.0.1:{{_policy}}", auth-policy.listen = off, milter.listen = off }
              policy.default {
                quotas = [ { per = 1d, recipients = {{Quota}} } ]
                reactions { on-quota = reported, on-anomaly { reported = off, restricted = off, suspended = off, blocked = off } }
              }
            }
            """
        );
    }

    private async Task<Process> StartAsync()
    {
        var before = _guard.Heard.Length;
        var process = _guard.Start();
        await GuardProgram.UntilAsync(() => _guard.Heard[before..].Contains("AccountGuard runs", StringComparison.Ordinal), () => _guard.Heard);
        return process;
    }

    /// <summary>Asks for one recipient: true and false are the guard's own word, null is none.</summary>
    private async Task<bool?> AskAsync(string account, int number)
    {
        using var client = new TcpClient();
        await client.ConnectAsync(IPAddress.Loopback, _policy, Cancellation);
        await client
            .GetStream()
            .WriteAsync(
                Encoding.ASCII.GetBytes(
                    $"request=smtpd_access_policy\nprotocol_state=RCPT\nprotocol_name=ESMTP\nclient_address=198.51.100.7\nclient_name=client.test\nhelo_name=client.test\nsender={account}\nrecipient=bob@remote.test\nrecipient_count=0\nqueue_id=\ninstance={number}.{account}\nsize=0\nsasl_method=PLAIN\nsasl_username={account}\nsasl_sender=\n\n"
                ),
                Cancellation
            );
        var answer = await new StreamReader(client.GetStream()).ReadLineAsync(Cancellation) ?? "";
        return answer.Contains("cannot answer now", StringComparison.Ordinal) ? null : answer == "action=DUNNO";
    }

    /// <summary>Asks until the guard itself answers, and writes down what came.</summary>
    private Task<bool> AnsweredAsync(string account) => AnsweredAsync(account, Patience);

    private async Task<bool> AnsweredAsync(string account, TimeSpan patience)
    {
        bool? said = null;
        await Eventually.Within(
            patience,
            async () =>
            {
                said = await AskAsync(account, ++_asked);
                var (let, unknown) = _outcomes.GetValueOrDefault(account);
                _outcomes[account] = (let + (said is true ? 1 : 0), unknown + (said is null ? 1 : 0));
                return said is not null;
            },
            Cancellation
        );
        return said ?? throw new TimeoutException($"{account}: {_guard.Heard}");
    }

    private void IsOnItsOwnServer(int part, IReadOnlyList<string> there) =>
        Assert.Equal(Enumerable.Range(0, Accounts).Select(Account).Where(account => PartOf(account) == part).Order(), there.Order());

    [Fact]
    public async Task The_loss_of_one_of_several_servers_stops_its_share_only_and_nothing_is_lost_or_counted_twice()
    {
        Configure(_databases);
        var guard = await StartAsync();
        var accounts = Enumerable.Range(0, Accounts).Select(Account).ToArray();
        // What they share is lost too: the site is on that server.
        Assert.Equal(Lost, JournalParts.PartOf("site-example.com", Servers));
        foreach (var account in accounts)
            Assert.True(await AnsweredAsync(account));
        for (var part = 0; part < Servers; part++)
        {
            await using var open = await OpenAsync(part);
            IsOnItsOwnServer(part, await JournalAudit.UsersAsync(open));
        }

        _servers[Lost].Stop();
        foreach (var account in accounts.Where(account => PartOf(account) != Lost))
            Assert.True(await AnsweredAsync(account));
        var silent = accounts.First(account => PartOf(account) == Lost);
        await Assert.ThrowsAsync<TimeoutException>(() => AnsweredAsync(silent, TimeSpan.FromSeconds(1)));
        await GuardProgram.UntilAsync(
            () => Health().Contains($"database {Lost + 1} of {Servers} cannot be written", StringComparison.Ordinal),
            () => Health() + _guard.Heard
        );

        // Killed, it starts with what there is, and goes on for the others.
        guard.Kill();
        await guard.WaitForExitAsync(Cancellation);
        guard = await StartAsync();
        Assert.Contains($"database {Lost + 1} of {Servers} cannot be reached", _guard.Heard, StringComparison.Ordinal);
        foreach (var account in accounts.Where(account => PartOf(account) != Lost))
            Assert.True(await AnsweredAsync(account));

        // It is back: its accounts go on where they were, and none passes its quota.
        _servers[Lost].Start();
        foreach (var account in accounts)
        {
            while (await AnsweredAsync(account)) { }
            var (let, unknown) = _outcomes[account];
            Assert.InRange(Quota, let, let + unknown);
        }
        for (var part = 0; part < Servers; part++)
        {
            await using var open = await OpenAsync(part);
            IsOnItsOwnServer(part, await JournalAudit.UsersAsync(open));
            Assert.Empty(await JournalAudit.GapsAsync(open));
            Assert.Equal(0, await JournalAudit.TurnsAsync(open));
        }
        _guard.Must("kill", "-TERM", $"{guard.Id}");
        await guard.WaitForExitAsync(Cancellation);
        StartsOnlyInTheSameOrderAndNumber();
    }

    [Fact]
    public async Task A_life_begun_in_one_file_goes_on_over_several_servers()
    {
        Configure([]);
        var guard = await StartAsync();
        var accounts = Enumerable.Range(0, Accounts).Select(Account).ToArray();
        foreach (var account in accounts)
            Assert.True(await AnsweredAsync(account));
        _guard.Must("kill", "-TERM", $"{guard.Id}");
        await guard.WaitForExitAsync(Cancellation);
        var copied = _guard.Guard(
            ["migrate", "--from", $"sqlite:{_guard["data/accountguard.db"]}", .. _databases.SelectMany(database => new[] { "--to", $"postgres:{database}" })]
        );
        Assert.True(copied.Code == 0, copied.Out + copied.Error);
        for (var part = 0; part < Servers; part++)
        {
            await using var open = await OpenAsync(part);
            IsOnItsOwnServer(part, await JournalAudit.UsersAsync(open));
        }
        Configure(_databases);
        await StartAsync();
        foreach (var account in accounts)
        {
            while (await AnsweredAsync(account)) { }
            var (let, unknown) = _outcomes[account];
            Assert.InRange(Quota, let, let + unknown);
        }
    }

    /// <summary>Otherwise its accounts would begin anew.</summary>
    private void StartsOnlyInTheSameOrderAndNumber()
    {
        foreach (
            var (databases, said) in (IEnumerable<(string[], string)>)
                [([_databases[0], _databases[2], _databases[1]], "2 of 3 in the list is 3 of 3"), ([_databases[0]], "1 of 1 in the list is 1 of 3")]
        )
        {
            Configure(databases);
            var refused = _guard.Guard("run", "--config", "guard.conf");
            Assert.NotEqual(0, refused.Code);
            Assert.Contains(said, refused.Error + refused.Out, StringComparison.Ordinal);
        }
    }

    private string Health() => _guard.Guard("inspect", "--config", "guard.conf", "health").Out;

    private async Task<NpgsqlConnection> OpenAsync(int part)
    {
        var open = new NpgsqlConnection(_databases[part] + ";Pooling=false");
        await open.OpenAsync(Cancellation);
        return open;
    }

    public void Dispose()
    {
        _guard.Dispose();
        foreach (var server in _servers)
            server.Dispose();
    }
}
