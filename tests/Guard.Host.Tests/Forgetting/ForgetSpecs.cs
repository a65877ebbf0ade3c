using Guard.Host.Tests.Inspection;
using Microsoft.Data.Sqlite;
using Xunit;

namespace Guard.Host.Tests.Forgetting;

/// <summary>A whole node that has read the demo's story forgets the account that it is about.</summary>
public sealed class ForgetSpecs(InspectedGuard guard) : IClassFixture<InspectedGuard>
{
    private const string Name = "info@example.com";

    [Fact]
    public async Task A_forgotten_account_is_in_no_file_of_the_guard_any_more_and_the_answer_counts_what_was_removed()
    {
        // What a lock by hand leaves in the audit, the ledgers and the records.
        Assert.Equal(0, (await guard.AskAsync(0, false, "user", "lock", Name, "1h", "everything", "to be forgotten")).Code);
        await Eventually.Is(async () => await CountAsync("console.db", "SELECT COUNT(*) FROM console_incidents WHERE user_name = @name") > 0);

        var rows = await guard.RowsAsync(0, "user", "forget", Name, "left the company");
        long Removed(string store) => rows.Where(row => row.GetProperty("store").GetString() == store).Sum(row => row.GetProperty("removed").GetInt64());
        Assert.Equal("forgotten", rows[0].GetProperty("detail").GetString());
        Assert.True(Removed("journal rows") > 0);
        Assert.True(Removed("console records") > 0);
        Assert.True(Removed("archive items") > 0);
        Assert.True(Removed("names in memory") > 0);
        Assert.Equal(1, Removed("names in the audit"));

        Assert.Contains("never seen", (await guard.AskAsync(0, false, "user", "show", Name)).Errors, StringComparison.Ordinal);
        await Eventually.Is(async () =>
            await CountAsync("console.db", "SELECT COUNT(*) FROM console_accounts WHERE user_name = @name") == 0
            && await CountAsync("console.db", "SELECT COUNT(*) FROM console_incidents WHERE user_name = @name") == 0
        );
        Assert.Equal(0, await CountAsync("audit.db", "SELECT COUNT(*) FROM console_audit WHERE subject || detail LIKE '%' || @name || '%'"));
        Assert.Equal(0, await CountAsync("audit.db", "SELECT COUNT(*) FROM console_audit_names WHERE name = @name"));
        Assert.True(await CountAsync("audit.db", "SELECT COUNT(*) FROM console_audit WHERE act = 'account.forget' AND @name <> ''") > 0);

        // It may be asked for again: then there is nothing.
        var again = await guard.RowsAsync(0, "user", "forget", Name);
        Assert.StartsWith("nothing is known of it", again[0].GetProperty("detail").GetString(), StringComparison.Ordinal);
    }

    private async Task<long> CountAsync(string file, string sql)
    {
        await using var connection = new SqliteConnection($"Data Source={guard.Directory}/data0/{file};Mode=ReadOnly;Pooling=False");
        await connection.OpenAsync(TestContext.Current.CancellationToken);
        await using var command = connection.CreateCommand();
        command.CommandText = sql;
        command.Parameters.AddWithValue("@name", Name);
        return (long)(await command.ExecuteScalarAsync(TestContext.Current.CancellationToken))!;
    }
}
