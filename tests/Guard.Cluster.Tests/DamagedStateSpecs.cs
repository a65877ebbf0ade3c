using System.Text;
using Akka.Actor;
using Guard.Actors.Entities;
using Guard.Actors.Persistence;
using Guard.Messages.Identity;
using Guard.Messages.Observations;
using Guard.Messages.Places;
using Guard.Messages.Policies;
using Guard.Messages.Sites;
using Guard.Messages.Users;
using Xunit;

namespace Guard.Cluster.Tests;

/// <summary>What becomes of entities whose stored state is damaged, behind real regions on a real SQLite journal.</summary>
public sealed class DamagedStateSpecs : IDisposable
{
    private static readonly DateTimeOffset At = new(2026, 3, 1, 12, 0, 0, TimeSpan.Zero);
    private static readonly UserId Anna = new("anna@example.com");
    private static readonly UserId Bob = new("bob@example.net");

    private readonly GuardOnSqlite _guard = new();
    private ulong _position;

    public void Dispose() => _guard.Dispose();

    private Task<GuardOnSqlite.Life> StartAsync() => _guard.StartAsync(GuardPolicy.Default, At);

    private async Task LoginAsync(GuardOnSqlite.Life life, UserId user, int times)
    {
        for (var i = 0; i < times; i++)
        {
            var login = new Login(
                user,
                At.AddMinutes(_position),
                new Place(NetworkAddress.Parse("192.0.2.7"), AddressKind.Public),
                new ObservationOrigin("log", ++_position),
                Service.Imap,
                LoginOutcome.Succeeded
            );
            await life.Regions.Users.Ask<Observed>(new UserCommands.Observe(user, [login]), GuardOnSqlite.Patience, TestContext.Current.CancellationToken);
        }
    }

    private static async Task<long> LoginsAsync(GuardOnSqlite.Life life, UserId user) =>
        (await life.Regions.Users.Ask<UserStatus>(new UserCommands.GetStatus(user), GuardOnSqlite.Patience, TestContext.Current.CancellationToken))
            .Totals
            .Logins;

    private async Task<long> ChangeAsync(string text)
    {
        await using var connection = await _guard.OpenAsync();
        await using var command = connection.CreateCommand();
        command.CommandText = text;
        return await command.ExecuteNonQueryAsync(TestContext.Current.CancellationToken);
    }

    [Theory]
    [InlineData(
        "UPDATE snapshot SET snapshot = x'ffffffffffffffff' WHERE persistence_id = 'user-anna@example.com' AND sequence_number = (SELECT MAX(sequence_number) FROM snapshot WHERE persistence_id = 'user-anna@example.com')"
    )]
    [InlineData("UPDATE snapshot SET snapshot = NULL WHERE persistence_id = 'user-anna@example.com'")]
    public async Task A_garbled_snapshot_gives_way_to_the_one_before_it_or_to_the_journal(string damage)
    {
        var life = await StartAsync();
        await LoginAsync(life, Anna, 4);
        await LoginAsync(life, Bob, 1);
        await life.System.Terminate();
        Assert.True(await ChangeAsync(damage) > 0);
        life = await StartAsync();
        Assert.Equal(4, await LoginsAsync(life, Anna));
        var fault = Assert.Single(StoreFaults.Of(life.System).Current);
        Assert.Equal("user-anna@example.com (snapshot)", fault.Key);
        Assert.Contains("rebuilt", fault.Value, StringComparison.Ordinal);

        // It goes on counting, and the next snapshot makes it whole.
        await LoginAsync(life, Anna, 4);
        await Eventually.Is(() => Task.FromResult(StoreFaults.Of(life.System).Current.Count == 0), () => "the fault stays");
        await life.System.Terminate();
        life = await StartAsync();
        Assert.Equal(8, await LoginsAsync(life, Anna));
        Assert.Empty(StoreFaults.Of(life.System).Current);
        await life.System.Terminate();
    }

    [Theory]
    [InlineData(
        "UPDATE journal SET manifest = 'u.zz.9' WHERE persistence_id = 'user-anna@example.com'",
        "'u.zz.9', which this version does not know: a newer AccountGuard wrote it"
    )]
    [InlineData("UPDATE snapshot SET manifest = 'us.9' WHERE persistence_id = 'user-anna@example.com'", "'us.9', which this version does not know")]
    [InlineData("UPDATE journal SET message = x'ffffff' WHERE persistence_id = 'user-anna@example.com'", "is damaged")]
    public async Task What_a_newer_version_stored_stops_its_account_alone_and_is_left_as_it_is(string change, string told)
    {
        var life = await StartAsync();
        await LoginAsync(life, Anna, 5);
        await LoginAsync(life, Bob, 2);
        await life.System.Terminate();
        Assert.True(await ChangeAsync(change) > 0);
        life = await StartAsync();

        // Its log is not held up, others are counted, an administrator is told, and nothing is written.
        await LoginAsync(life, Anna, 1);
        await LoginAsync(life, Bob, 1);
        Assert.Equal(3, await LoginsAsync(life, Bob));
        Assert.Equal(1, UncountedObservations.Of(life.System).Total);
        var fault = Assert.Single(StoreFaults.Of(life.System).Current);
        Assert.StartsWith("user-anna@example.com", fault.Key, StringComparison.Ordinal);
        Assert.Contains(told, fault.Value, StringComparison.Ordinal);
        var done = await life.Regions.Users.Ask<Done>(new UserCommands.Release(Anna, At), GuardOnSqlite.Patience, TestContext.Current.CancellationToken);
        Assert.Contains("cannot be read", done.Message, StringComparison.Ordinal);
        await life.System.Terminate();
        await using var connection = await _guard.OpenAsync();
        await using var rows = connection.CreateCommand();
        rows.CommandText = "SELECT COUNT(*) FROM journal WHERE persistence_id = 'user-anna@example.com'";
        Assert.Equal(5L, await rows.ExecuteScalarAsync(TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task A_bad_page_of_a_site_lets_its_accounts_go_on_under_their_policy_and_others_as_ever()
    {
        var policy = GuardPolicy.Default with { Quotas = [new Quota(TimeSpan.FromDays(1), QuotaUnit.Logins, 100, Of: QuotaScope.Site)] };
        var life = await _guard.StartAsync(policy, At);
        await LoginAsync(life, Anna, 2);
        await LoginAsync(life, Bob, 2);
        await life.System.Terminate();
        await DamageAsync("site-example.com");
        life = await _guard.StartAsync(policy, At);
        await LoginAsync(life, Anna, 3);
        await LoginAsync(life, Bob, 3);
        Assert.Equal(5, await LoginsAsync(life, Anna));
        Assert.Equal(5, await LoginsAsync(life, Bob));
        var fault = Assert.Single(StoreFaults.Of(life.System).Current);
        Assert.Equal("site-example.com", fault.Key);
        Assert.Contains("damaged page", fault.Value, StringComparison.Ordinal);
        var status = await life.Regions.Sites.Ask<SiteStatus>(
            new SiteCommands.GetStatus(new SiteId("example.com")),
            GuardOnSqlite.Patience,
            TestContext.Current.CancellationToken
        );
        Assert.Equal(Rung.Normal, status.Rung);
        await life.System.Terminate();
    }

    /// <summary>Moves an entity's events to the end of the table, away from those of others, and overwrites the page on which they stand.</summary>
    private async Task DamageAsync(string id)
    {
        await using (var connection = await _guard.OpenAsync())
        {
            await using var command = connection.CreateCommand();
            // Big rows before it and behind it fill their own pages.
            command.CommandText = $"""
                DELETE FROM snapshot WHERE persistence_id = '{id}';
                INSERT INTO journal (created, deleted, persistence_id, sequence_number, message) SELECT 0, 0, 'filler', value, randomblob(3500) FROM (WITH RECURSIVE n(value) AS (SELECT 1 UNION ALL SELECT value + 1 FROM n WHERE value < 20) SELECT value FROM n);
                UPDATE journal SET ordering = ordering + 1000 WHERE persistence_id = '{id}';
                INSERT INTO journal (created, deleted, persistence_id, sequence_number, message) SELECT 0, 0, 'filler', value + 100, randomblob(3500) FROM (WITH RECURSIVE n(value) AS (SELECT 1 UNION ALL SELECT value + 1 FROM n WHERE value < 20) SELECT value FROM n);
                PRAGMA wal_checkpoint(TRUNCATE);
                """;
            await command.ExecuteNonQueryAsync(TestContext.Current.CancellationToken);
        }
        const int page = 4096;
        const byte tableLeaf = 0x0D;
        var bytes = await File.ReadAllBytesAsync(_guard.File, TestContext.Current.CancellationToken);
        var damaged = 0;
        for (var at = 0; at < bytes.Length; at += page)
        {
            // Where the rows stood before their bytes are still to be found, among those of others.
            if (bytes[at] != tableLeaf || bytes.AsSpan(at, page).IndexOf(Encoding.UTF8.GetBytes(id)) < 0 || bytes.AsSpan(at, page).IndexOf("user-"u8) >= 0)
                continue;
            bytes.AsSpan(at, page).Fill(0xEE);
            damaged++;
        }
        Assert.InRange(damaged, 1, 3);
        await File.WriteAllBytesAsync(_guard.File, bytes, TestContext.Current.CancellationToken);
    }
}
