using Guard.Messages.Enforcement;
using Guard.Messages.Wire;
using static Guard.Actors.Serialization.BasicWire;
using static Guard.Actors.Serialization.GuardManifests;

namespace Guard.Actors.Serialization;

/// <summary>Contracts of the outbox of reports.</summary>
internal static class ReportManifests
{
    public static IReadOnlyList<Contract> All { get; } =
    [
        Of<ReportTaken, ReportTakenRecord>("r.taken.1", ReportWire.Write, ReportTakenRecord.Parser, ReportWire.Read),
        Of<DispatchPlanned, DispatchRecord>("r.planned.1", ReportWire.Write, DispatchRecord.Parser, ReportWire.ReadPlanned),
        Of<DispatchDone, DispatchRecord>(
            "r.done.1",
            done => new DispatchRecord { At = Time(done.At), Id = done.Id },
            DispatchRecord.Parser,
            record => new DispatchDone(Time(record.At), record.Id)
        ),
        Of<DispatchDied, DispatchRecord>(
            "r.died.1",
            died => new DispatchRecord
            {
                At = Time(died.At),
                Id = died.Id,
                Dead = died.Why,
            },
            DispatchRecord.Parser,
            record => new DispatchDied(Time(record.At), record.Id, record.Dead)
        ),
        Of<DispatchRevived, DispatchRecord>(
            "r.revived.1",
            revived => new DispatchRecord { At = Time(revived.At), Id = revived.Id },
            DispatchRecord.Parser,
            record => new DispatchRevived(Time(record.At), record.Id)
        ),
        Of<ReportsForgotten, ReportsForgottenRecord>(
            "r.forgotten.1",
            forgotten => new ReportsForgottenRecord { At = Time(forgotten.At), User = forgotten.User.Value },
            ReportsForgottenRecord.Parser,
            record => new ReportsForgotten(Time(record.At), new Guard.Messages.Identity.UserId(record.User))
        ),
        Of<ReportSnapshot, ReportSnapshotRecord>("r.snap.1", ReportWire.Write, ReportSnapshotRecord.Parser, ReportWire.Read),
    ];

    /// <summary>All of them are stored.</summary>
    public static IReadOnlyList<string> Stored { get; } = [.. All.Select(contract => contract.Manifest)];
}
