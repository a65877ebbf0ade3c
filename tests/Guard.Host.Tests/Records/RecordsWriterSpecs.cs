using Guard.Actors.Entities;
using Guard.Actors.Users;
using Guard.Host.ConsoleModel.ReadModel;
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

    private readonly RecordsFeed _feed = new(null);
    private readonly Policies _policies = new();
    private readonly IntakeClock _clock = new(TimeProvider.System, followsLog: false);
    private RecordsFile _records = null!;

    public async ValueTask InitializeAsync() => _records = await RecordsFile.OpenAsync();

    public ValueTask DisposeAsync() => _records.DisposeAsync();

    [Fact]
    public async Task Whatever_keeps_it_from_writing_is_told_and_tried_again()
    {
        _policies.Failing = true;
        await using var writer = new RecordsWriter(_records.Database, _feed, _policies, _clock, Log.Logger);
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
        await using var writer = new RecordsWriter(_records.Database, _feed, _policies, _clock, Log.Logger);
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

    [Theory]
    [InlineData(0, 250)]
    [InlineData(5, 250)]
    [InlineData(10, 500)]
    [InlineData(20, 1000)]
    [InlineData(3000, 1000)]
    public void Alone_it_writes_for_a_fiftieth_of_the_time_but_waits_a_second_at_most(int write, int pause) =>
        Assert.Equal(TimeSpan.FromMilliseconds(pause), RecordsWriter.PauseAfter(TimeSpan.FromMilliseconds(write), isAlone: true));

    [Fact]
    public void Beside_other_nodes_it_does_not_keep_what_happened_to_itself() =>
        Assert.Equal(TimeSpan.FromMilliseconds(250), RecordsWriter.PauseAfter(TimeSpan.FromSeconds(3), isAlone: false));

    private Task<long> CountAsync() => _records.CountAsync("console_notable");

    private void Report() =>
        _feed.Journaled(
            Site,
            new UserEventBatch(User, [new ReactionChanged(Noon, Rung.Normal, Rung.Reported, Noon.AddDays(1), 20, default, "RO", [])]),
            1,
            new UserState(User),
            TimeSpan.Zero
        );

    private sealed class Policies : IPolicySource
    {
        public volatile bool Failing;

        public PolicyBook Current => Failing ? throw new InvalidOperationException("no policies now") : PolicyBook.Of(GuardPolicy.Default);
    }
}
