using Guard.Messages.Intake;
using Guard.Messages.Wire;

namespace Guard.Actors.Serialization;

/// <summary>Contracts of what intakes journal for themselves, and of how they ask for it.</summary>
internal static class IntakeManifests
{
    public static IReadOnlyList<Contract> All { get; } =
    [
        GuardManifests.Of<AccessEntryAdded, AccessEntryAddedRecord>("a.added.1", IntakeWire.Write, AccessEntryAddedRecord.Parser, IntakeWire.Read),
        GuardManifests.Of<AccessEntryRemoved, AccessEntryRemovedRecord>("a.removed.1", IntakeWire.Write, AccessEntryRemovedRecord.Parser, IntakeWire.Read),
        GuardManifests.Of<AccessListsSnapshot, AccessListsRecord>("a.snap.1", IntakeWire.Write, AccessListsRecord.Parser, IntakeWire.Read),
        GuardManifests.Of<ObservationsTaken, ToldObservationsRecord>("o.taken.1", IntakeWire.Write, ToldObservationsRecord.Parser, IntakeWire.Read),
        GuardManifests.Of<EventSourceSnapshot, EventSourceSnapshotRecord>("o.snap.1", IntakeWire.Write, EventSourceSnapshotRecord.Parser, IntakeWire.Read),
        // Between nodes.
        GuardManifests.Of<TakeObservations, ToldObservationsRecord>("o.take.1", IntakeWire.Write, ToldObservationsRecord.Parser, IntakeWire.ReadTake),
        GuardManifests.Of<ObservationsHeld, ObservationsHeldRecord>("o.held.1", IntakeWire.Write, ObservationsHeldRecord.Parser, IntakeWire.Read),
    ];

    public static IReadOnlyList<string> Stored { get; } = ["a.added.1", "a.removed.1", "a.snap.1", "o.taken.1", "o.snap.1"];
}
