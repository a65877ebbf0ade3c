using Guard.Actors.Entities;
using Guard.Actors.Users;
using Guard.Host.Configuration;
using Guard.Host.ConsoleModel.ReadModel;
using Guard.Host.ConsoleModel.Store;
using Guard.Host.Intake;
using Guard.Messages.Identity;
using Guard.Messages.Policies;
using Guard.Messages.Users;
using Serilog;
using Xunit;

namespace Guard.Host.Tests.Records;

public sealed class RecordsWriterSpecs : IAsyncLifetime
{
    private static readonly SiteId Site = new("example.com");
    private static readonly UserId User = new("info@example.com");
    private static readonly DateTimeOffset Noon = new(2026, 11, 2, 12, 0, 0, TimeSpan.Zero);

    private readonly string _directory = Directory.CreateTempSubdirectory("accountguard-writer").FullName;
    private readonly RecordsFeed _feed = new(null);
    private readonly Policies _policies = new();
    private readonly IntakeClock _clock = new(TimeProvider.System, followsLog: false);
    private RecordsDatabase _database = null!;

    public async ValueTask InitializeAsync()
    {
        var loaded = GuardConfiguration.Load(null, new Dictionary<string, string> { ["accountguard.data-directory"] = _directory });
        _database = await RecordsDatabase.OpenAsync(loaded.Settings!, "console.db", "normal", RecordsSchema.ReadModel, TestContext.Current.CancellationToken);
    }

    public async ValueTask DisposeAsync()
    {
        await _database.DisposeAsync();
        Directory.Delete(_directory, true);
    }

    [Fact]
    public async Task Whatever_keeps_it_from_writing_is_told_and_tried_again()
    {
        _policies.Failing = true;
        await using var writer = new RecordsWriter(_database, _feed, _policies, _clock, Log.Logger);
        writer.Start();
        Report();
        await Eventually.Is(() => writer.Trouble == "no policies now", "the failure is not told");
        _policies.Failing = false;
        await Eventually.Is(async () => await CountAsync() == 1, "what came meanwhile is not written");
        Assert.Equal("", writer.Trouble);
    }

    [Fact]
    public async Task Who_listens_and_fails_keeps_nobody_from_the_next_change_and_nothing_is_written_twice()
    {
        await using var writer = new RecordsWriter(_database, _feed, _policies, _clock, Log.Logger);
        var told = 0;
        writer.Changed += _ =>
        {
            Interlocked.Increment(ref told);
            throw new InvalidOperationException("a page that is gone");
        };
        writer.Start();
        for (var change = 1; change <= 2; change++)
        {
            Report();
            await Eventually.Is(() => Volatile.Read(ref told) == change, "a change is not told");
        }
        Assert.Equal("", writer.Trouble);
        Assert.Equal(2, await CountAsync());
    }

    private Task<long> CountAsync() =>
        _database.ReadAsync(
            connection => RecordsDatabase.CountAsync(connection, null, "console_notable", TestContext.Current.CancellationToken),
            TestContext.Current.CancellationToken
        );

    private void Report() =>
        _feed.Journaled(
            Site,
            new UserEventBatch(User, [new ReactionChanged(Noon, Rung.Normal, Rung.Reported, Noon.AddDays(1), 20, default, "RO", [])]),
            new UserState(User),
            TimeSpan.Zero
        );

    private sealed class Policies : IPolicySource
    {
        public volatile bool Failing;

        public PolicyBook Current => Failing ? throw new InvalidOperationException("no policies now") : PolicyBook.Of(GuardPolicy.Default);
    }
}
