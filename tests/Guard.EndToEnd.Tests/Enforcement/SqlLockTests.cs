using System.Data.Common;
using Guard.Host.Configuration;
using Guard.Host.Enforcement.Locks;
using Guard.Host.Enforcement.Sql;
using Guard.Messages.Identity;
using Xunit;

namespace Guard.EndToEnd.Tests.Enforcement;

/// <summary>Locks by an administrator's statements, in a real PostgreSQL and a real MariaDB.</summary>
public sealed class SqlLockTests : IDisposable
{
    private const string Info = "info@example.com";
    private const string Anna = "anna@example.com";
    private const string Irish = @"o'brien\@example.com";
    private const string Open = "open 0 -";

    private static readonly DateTimeOffset End = new(2026, 3, 5, 10, 11, 12, TimeSpan.Zero);

    private readonly DirectoryInfo _directory = Directory.CreateTempSubdirectory("accountguard-sql");

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    private string Ledger => Path.Combine(_directory.FullName, "sql.json");

    private static WantedLock For(string user, string reason = "2,000 mails an hour") => new(new UserId(user), End, reason);

    [Theory(DisplayName = "A lock sets the column, a release restores it, each once, and nobody else is touched")]
    [InlineData(SqlProvider.Postgres)]
    [InlineData(SqlProvider.Mysql)]
    public async Task Locked_and_released(SqlProvider provider)
    {
        using var panel = await PanelDatabase.Start(provider, Info, Anna, Irish);
        Assert.Equal(
            0,
            await SqlAccountLock.Rehearse(
                new SqlDatabase(provider, panel.Connection),
                Statements(panel, panel.Lock),
                new UserId("doctor@accountguard.invalid"),
                Cancellation
            )
        );
        Assert.Equal(
            2,
            await SqlAccountLock.Rehearse(new SqlDatabase(provider, panel.Connection), Statements(panel, panel.Lock), new UserId(Info), Cancellation)
        );

        Assert.Empty(await panel.Locks(Ledger).Apply([For(Info), For(Irish, "'; DROP TABLE mailbox; --")], [], Cancellation));
        // Said again by a process that started anew, it stands already.
        Assert.Empty(await panel.Locks(Ledger).Apply([For(Info)], [], Cancellation));
        var rows = await panel.Rows();
        Assert.Equal(("locked 1 2,000 mails an hour", Open, "locked 1 '; DROP TABLE mailbox; --"), (rows[Info], rows[Anna], rows[Irish]));
        Assert.Equal(End.UtcDateTime, await panel.Until(Info));

        await ((IAccountLock)panel.Locks(Ledger)).Reconcile([], Cancellation);
        await panel.Locks(Ledger).Apply([], [new UserId(Info), new UserId(Anna), new UserId(Irish)], Cancellation);
        rows = await panel.Rows();
        Assert.Equal(("open 2 -", Open, "open 2 -"), (rows[Info], rows[Anna], rows[Irish]));
        Assert.Null(await panel.Until(Info));
    }

    [Theory(DisplayName = "A hostile name is a value and nothing else: no row but its own is changed, and those beside it are locked")]
    [InlineData(SqlProvider.Postgres)]
    [InlineData(SqlProvider.Mysql)]
    public async Task Hostile_names(SqlProvider provider)
    {
        string[] hostile =
        [
            "x@example.com' OR '1'='1",
            "x'OR'1'='1@example.com",
            "x';DROP/**/TABLE/**/mailbox;--@example.com",
            @"x\'OR/**/1=1--@example.com",
            @"info@example.com\",
            @"\",
            "'",
            "\"",
            "`",
            "\"OR\"\"=\"@example.com",
            "x@example.com;COMMIT;DELETE",
            "info@example.com\0",
            "in\0fo@example.com",
            "info@example.com ",
            "info @example.com",
            "info@example.com\u00a0",
            "info@example.com\n",
            "ínfo@example.com",
            "ｉnfo@example.com",
            "in\u200bfo@example.com",
            "info@examp\u00adle.com",
            "\ud800info@example.com",
            "info@example.com\udc00",
            "%@example.com",
            "_nfo@example.com",
            "@user",
            "$1",
            "?",
            ":user",
            "$$x$$",
            "",
            "\u02bcOR\u02bc1\u02bc=\u02bc1",
            "\uff07OR\uff071\uff07=\uff071",
            "😀@example.com",
        ];
        using var panel = await PanelDatabase.Start(provider, Info, Anna, Irish);
        var before = await panel.Rows();
        foreach (var check in new[] { true, false })
        {
            var refused = await panel
                .Locks(Ledger, check)
                .Apply([.. hostile.Select(name => For(name)), For(Anna)], [.. hostile.Select(name => new UserId(name))], Cancellation);
            Assert.Equal(hostile, refused.Select(one => one.User.Value));
            Assert.Equal("locked 1 2,000 mails an hour", (await panel.Rows())[Anna]);
            Assert.Equal([Anna], (await panel.Locks(Ledger).List(Cancellation)).Select(one => one.User.Value));
            Assert.Equal(before.Where(row => row.Key != Anna).ToDictionary(), (await panel.Rows()).Where(row => row.Key != Anna).ToDictionary());
            await panel.Locks(Ledger).Apply([], [new UserId(Anna)], Cancellation);
            await panel.Execute("UPDATE mailbox SET changes = 0");
        }
    }

    [Theory(DisplayName = "A name that has letters of its own is locked itself, and not the one that it resembles")]
    [InlineData(SqlProvider.Postgres)]
    [InlineData(SqlProvider.Mysql)]
    public async Task Alike(SqlProvider provider)
    {
        const string Alike = "ínfo@example.com";
        using var panel = await PanelDatabase.Start(provider, Info, Alike);
        var quoting = panel.Lock.Replace("note = @reason", "note = 'not a @user'", StringComparison.Ordinal);
        Assert.Empty(await panel.Locks(Ledger, locks: quoting).Apply([For(Alike)], [], Cancellation));
        var rows = await panel.Rows();
        Assert.Equal((Open, "locked 1 not a @user"), (rows[Info], rows[Alike]));
        await panel.Locks(Ledger).Apply([], [new UserId(Alike)], Cancellation);
        rows = await panel.Rows();
        Assert.Equal((Open, "open 2 -"), (rows[Info], rows[Alike]));
    }

    [Theory(DisplayName = "What the database has against one account holds up no other: too long a text is refused, a broken statement comes again")]
    [InlineData(SqlProvider.Postgres)]
    [InlineData(SqlProvider.Mysql)]
    public async Task One_of_many(SqlProvider provider)
    {
        using var panel = await PanelDatabase.Start(provider, Info, Anna, Irish);
        var refused = await panel.Locks(Ledger).Apply([For(Info, new string('x', 65)), For(Anna)], [], Cancellation);
        Assert.Equal(Info, refused.Single().User.Value);
        Assert.Equal((Open, "locked 1 2,000 mails an hour"), ((await panel.Rows())[Info], (await panel.Rows())[Anna]));
        Assert.Equal([Anna], (await panel.Locks(Ledger).List(Cancellation)).Select(one => one.User.Value));

        // A trigger of the panel's, and no fault of the values: it is told of, and tried again.
        await panel.Forbid(Info);
        var failure = await Assert.ThrowsAnyAsync<DbException>(() => panel.Locks(Ledger).Apply([For(Info), For(Irish)], [new UserId(Anna)], Cancellation));
        Assert.Contains("not this one", failure.Message, StringComparison.Ordinal);
        var rows = await panel.Rows();
        Assert.Equal((Open, "open 2 -", "locked 1 2,000 mails an hour"), (rows[Info], rows[Anna], rows[Irish]));
        await panel.Allow();
        Assert.Empty(await panel.Locks(Ledger).Apply([For(Info), For(Irish)], [], Cancellation));
        Assert.Equal("locked 1 2,000 mails an hour", (await panel.Rows())[Info]);
    }

    [Fact(DisplayName = "What PostgreSQL would refuse at the lock, it refuses at the rehearsal: a text is no time until the statement says so")]
    public async Task Rehearsal()
    {
        using var panel = await PanelDatabase.Start(SqlProvider.Postgres, Info);
        var untyped = panel.Lock.Replace("::timestamp", "", StringComparison.Ordinal);
        var failure = await Assert.ThrowsAnyAsync<DbException>(() =>
            SqlAccountLock.Rehearse(
                new SqlDatabase(SqlProvider.Postgres, panel.Connection),
                Statements(panel, untyped),
                new UserId("doctor@accountguard.invalid"),
                Cancellation
            )
        );
        Assert.Equal("42804", failure.SqlState);
    }

    [Fact(DisplayName = "MariaDB carries out several statements of one lock, all or none")]
    public async Task Several_statements()
    {
        using var panel = await PanelDatabase.Start(SqlProvider.Mysql, Info, Anna);
        var both = panel.Lock + "; UPDATE mailbox SET note = @local WHERE username = @user";
        Assert.Empty(await panel.Locks(Ledger, locks: both).Apply([For(Info)], [], Cancellation));
        Assert.Equal("locked 1 info", (await panel.Rows())[Info]);
        var halfWrong = panel.Lock + "; UPDATE mailbox SET note = repeat(@local, 60) WHERE username = @user";
        Assert.Equal(Anna, (await panel.Locks(Ledger, locks: halfWrong).Apply([For(Anna)], [], Cancellation)).Single().User.Value);
        Assert.Equal(Open, (await panel.Rows())[Anna]);
    }

    [Theory(DisplayName = "A database whose host has no address, or does not answer, is a failure that passes")]
    [InlineData(SqlProvider.Postgres, "Host=database.invalid;Username=x")]
    [InlineData(SqlProvider.Mysql, "Server=database.invalid;User ID=x")]
    [InlineData(SqlProvider.Postgres, "Host=127.0.0.1;Port=1;Username=x")]
    [InlineData(SqlProvider.Mysql, "Server=127.0.0.1;Port=1;User ID=x")]
    public async Task Nowhere(SqlProvider provider, string connection)
    {
        var statement = SqlStatement.Parse("UPDATE mailbox SET active = 0 WHERE username = @user");
        var failure = await Assert.ThrowsAnyAsync<Exception>(() =>
            new SqlAccountLock(new SqlDatabase(provider, connection), new SqlStatements(statement, statement, null), Ledger).Apply(
                [For(Info)],
                [],
                Cancellation
            )
        );
        // What the worker tries again; anything else would end it.
        Assert.True(failure is DbException or IOException, failure.ToString());
    }

    [Theory(DisplayName = "A guard whose panel database is away tries again, and catches up with all that was said meanwhile")]
    [InlineData(SqlProvider.Postgres)]
    [InlineData(SqlProvider.Mysql)]
    public async Task Away(SqlProvider provider)
    {
        using var panel = await PanelDatabase.Start(provider, Info, Anna, Irish);
        using var guard = new GuardProgram();
        Configure(guard, panel);
        guard.Start();
        await GuardProgram.UntilAsync(() => guard.Answers, () => guard.Heard);
        Say(guard, "lock", Info);
        Say(guard, "lock", Irish);
        await Becomes(panel, guard, Info, "locked");
        await Becomes(panel, guard, Irish, "locked");

        panel.StopServer();
        Say(guard, "lock", Anna);
        Say(guard, "release", Info);
        await GuardProgram.UntilAsync(() => guard.Heard.Contains("sql failed", StringComparison.Ordinal), () => guard.Heard);
        await panel.StartServer();
        await Becomes(panel, guard, Anna, "locked");
        await Becomes(panel, guard, Info, "open");
        Assert.StartsWith("locked", (await panel.Rows())[Irish], StringComparison.Ordinal);

        Say(guard, "release", Anna);
        Say(guard, "release", Irish);
        await Becomes(panel, guard, Anna, "open");
        await Becomes(panel, guard, Irish, "open");
    }

    private static SqlStatements Statements(PanelDatabase panel, string locks) =>
        new(SqlStatement.Parse(locks), SqlStatement.Parse(panel.Unlock), SqlStatement.Parse(panel.Check));

    private static void Say(GuardProgram guard, string word, string user)
    {
        var (text, error, code) = guard.Guard("user", word, user, "--config", "guard.conf");
        Assert.True(code == 0, $"user {word} {user}: {text}{error}");
    }

    private static Task Becomes(PanelDatabase panel, GuardProgram guard, string user, string state) =>
        GuardProgram.UntilAsync(
            () => panel.Rows().GetAwaiter().GetResult()[user].StartsWith(state, StringComparison.Ordinal),
            () => $"{user} does not become {state}: {guard.Heard}"
        );

    private static void Configure(GuardProgram guard, PanelDatabase panel)
    {
        File.WriteAllText(guard["mail.log"], "");
        File.WriteAllText(
            guard["guard.conf"],
            $$"""
            accountguard {
              mode = enforce
              data-directory = "{{guard["data"]}}"
              intake { logs.files = ["{{guard["mail.log"]}}"], postfix-policy.listen = off, auth-policy.listen = off, milter.listen = off }
              geo.fetch-default = off
              console.listen = off
              cluster.listen = "127.0.0.1:{{FreePort.Next()}}"
              enforcement.locks.sql {
                provider = {{panel.Provider.ToString().ToLowerInvariant()}}, connection = {{Quoted(panel.Connection)}}
                lock = {{Quoted(panel.Lock)}}, unlock = {{Quoted(panel.Unlock)}}, check = {{Quoted(panel.Check)}}
              }
            }
            """
        );
    }

    private static string Quoted(string text) => $"\"{text.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal)}\"";

    public void Dispose() => _directory.Delete(true);
}
