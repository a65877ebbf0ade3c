using CsCheck;
using Guard.Actors.Intake;
using Guard.Messages.Identity;
using Guard.Messages.Intake;
using Guard.Messages.Observations;
using Guard.Messages.Places;
using Xunit;

namespace Guard.Actors.Tests.Intake;

public sealed class EventSourceSpecs
{
    private const string Source = "http:panel";

    private static ToldObservation Told(ulong id, string user = "info@example.com") =>
        new(id, new Login(new UserId(user), Account.Start, Place.None, ObservationOrigin.None, Service.Web, LoginOutcome.Succeeded));

    private static TakeObservations Take(BatchKey key, params ulong[] ids) => new(Source, key, [.. ids.Select(id => Told(id))]);

    private static EventSourceState After(EventSourceState state, params TakeObservations[] takes) =>
        takes.Aggregate(state, (before, take) => before.Decide(take).Taken is { } taken ? before.Apply(taken) : before);

    [Fact]
    public void What_was_told_before_is_recognised_by_its_id_and_the_rest_is_taken()
    {
        var state = After(new EventSourceState(Source), Take(default, 1, 2));
        var verdict = state.Decide(Take(default, 2, 3, 3));
        Assert.Equal((2, 1), (verdict.Repeated, verdict.Taken!.Observations.Length));
        Assert.Equal(3UL, verdict.Taken.Observations[0].Observation.Origin.Position);
        Assert.Equal(Source, verdict.Taken.Observations[0].Observation.Origin.Source);
    }

    [Fact]
    public void Without_an_id_it_counts_as_often_as_it_is_told()
    {
        var state = After(new EventSourceState(Source), Take(default, 0, 0));
        Assert.Equal(2, state.Decide(Take(default, 0, 0)).Taken!.Observations.Length);
    }

    [Fact]
    public void A_key_that_comes_again_with_another_content_takes_nothing()
    {
        var state = After(new EventSourceState(Source), Take(new BatchKey(100, 101), 1));
        Assert.True(state.Decide(Take(new BatchKey(100, 102), 2)) is { KeyReused: true, Taken: null });
        Assert.True(state.Decide(Take(new BatchKey(100, 101), 1)) is { KeyReused: false, Taken: null, Repeated: 1 });
        Assert.NotNull(state.Decide(Take(new BatchKey(200, 201), 2)).Taken);
    }

    [Fact]
    public void Who_tells_again_what_is_under_way_waits_for_it()
    {
        var state = After(new EventSourceState(Source), Take(default, 1), Take(default, 2));
        Assert.Equal(1, state.Decide(Take(default, 1)).WaitsFor);
        Assert.Equal(2, state.Decide(Take(default, 1, 2)).WaitsFor);
        Assert.Equal(0, state.Done(1).Decide(Take(default, 1)).WaitsFor);
        Assert.Equal(2, state.Done(1).Open.Single().Number);
    }

    [Fact]
    public void At_least_a_generation_of_ids_is_known_and_never_more_than_two()
    {
        var state = new EventSourceState(Source);
        var told = 0UL;
        for (var batch = 0; batch < 1250; batch++)
        {
            var ids = Enumerable.Range(1, 200).Select(i => told + (ulong)i).ToArray();
            told += 200;
            state = state.Apply(state.Decide(Take(default, ids)).Taken!).Done(batch + 1);
        }
        Assert.InRange(state.Young.Count + state.Old.Count, EventSourceState.Generation, 2 * EventSourceState.Generation);
        Assert.True(state.Knows(told - EventSourceState.Generation + 1));
        Assert.False(state.Knows(1));
    }

    [Fact]
    public void However_often_and_wherever_it_is_cut_short_each_id_is_taken_once_and_positions_only_grow() =>
        Gen.Select(Gen.ULong[1, 12].Array[1, 5].Array[1, 8], Gen.Int[0, 8], Gen.Int[0, 8])
            .Sample(
                (batches, snapshotAt, doneTo) =>
                {
                    var state = new EventSourceState(Source);
                    var taken = new List<ToldObservation>();
                    for (var i = 0; i < batches.Length; i++)
                    {
                        if (i == snapshotAt)
                            state = EventSourceState.Of(state.ToSnapshot());
                        if (i == doneTo)
                            state = state.Done(state.LastNumber);
                        if (state.Decide(Take(default, batches[i])).Taken is not { } one)
                            continue;
                        state = state.Apply(one);
                        taken.AddRange(one.Observations);
                    }
                    var positions = taken.Select(told => told.Observation.Origin.Position).ToArray();
                    return taken.Select(told => told.Id).ToHashSet().SetEquals(batches.SelectMany(ids => ids))
                        && taken.Count == taken.DistinctBy(told => told.Id).Count()
                        && positions.SequenceEqual(Enumerable.Range(1, positions.Length).Select(i => (ulong)i));
                }
            );
}
