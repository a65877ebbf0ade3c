using System.Collections.Immutable;
using Guard.Messages.Identity;
using Guard.Messages.Intake;
using Guard.Messages.Wire;
using static Guard.Actors.Serialization.BasicWire;

namespace Guard.Actors.Serialization;

/// <summary>What intakes journal for themselves.</summary>
internal static class IntakeWire
{
    public static AccessEntryRecord Write(StoredAccessEntry entry) =>
        new()
        {
            List = (int)entry.List,
            Network = entry.Network is { } network ? LedgerWire.Write(network) : null,
            Login = entry.Login,
            Expires = Time(entry.Expires),
            Reason = entry.Reason,
            Ja3 = entry.Ja3,
        };

    public static StoredAccessEntry Read(AccessEntryRecord record) =>
        new((AccessListKind)record.List, record.Network is null ? null : LedgerWire.Read(record.Network), record.Login, Time(record.Expires), record.Reason)
        {
            Ja3 = record.Ja3,
        };

    public static AccessEntryAddedRecord Write(AccessEntryAdded added) => new() { At = Time(added.At), Entry = Write(added.Entry) };

    public static AccessEntryAdded Read(AccessEntryAddedRecord record) => new(Time(record.At), Read(record.Entry));

    public static AccessEntryRemovedRecord Write(AccessEntryRemoved removed) => new() { At = Time(removed.At), Entry = Write(removed.Entry) };

    public static AccessEntryRemoved Read(AccessEntryRemovedRecord record) => new(Time(record.At), Read(record.Entry));

    public static AccessListsRecord Write(AccessListsSnapshot snapshot)
    {
        var record = new AccessListsRecord();
        record.Entries.Add(snapshot.Entries.Select(Write));
        return record;
    }

    public static AccessListsSnapshot Read(AccessListsRecord record) => new([.. record.Entries.Select(Read)]);

    public static ToldObservationsRecord Write(TakeObservations take) => Write(take.Source, take.Key, take.Observations);

    public static TakeObservations ReadTake(ToldObservationsRecord record) =>
        new(record.Source, new BatchKey(record.Key, record.Content), Observations(record));

    public static ToldObservationsRecord Write(ObservationsTaken taken)
    {
        var record = Write(taken.Source, taken.Key, taken.Observations);
        record.Number = taken.Number;
        record.DoneTo = taken.DoneTo;
        return record;
    }

    public static ObservationsTaken Read(ToldObservationsRecord record) =>
        new(record.Source, record.Number, new BatchKey(record.Key, record.Content), Observations(record), record.DoneTo);

    public static ObservationsHeldRecord Write(ObservationsHeld held) =>
        new()
        {
            Source = held.Source,
            Taken = held.Taken,
            Repeated = held.Repeated,
            KeyReused = held.KeyReused,
        };

    public static ObservationsHeld Read(ObservationsHeldRecord record) => new(record.Source, record.Taken, record.Repeated, record.KeyReused);

    public static EventSourceSnapshotRecord Write(EventSourceSnapshot snapshot)
    {
        var record = new EventSourceSnapshotRecord
        {
            Source = snapshot.Source,
            LastNumber = snapshot.LastNumber,
            LastPosition = snapshot.LastPosition,
        };
        record.Young.Add(snapshot.Young);
        record.Old.Add(snapshot.Old);
        record.Open.Add(snapshot.Open.Select(Write));
        return record;
    }

    public static EventSourceSnapshot Read(EventSourceSnapshotRecord record) =>
        new(record.Source, record.LastNumber, record.LastPosition, [.. record.Young], [.. record.Old], [.. record.Open.Select(Read)]);

    private static ToldObservationsRecord Write(string source, BatchKey key, ImmutableArray<ToldObservation> observations)
    {
        var record = new ToldObservationsRecord
        {
            Source = source,
            Key = key.Key,
            Content = key.Content,
            Base = observations.IsEmpty ? 0 : observations[0].Observation.At.ToUnixTimeMilliseconds(),
        };
        var writer = new ObservationWriter(record.Places, record.Sources);
        var users = new Dictionary<UserId, uint>();
        foreach (var (id, observation) in observations)
        {
            if (!users.TryGetValue(observation.User, out var user))
            {
                users.Add(observation.User, user = (uint)users.Count);
                record.Users.Add(observation.User.Value);
            }
            record.UserOf.Add(user);
            record.Items.Add(writer.Write(observation, record.Base));
            record.Ids.Add(id);
        }
        return record;
    }

    private static ImmutableArray<ToldObservation> Observations(ToldObservationsRecord record)
    {
        var reader = new ObservationReader(default, record.Places, record.Sources);
        var observations = ImmutableArray.CreateBuilder<ToldObservation>(record.Items.Count);
        for (var i = 0; i < record.Items.Count; i++)
            observations.Add(
                new ToldObservation(record.Ids[i], reader.Read(record.Items[i], record.Base) with { User = new UserId(record.Users[(int)record.UserOf[i]]) })
            );
        return observations.MoveToImmutable();
    }
}
