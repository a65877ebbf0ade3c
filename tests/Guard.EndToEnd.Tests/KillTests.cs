using Microsoft.Data.Sqlite;
using Xunit;

namespace Guard.EndToEnd.Tests;

/// <summary>The built program, killed and started again.</summary>
public sealed class KillTests : IDisposable
{
    private readonly GuardProgram _guard = new();

    [Fact]
    public async Task Killed_during_intake_and_started_again_it_counts_what_an_undisturbed_run_counts()
    {
        _guard.Configure("data", 4873);
        await File.WriteAllBytesAsync(_guard["mail.log"], _guard.DemoLog(), TestContext.Current.CancellationToken);
        var expected = _guard.Replayed();
        var kills = 0;
        var process = _guard.Start();
        await GuardProgram.UntilAsync(
            () =>
            {
                var totals = _guard.Totals();
                if (kills >= 3 || totals.Item1 <= kills * 200)
                    return kills >= 1 && totals == expected;
                process.Kill();
                process.WaitForExit();
                CheckJournal();
                kills++;
                process = _guard.Start();
                return false;
            },
            () => $"{expected} was expected, {_guard.Totals()} came about after {kills} kills: {_guard.Heard}"
        );
        Assert.Equal("blocked", _guard.Explain("info@example.com")!.Value.GetProperty("rung").GetString());
    }

    /// <summary>After a kill at any moment the file is whole and no account's numbers have a gap.</summary>
    private void CheckJournal()
    {
        using var connection = new SqliteConnection($"Data Source={_guard["data/accountguard.db"]};Pooling=False");
        connection.Open();
        using var command = connection.CreateCommand();
        command.CommandText = "PRAGMA integrity_check";
        Assert.Equal("ok", command.ExecuteScalar());
        command.CommandText =
            "SELECT COUNT(*) FROM (SELECT persistence_id FROM journal GROUP BY persistence_id HAVING MAX(sequence_number) - MIN(sequence_number) + 1 <> COUNT(*))";
        Assert.Equal(0L, command.ExecuteScalar());
    }

    [Fact]
    public void Bad_usage_and_bad_configuration_end_with_two()
    {
        File.WriteAllText(_guard["bad.conf"], "accountguard {\n mode = perhaps\n}\n");
        Assert.Equal(2, _guard.Guard("replay").Code);
        Assert.Equal(2, _guard.Guard("nonsense").Code);
        var (text, _, code) = _guard.Guard("check-config", "bad.conf");
        Assert.Equal(2, code);
        Assert.Contains("bad.conf:2: accountguard.mode", text, StringComparison.Ordinal);
        Assert.Equal(2, _guard.Guard("replay", "no-such-file.log").Code);
    }

    public void Dispose() => _guard.Dispose();
}
