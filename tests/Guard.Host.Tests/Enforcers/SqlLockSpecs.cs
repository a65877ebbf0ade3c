using Guard.Host.Configuration;
using Guard.Host.Enforcement.Locks;
using Guard.Host.Enforcement.Sql;
using Guard.Messages.Identity;
using Guard.Messages.Policies;
using Microsoft.Data.Sqlite;
using Xunit;

namespace Guard.Host.Tests.Enforcers;

/// <summary>Locks by an administrator's own statements, in a database as panels have it.</summary>
public sealed class SqlLockSpecs : IDisposable
{
    private static readonly UserId Info = new("info@example.com");
    private static readonly UserId Anna = new("anna@example.com");

    private readonly DirectoryInfo _directory = Directory.CreateTempSubdirectory("accountguard-sql");
    private readonly string _connection;

    public SqlLockSpecs()
    {
        _connection = $"Data Source={_directory.FullName}/mail.db;Pooling=False";
        Execute("CREATE TABLE mailbox (username TEXT PRIMARY KEY, active INTEGER NOT NULL, note TEXT, changes INTEGER NOT NULL DEFAULT 0)");
        Execute("INSERT INTO mailbox (username, active) VALUES ('info@example.com', 1), ('anna@example.com', 1), ('locked@example.com', 0)");
    }

    public void Dispose() => _directory.Delete(true);

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    private static WantedLock For(UserId user, LockGrade grade = LockGrade.Everything) =>
        new(user, DateTimeOffset.UtcNow.AddHours(1), "2,000 mails an hour") { Grade = grade };

    /// <summary>A new one each time: what was done is known after a restart.</summary>
    private SqlAccountLock Locks(string? locks = null, bool check = true, int most = 10) =>
        new(
            new SqlDatabase(SqlProvider.Sqlite, _connection),
            new SqlStatements(
                SqlStatement.Parse(locks ?? "UPDATE mailbox SET active = 0, note = @reason, changes = changes + 1 WHERE username = @user"),
                SqlStatement.Parse("UPDATE mailbox SET active = 1, note = NULL, changes = changes + 1 WHERE username = @user"),
                check ? SqlStatement.Parse("SELECT active = 0 FROM mailbox WHERE username = @user") : null,
                most
            ),
            Path.Combine(_directory.FullName, "sql.json")
        );

    private void Execute(string text)
    {
        using var connection = new SqliteConnection(_connection);
        connection.Open();
        using var command = connection.CreateCommand();
        command.CommandText = text;
        command.ExecuteNonQuery();
    }

    private string Row(string user)
    {
        using var connection = new SqliteConnection(_connection);
        connection.Open();
        using var command = connection.CreateCommand();
        command.CommandText = "SELECT active || ' ' || changes || ' ' || coalesce(note, '-') FROM mailbox WHERE username = $user";
        command.Parameters.AddWithValue("$user", user);
        return (string)command.ExecuteScalar()!;
    }

    [Fact]
    public async Task An_account_is_locked_and_unlocked_and_nobody_else_is()
    {
        Assert.Empty(await Locks().Apply([For(Info)], [], Cancellation));
        Assert.Equal("0 1 2,000 mails an hour", Row("info@example.com"));
        Assert.Equal("1 0 -", Row("anna@example.com"));
        Assert.Equal([Info], (await Locks().List(Cancellation)).Select(one => one.User));
        await ((IAccountLock)Locks()).Reconcile([], Cancellation);
        Assert.Equal("1 2 -", Row("info@example.com"));
        // Said again, nothing is done twice.
        await Locks().Apply([], [Info, Anna], Cancellation);
        Assert.Equal("1 2 -", Row("info@example.com"));
        Assert.Equal("1 0 -", Row("anna@example.com"));
    }

    [Fact]
    public async Task What_somebody_else_locked_is_left_alone_both_ways_and_what_somebody_unlocked_is_not_unlocked_again()
    {
        var theirs = new UserId("locked@example.com");
        Assert.Empty(await Locks().Apply([For(theirs), For(Info)], [], Cancellation));
        Assert.Equal("0 0 -", Row("locked@example.com"));
        Execute("UPDATE mailbox SET active = 1, note = 'by hand' WHERE username = 'info@example.com'");
        await Locks().Apply([], [theirs, Info], Cancellation);
        Assert.Equal("0 0 -", Row("locked@example.com"));
        Assert.Equal("1 1 by hand", Row("info@example.com"));
        Assert.Empty(await Locks().List(Cancellation));
    }

    [Fact]
    public async Task A_process_that_died_between_its_note_and_its_deed_locks_after_all_and_unlocks()
    {
        // The note is there, the statement was not carried out.
        await File.WriteAllTextAsync(
            Path.Combine(_directory.FullName, "sql.json"),
            """{"info@example.com":{"User":{"Value":"info@example.com"},"Until":null,"Ours":true,"Grade":0}}""",
            Cancellation
        );
        await ((IAccountLock)Locks()).Reconcile([For(Info)], Cancellation);
        Assert.StartsWith("0 1", Row("info@example.com"), StringComparison.Ordinal);
        await ((IAccountLock)Locks()).Reconcile([], Cancellation);
        Assert.StartsWith("1 2", Row("info@example.com"), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("x@example.com'OR'1'='1")]
    [InlineData("x@example.com';DROP/**/TABLE/**/mailbox;--")]
    public async Task A_hostile_name_is_a_value_and_nothing_else(string name)
    {
        var refused = await Locks().Apply([For(new UserId(name))], [], Cancellation);
        Assert.Contains("knows no account", refused.Single().Why, StringComparison.Ordinal);
        refused = await Locks(check: false).Apply([For(new UserId(name))], [], Cancellation);
        Assert.Contains("no row", refused.Single().Why, StringComparison.Ordinal);
        Assert.Equal("1 0 -", Row("info@example.com"));
        Assert.Empty(await Locks().List(Cancellation));
    }

    [Theory]
    [InlineData("info@example.com ")]
    [InlineData("in\0fo@example.com")]
    [InlineData("x@example.com' OR '1'='1")]
    public async Task A_name_that_is_none_never_reaches_the_database(string name)
    {
        var refused = await Locks(check: false).Apply([For(new UserId(name))], [], Cancellation);
        Assert.Contains("no account has a name", refused.Single().Why, StringComparison.Ordinal);
        Assert.Equal("1 0 -", Row("info@example.com"));
        Assert.Empty(await Locks().List(Cancellation));
    }

    [Fact]
    public async Task What_the_database_has_against_one_account_holds_up_no_other_and_comes_again()
    {
        Execute("CREATE TRIGGER forbid BEFORE UPDATE ON mailbox WHEN OLD.username = 'info@example.com' BEGIN SELECT RAISE(ABORT, 'not this one'); END");
        var failure = await Assert.ThrowsAnyAsync<System.Data.Common.DbException>(() => Locks().Apply([For(Info), For(Anna)], [], Cancellation));
        Assert.Contains("not this one", failure.Message, StringComparison.Ordinal);
        Assert.StartsWith("0 1", Row("anna@example.com"), StringComparison.Ordinal);
        Execute("DROP TRIGGER forbid");
        Assert.Empty(await Locks().Apply([For(Info)], [], Cancellation));
        Assert.StartsWith("0 1", Row("info@example.com"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_statement_that_forgot_its_condition_changes_nothing()
    {
        var refused = await Locks("UPDATE mailbox SET active = 0, note = @user", most: 2).Apply([For(Info)], [], Cancellation);
        Assert.Contains("3 rows", refused.Single().Why, StringComparison.Ordinal);
        Assert.Equal("1 0 -", Row("info@example.com"));
        Assert.Equal("1 0 -", Row("anna@example.com"));
        Assert.Empty(await Locks().List(Cancellation));
    }

    [Fact]
    public async Task A_grade_is_carried_only_where_the_statement_is_told_it()
    {
        Assert.False(Locks().Carries(LockGrade.Sending));
        var graded = Locks("UPDATE mailbox SET active = CASE @grade WHEN 'sending' THEN 2 ELSE 0 END WHERE username = @user");
        Assert.True(graded.Carries(LockGrade.Sending));
        await graded.Apply([For(Info, LockGrade.Sending)], [], Cancellation);
        Assert.StartsWith("2", Row("info@example.com"), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("")]
    [InlineData("UPDATE mailbox SET active = 0")]
    [InlineData("UPDATE mailbox SET active = 0 WHERE username = 'user@example.com'")]
    [InlineData("UPDATE mailbox SET active = 0 WHERE username = @user AND host = @host")]
    [InlineData("UPDATE mailbox SET active = 0 WHERE username LIKE @user")]
    [InlineData("UPDATE mailbox SET active = 0 WHERE username ~ @user")]
    public void A_statement_without_the_account_or_with_an_unknown_parameter_is_a_mistake(string text) =>
        Assert.Throws<ArgumentException>(() => SqlStatement.Parse(text));

    [Fact]
    public async Task A_rehearsal_finds_what_statements_speak_of_and_changes_nothing()
    {
        var database = new SqlDatabase(SqlProvider.Sqlite, _connection);
        var statements = new SqlStatements(
            SqlStatement.Parse("UPDATE mailbox SET active = 0 WHERE username = @user"),
            SqlStatement.Parse("UPDATE mailbox SET active = 1 WHERE username = @user"),
            null
        );
        Assert.Equal(0, await SqlAccountLock.Rehearse(database, statements, new UserId("doctor@accountguard.invalid"), Cancellation));
        Assert.Equal(2, await SqlAccountLock.Rehearse(database, statements, Info, Cancellation));
        Assert.Equal("1 0 -", Row("info@example.com"));
        var wrong = statements with { Unlock = SqlStatement.Parse("UPDATE mailboxes SET active = 1 WHERE username = @user") };
        await Assert.ThrowsAnyAsync<System.Data.Common.DbException>(() => SqlAccountLock.Rehearse(database, wrong, Info, Cancellation));
    }

    [Fact]
    public async Task A_database_that_is_away_is_a_failure_that_passes()
    {
        var away = new SqlAccountLock(
            new SqlDatabase(SqlProvider.Sqlite, "Data Source=/nonexistent/mail.db;Mode=ReadWrite"),
            new SqlStatements(SqlStatement.Parse("UPDATE m SET a = 0 WHERE u = @user"), SqlStatement.Parse("UPDATE m SET a = 1 WHERE u = @user"), null),
            Path.Combine(_directory.FullName, "away.json")
        );
        await Assert.ThrowsAnyAsync<System.Data.Common.DbException>(() => away.Apply([For(Info)], [], Cancellation));
    }
}
