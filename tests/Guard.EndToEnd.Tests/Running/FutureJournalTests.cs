using Microsoft.Data.Sqlite;
using Xunit;

namespace Guard.EndToEnd.Tests.Running;

/// <summary>The built program on a journal into which a newer version has written: whoever that concerns waits for it, everybody else is guarded.</summary>
public sealed class FutureJournalTests : IDisposable
{
    private const string Anna = "anna@example.com";
    private const string Bob = "bob@example.com";

    private readonly FaultyGuard _guard = new();
    private int _session;

    private GuardProgram Program => _guard.Program;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public void Dispose() => _guard.Dispose();

    /// <summary>Written at once: what comes in two parts may be told in two.</summary>
    private void Log(int count, string user) =>
        Append(count, _ => $"imap-login: Login: user=<{user}>, method=PLAIN, rip=203.0.113.9, lip=192.0.2.1, mpid={++_session}, TLS, session=<s{_session}>");

    private void Fail(int count) =>
        Append(
            count,
            i =>
                $"imap-login: Disconnected: Connection closed (auth failed, 1 attempts in 2 secs): user=<nobody{i}@example.com>, method=PLAIN, rip=198.51.100.7, lip=192.0.2.1, TLS, session=<f{++_session}>"
        );

    private void Append(int count, Func<int, string> line) =>
        File.AppendAllText(
            Program["mail.log"],
            string.Concat(Enumerable.Range(0, count).Select(i => $"{DateTime.UtcNow:yyyy-MM-ddTHH:mm:ss.ffffff}+00:00 mail dovecot: {line(i)}\n"))
        );

    private Task CountsAsync(long logins, string user) =>
        GuardProgram.UntilAsync(
            () => Program.Explain(user)?.GetProperty("totals").GetProperty("logins").GetInt64() == logins,
            () => $"not {logins} logins of {user}: {Program.Heard}"
        );

    private async Task ChangeAsync(string statement)
    {
        await using var connection = new SqliteConnection($"Data Source={Program["data/accountguard.db"]};Pooling=False");
        await connection.OpenAsync(Cancellation);
        await using var command = connection.CreateCommand();
        command.CommandText = statement;
        Assert.True(await command.ExecuteNonQueryAsync(Cancellation) > 0, statement);
    }

    private static async Task StopAsync(System.Diagnostics.Process process)
    {
        process.Kill();
        await process.WaitForExitAsync(Cancellation);
    }

    [Fact]
    public async Task One_account_and_one_part_of_the_addresses_wait_for_the_newer_version_all_others_go_on_and_what_is_not_counted_is_told()
    {
        _guard.Configure($$"""intake.logs { files = ["{{Program["mail.log"]}}"], default-domain = "example.com" }""");
        Log(3, Anna);
        Log(3, Bob);
        Fail(3);
        var process = Program.Start();
        await CountsAsync(3, Anna);
        await CountsAsync(3, Bob);
        await GuardProgram.UntilAsync(() => AddressRows() > 0, () => Program.Heard);
        await StopAsync(process);
        // As a newer version would: a form of event that nobody knew.
        await ChangeAsync(
            $"""
            INSERT INTO journal (created, deleted, persistence_id, sequence_number, message, identifier, manifest)
            SELECT created, 0, persistence_id, sequence_number + 1, x'0a0b0c', identifier, 'user.future.9' FROM journal
            WHERE persistence_id = 'user-{Anna}' ORDER BY sequence_number DESC LIMIT 1
            """
        );
        await ChangeAsync("UPDATE journal SET manifest = 'addresses.future.9' WHERE persistence_id LIKE 'addresses-%'");
        var before = await StoredAsync();

        await _guard.StartAsync();
        Log(2, Anna);
        Fail(2);
        Log(2, Bob);
        await CountsAsync(5, Bob);
        await _guard.SaysAsync("stored state", "were acknowledged and are not counted");
        await _guard.SaysAsync("stored state", "which this version does not know: a newer AccountGuard wrote it");
        Assert.Contains($"user-{Anna}: 2 observations were acknowledged and are not counted", Squeezed(Program.Heard), StringComparison.Ordinal);
        Assert.Contains("all is journaled", _guard.Ask("inspect", "health"), StringComparison.Ordinal);
        Assert.Contains("cannot be read", _guard.Ask("user", "release", Anna), StringComparison.Ordinal);
        Assert.Equal(before, await StoredAsync());
    }

    /// <summary>Numbers in log lines may stand in quotes or not.</summary>
    private static string Squeezed(string text) => text.Replace("\"", "", StringComparison.Ordinal);

    private long AddressRows()
    {
        using var connection = new SqliteConnection($"Data Source={Program["data/accountguard.db"]};Pooling=False;Mode=ReadOnly");
        connection.Open();
        using var command = connection.CreateCommand();
        command.CommandText = "SELECT COUNT(*) FROM journal WHERE persistence_id LIKE 'addresses-%'";
        return (long)command.ExecuteScalar()!;
    }

    /// <summary>What is stored of those who cannot be read.</summary>
    private async Task<string> StoredAsync()
    {
        await using var connection = new SqliteConnection($"Data Source={Program["data/accountguard.db"]};Pooling=False;Mode=ReadOnly");
        await connection.OpenAsync(Cancellation);
        await using var command = connection.CreateCommand();
        command.CommandText =
            $"SELECT group_concat(persistence_id || ' ' || sequence_number || ' ' || manifest || ' ' || hex(message), char(10)) FROM (SELECT * FROM journal WHERE manifest LIKE '%future%' OR persistence_id = 'user-{Anna}' ORDER BY persistence_id, sequence_number)";
        return (string)(await command.ExecuteScalarAsync(Cancellation))!;
    }
}
