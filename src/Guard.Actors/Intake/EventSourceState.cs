using System.Collections.Immutable;
using Guard.Messages.Intake;
using Guard.Messages.Observations;

namespace Guard.Actors.Intake;

/// <summary>What one program told: which ids are known, and which batches have not reached their accounts yet. Folded from events; pure and bounded.</summary>
public sealed record EventSourceState(string Source)
{
    /// <summary>Ids of a generation. The last generation is kept beside the present one, so that at least so many are known.</summary>
    public const int Generation = 100_000;

    public long LastNumber { get; init; }

    public ulong LastPosition { get; init; }

    public ImmutableHashSet<ulong> Young { get; init; } = [];

    public ImmutableHashSet<ulong> Old { get; init; } = [];

    /// <summary>In the order of their numbers.</summary>
    public ImmutableList<ObservationsTaken> Open { get; init; } = [];

    /// <summary>Every batch up to this number is in the journals of its accounts.</summary>
    public long DoneTo => Open.IsEmpty ? LastNumber : Open[0].Number - 1;

    public bool Knows(ulong id) => id != 0 && (Young.Contains(id) || Old.Contains(id));

    /// <summary>What a batch comes to.</summary>
    public EventSourceVerdict Decide(TakeObservations take)
    {
        if (take.Key.Key != 0 && Knows(take.Key.Key) && !Knows(take.Key.Content))
            return new EventSourceVerdict(null, 0, true, 0);
        var fresh = ImmutableArray.CreateBuilder<ToldObservation>(take.Observations.Length);
        var within = new HashSet<ulong>();
        var waitsFor = 0L;
        foreach (var told in take.Observations)
        {
            if (told.Id != 0 && (Knows(told.Id) || !within.Add(told.Id)))
            {
                waitsFor = Math.Max(waitsFor, OpenWith(told.Id));
                continue;
            }
            var origin = new ObservationOrigin(Source, LastPosition + (ulong)fresh.Count + 1);
            fresh.Add(told with { Observation = told.Observation with { Origin = origin } });
        }
        var repeated = take.Observations.Length - fresh.Count;
        return fresh.Count == 0
            ? new EventSourceVerdict(null, repeated, false, waitsFor)
            : new EventSourceVerdict(new ObservationsTaken(Source, LastNumber + 1, take.Key, fresh.ToImmutable(), DoneTo), repeated, false, LastNumber + 1);
    }

    public EventSourceState Apply(ObservationsTaken taken)
    {
        var young = Young.Union(taken.Observations.Select(told => told.Id).Append(taken.Key.Key).Append(taken.Key.Content).Where(id => id != 0));
        var turn = young.Count >= Generation;
        return Done(taken.DoneTo) with
        {
            LastNumber = taken.Number,
            LastPosition = taken.Observations[^1].Observation.Origin.Position,
            Young = turn ? [] : young,
            Old = turn ? young : Old,
            Open = Done(taken.DoneTo).Open.Add(taken),
        };
    }

    /// <summary>The accounts have every batch up to this one. Not journaled: after a restart they are told again, and recognise it.</summary>
    public EventSourceState Done(long number)
    {
        var open = Open;
        while (!open.IsEmpty && open[0].Number <= number)
            open = open.RemoveAt(0);
        return this with { Open = open };
    }

    public EventSourceSnapshot ToSnapshot() => new(Source, LastNumber, LastPosition, [.. Young.Order()], [.. Old.Order()], [.. Open]);

    public static EventSourceState Of(EventSourceSnapshot snapshot) =>
        new(snapshot.Source)
        {
            LastNumber = snapshot.LastNumber,
            LastPosition = snapshot.LastPosition,
            Young = [.. snapshot.Young],
            Old = [.. snapshot.Old],
            Open = [.. snapshot.Open],
        };

    private long OpenWith(ulong id)
    {
        foreach (var batch in Open)
        {
            if (batch.Observations.Any(told => told.Id == id))
                return batch.Number;
        }
        return 0;
    }
}

/// <summary>What a batch comes to.</summary>
/// <param name="Taken">Null when there is nothing new.</param>
/// <param name="WaitsFor">The batch that has to be done before the answer is true; 0: none.</param>
public sealed record EventSourceVerdict(ObservationsTaken? Taken, int Repeated, bool KeyReused, long WaitsFor);
