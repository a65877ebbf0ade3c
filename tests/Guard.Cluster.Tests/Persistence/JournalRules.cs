using Akka.Persistence;
using Akka.Persistence.Journal;
using Xunit;

namespace Guard.Cluster.Tests.Persistence;

/// <summary>
/// The rules of Akka.Persistence's journal test kit (JournalSpec), restated since that package cannot be restored here. Our own engines and the stock ones must
/// pass:
/// what only ours passed would be our reading of the rules. The end-to-end tests run them again on PostgreSQL.
/// </summary>
public sealed class JournalRules : IDisposable
{
    private const string Id = "p-1";

    private readonly StoragePlace _place = new();

    private StorageEngine Start(string engine) => StorageEngine.Start(_place, engine);

    private static void WriteFive(StorageEngine engine)
    {
        for (var number = 1; number <= 5; number++)
            engine.Write(Id, (number, $"a-{number}"));
        for (var number = 1; number <= 5; number++)
            engine.Written(1);
    }

    private static (long, object)[] Events(params int[] numbers) => [.. numbers.Select(number => ((long)number, (object)$"a-{number}"))];

    [Theory, MemberData(nameof(StoragePlace.Engines), MemberType = typeof(StoragePlace))]
    public async Task All_events_are_replayed_in_order_and_the_highest_number_is_told(string name)
    {
        await using var engine = Start(name);
        WriteFive(engine);
        var (events, highest) = engine.Replay(Id, 1);
        Assert.Equal(Events(1, 2, 3, 4, 5), events);
        Assert.Equal(5, highest);
        Assert.Equal(0, engine.Replay("nobody").Highest);
    }

    [Theory]
    [InlineData(3, long.MaxValue, long.MaxValue, 3, 5)]
    [InlineData(1, 3, long.MaxValue, 1, 3)]
    [InlineData(1, long.MaxValue, 3, 1, 3)]
    [InlineData(2, 4, long.MaxValue, 2, 4)]
    [InlineData(2, 5, 2, 2, 3)]
    [InlineData(2, 2, long.MaxValue, 2, 2)]
    [InlineData(1, 1, 1, 1, 1)]
    public async Task Bounds_and_limits_of_a_replay_hold(long from, long to, long max, int first, int last)
    {
        foreach (var name in StoragePlace.Names)
        {
            using var place = new StoragePlace();
            await using var engine = StorageEngine.Start(place, name);
            WriteFive(engine);
            Assert.Equal(Events([.. Enumerable.Range(first, last - first + 1)]), engine.Replay(Id, from, to, max).Events);
        }
    }

    [Theory, MemberData(nameof(StoragePlace.Engines), MemberType = typeof(StoragePlace))]
    public async Task Nothing_is_replayed_when_nothing_is_asked_for(string name)
    {
        await using var engine = Start(name);
        WriteFive(engine);
        Assert.Empty(engine.Replay(Id, 1, long.MaxValue, 0).Events);
        Assert.Empty(engine.Replay(Id, 3, 2).Events);
        Assert.Empty(engine.Replay("nobody", 1).Events);
    }

    [Theory, MemberData(nameof(StoragePlace.Engines), MemberType = typeof(StoragePlace))]
    public async Task What_was_deleted_is_not_replayed_and_its_numbers_are_never_used_again(string name)
    {
        await using var engine = Start(name);
        WriteFive(engine);
        engine.Delete(Id, 3);
        var (events, highest) = engine.Replay(Id, 1);
        Assert.Equal(Events(4, 5), events);
        Assert.Equal(5, highest);
        engine.Delete(Id, long.MaxValue);
        (events, highest) = engine.Replay(Id, 1);
        Assert.Empty(events);
        Assert.Equal(5, highest);
        engine.Write(Id, (6, "a-6"));
        engine.Written(1);
        Assert.Equal(Events(6), engine.Replay(Id, 1).Events);
    }

    [Theory, MemberData(nameof(StoragePlace.Changes), MemberType = typeof(StoragePlace))]
    public async Task What_one_engine_deleted_the_other_does_not_bring_back(string first, string second)
    {
        await using (var engine = Start(first))
        {
            WriteFive(engine);
            engine.Delete(Id, 5);
        }
        await using var other = Start(second);
        var (events, highest) = other.Replay(Id, 1);
        Assert.Empty(events);
        Assert.Equal(5, highest);
    }

    [Theory, MemberData(nameof(StoragePlace.Engines), MemberType = typeof(StoragePlace))]
    public async Task An_atomic_write_of_several_events_is_there_as_a_whole_or_not_at_all(string name)
    {
        await using var engine = Start(name);
        engine.Write(Id, (1, "a-1"), (2, "a-2"), (3, "a-3"));
        engine.Written(3);
        Assert.Equal(Events(1, 2, 3), engine.Replay(Id, 1).Events);
        // The second event takes a number that is there: its write fails, and the first must not stay.
        engine.Write(Id, (4, "a-4"), (3, "a-3 again"));
        Assert.NotNull(engine.Next<WriteMessagesFailed>().Cause);
        engine.Next<WriteMessageFailure>();
        engine.Next<WriteMessageFailure>();
        var (events, highest) = engine.Replay(Id, 1);
        Assert.Equal(Events(1, 2, 3), events);
        Assert.Equal(3, highest);
    }

    [Theory, MemberData(nameof(StoragePlace.Engines), MemberType = typeof(StoragePlace))]
    public async Task An_event_that_cannot_be_serialized_is_refused_alone(string name)
    {
        await using var engine = Start(name);
        var self = engine.Self;
        var good = new AtomicWrite(new Persistent("a-1", 1, Id, sender: self, writerGuid: "writer"));
        var bad = new AtomicWrite(new Persistent(new Unserializable(), 1, "p-2", sender: self, writerGuid: "writer"));
        engine.Journal.Tell(new WriteMessages([good, bad], self, 1), self);
        engine.Next<WriteMessagesSuccessful>();
        var answers = new[] { engine.Next<object>(), engine.Next<object>() };
        Assert.Single(answers.OfType<WriteMessageSuccess>());
        Assert.Single(answers.OfType<WriteMessageRejected>());
        Assert.Equal(Events(1), engine.Replay(Id, 1).Events);
        Assert.Empty(engine.Replay("p-2", 1).Events);
    }

    [Theory, MemberData(nameof(StoragePlace.Own), MemberType = typeof(StoragePlace))]
    public async Task A_write_that_fails_does_not_take_along_those_it_was_grouped_with(string name)
    {
        await using var engine = Start(name);
        engine.Write("taken", (1, "a-1"));
        engine.Written(1);
        for (var i = 0; i < 300; i++)
        {
            engine.Write($"fine-{i}", (1, "a-1"));
            engine.Write("taken", (1, "again"));
        }
        var answers = Enumerable.Range(0, 1200).Select(_ => engine.Next<object>()).ToList();
        Assert.Equal(300, answers.OfType<WriteMessageSuccess>().Count());
        Assert.Equal(300, answers.OfType<WriteMessageFailure>().Count());
        for (var i = 0; i < 300; i++)
            Assert.Equal(Events(1), engine.Replay($"fine-{i}", 1).Events);
        Assert.Equal(Events(1), engine.Replay("taken", 1).Events);
    }

    [Theory, MemberData(nameof(StoragePlace.Changes), MemberType = typeof(StoragePlace))]
    public async Task Tags_and_payloads_are_the_same_to_both_engines(string first, string second)
    {
        await using (var engine = Start(first))
        {
            engine.Write(Id, (1, new Tagged("a-1", ["blue", "green"])), (2, "a-2"));
            engine.Written(2);
            engine.Write("p-2", (1, new Tagged("b-1", ["blue"])));
            engine.Written(1);
        }
        await using var reader = Start(second);
        Assert.Equal(Events(1, 2), reader.Replay(Id, 1).Events);
        Assert.Equal(
            2L,
            _place.Scalar(
                "SELECT COUNT(*) FROM tags JOIN journal ON ordering = ordering_id WHERE tags.persistence_id = 'p-1' AND sequence_nr = 1 AND sequence_number = 1"
            )
        );
        Assert.Equal(2L, _place.Scalar("SELECT COUNT(*) FROM tags WHERE tag = 'blue'"));
    }

    [Theory, MemberData(nameof(StoragePlace.Engines), MemberType = typeof(StoragePlace))]
    public async Task A_second_writer_of_an_entity_is_refused(string name)
    {
        await using var first = Start(name);
        await using var second = Start(name);
        WriteFive(first);
        Assert.Equal(5, second.Replay(Id, 1).Highest);
        first.Write(Id, (6, "a-6"));
        first.Written(1);
        second.Write(Id, (6, "another a-6"));
        Assert.NotNull(second.Next<WriteMessagesFailed>().Cause);
        second.Next<WriteMessageFailure>();
        Assert.Equal(Events(1, 2, 3, 4, 5, 6), second.Replay(Id, 1).Events);
    }

    public void Dispose() => _place.Dispose();

    /// <summary>Its serializer throws.</summary>
    private sealed class Unserializable
    {
        public string Value => throw new InvalidOperationException("cannot be serialized");
    }
}
