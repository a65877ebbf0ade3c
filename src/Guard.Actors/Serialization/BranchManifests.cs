using Guard.Actors.Sites.Branches;
using Guard.Messages.Sites;
using Guard.Messages.Wire;
using static Guard.Actors.Serialization.GuardManifests;

namespace Guard.Actors.Serialization;

/// <summary>Contracts of the sites' branches.</summary>
internal static class BranchManifests
{
    public static IReadOnlyList<Contract> All { get; } =
    [
        // Stored.
        Of<LotTaken, BranchEventRecord>("n.taken.1", BranchWire.Write, BranchEventRecord.Parser, BranchWire.Read),
        Of<LotReturned, BranchEventRecord>("n.returned.1", BranchWire.Write, BranchEventRecord.Parser, BranchWire.Read),
        Of<LotClosed, BranchEventRecord>("n.closed.1", BranchWire.Write, BranchEventRecord.Parser, BranchWire.Read),
        Of<BranchSliceGranted, BranchEventRecord>("n.grant.1", BranchWire.Write, BranchEventRecord.Parser, BranchWire.Read),
        Of<BranchSliceReturned, BranchEventRecord>("n.return.1", BranchWire.Write, BranchEventRecord.Parser, BranchWire.Read),
        Of<BranchTimeSetBack, BranchEventRecord>("n.time.1", BranchWire.Write, BranchEventRecord.Parser, BranchWire.Read),
        Of<BranchState, BranchSnapshotRecord>("n.snap.1", BranchWire.Write, BranchSnapshotRecord.Parser, BranchWire.Read),
        // Between nodes.
        Of<SiteCommands.ReturnLot, ReturnLotRecord>("n.lot.1", BranchWire.Write, ReturnLotRecord.Parser, BranchWire.Read),
        Of<LotReturnNoted, ReturnLotRecord>("n.noted.1", BranchWire.Write, ReturnLotRecord.Parser, BranchWire.ReadNoted),
    ];

    public static IReadOnlyList<string> Stored { get; } = ["n.taken.1", "n.returned.1", "n.closed.1", "n.grant.1", "n.return.1", "n.time.1", "n.snap.1"];
}
