using Npgsql;
using Xunit;

namespace Guard.EndToEnd.Tests.Databases;

/// <summary>A PostgreSQL that was put back to an older state, as by a backup or by a replica that was behind.</summary>
public sealed class PostgresOlderStateTests : IDisposable
{
    private const string Anna = "anna@example.com";

    private readonly GuardProgram _guard = new();
    private int _session;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public void Dispose() => _guard.Dispose();

    private void Log(int count)
    {
        for (var i = 0; i < count; i++)
            File.AppendAllText(
                _guard["mail.log"],
                $"{DateTime.UtcNow:yyyy-MM-ddTHH:mm:ss.ffffff}+00:00 mail dovecot: imap-login: Login: user=<{Anna}>, method=PLAIN, rip=203.0.113.9, lip=192.0.2.1, mpid={++_session}, TLS, session=<s{_session}>\n"
            );
    }

    private Task CountsAsync(long logins) =>
        GuardProgram.UntilAsync(
            () => _guard.Explain(Anna)?.GetProperty("totals").GetProperty("logins").GetInt64() == logins,
            () => $"not {logins} logins: {_guard.Heard}"
        );

    private async Task StopAsync(System.Diagnostics.Process process)
    {
        _guard.Must("kill", "-TERM", $"{process.Id}");
        await process.WaitForExitAsync(Cancellation);
    }

    [Fact]
    public async Task What_an_older_state_does_not_know_is_read_again_and_nothing_twice_and_a_sound_one_is_left_alone()
    {
        var connection = PostgresServer.Shared.NewDatabase();
        var database = new NpgsqlConnectionStringBuilder(connection).Database!;
        var admin = PostgresServer.Shared.Connection("postgres");
        _guard.Configure(
            _guard["data"],
            FreePort.Next(),
            $$"""
            accountguard {
              persistence { engine = postgres, postgres-connection = "{{connection}}" }
              console.listen = "127.0.0.1:{{FreePort.Next()}}"
              intake { postfix-policy.listen = off, auth-policy.listen = off, milter.listen = off }
            }
            """
        );
        Log(4);
        var guard = _guard.Start();
        await CountsAsync(4);
        await StopAsync(guard);
        PostgresServer.Scalar(admin, $"CREATE DATABASE {database}_older TEMPLATE {database}");

        // Started again on the same it has lost nothing, also when its rows go behind snapshots.
        Log(5);
        guard = _guard.Start();
        await CountsAsync(9);
        await StopAsync(guard);
        Assert.DoesNotContain("has lost", _guard.Heard, StringComparison.Ordinal);

        PostgresServer.Scalar(admin, $"DROP DATABASE {database} WITH (FORCE)");
        PostgresServer.Scalar(admin, $"ALTER DATABASE {database}_older RENAME TO {database}");
        Log(1);
        guard = _guard.Start();
        await CountsAsync(10);
        Assert.Contains("the journal has lost what was read of it", _guard.Heard, StringComparison.Ordinal);
        await StopAsync(guard);
        _guard.Said.Clear();
        Log(1);
        _guard.Start();
        await CountsAsync(11);
        Assert.DoesNotContain("has lost", _guard.Heard, StringComparison.Ordinal);
    }
}
