using Guard.Messages.Enforcement;
using Guard.Messages.Identity;
using Guard.Messages.Wire;

namespace Guard.Actors.Serialization;

/// <summary>Contracts of the ledgers besides the first ones.</summary>
internal static class EnforcementManifests
{
    public static IReadOnlyList<Contract> All { get; } =
    [
        GuardManifests.Of<AddressLimited, AddressLimitedRecord>("f.limited.1", LedgerWire.Write, AddressLimitedRecord.Parser, LedgerWire.Read),
        GuardManifests.Of<NetworkExempted, NetworkExemptedRecord>("f.exempted.1", LedgerWire.Write, NetworkExemptedRecord.Parser, LedgerWire.Read),
        GuardManifests.Of<ExemptionEnded, BlockLiftedRecord>("f.exemption-ended.1", LedgerWire.Write, BlockLiftedRecord.Parser, LedgerWire.ReadEnded),
        GuardManifests.Of<LockCommands.Lift, UserAtRecord>(
            "k.lift.1",
            lift => new UserAtRecord { User = lift.User?.Value ?? "", By = BasicWire.Write(lift.By) },
            UserAtRecord.Parser,
            record => new LockCommands.Lift(record.User.Length == 0 ? null : new UserId(record.User), BasicWire.Read(record.By)!)
        ),
        GuardManifests.Of<BlockCommands.LiftAll, BlockCommandRecord>(
            "f.lift-all.1",
            lift => new BlockCommandRecord { By = lift.By.Name, Reason = lift.By.Reason },
            BlockCommandRecord.Parser,
            record => new BlockCommands.LiftAll(new Author(record.By, record.Reason))
        ),
        GuardManifests.Of<BlockShared, BlockSharedRecord>("f.shared.1", LedgerWire.Write, BlockSharedRecord.Parser, LedgerWire.Read),
        GuardManifests.Of<BlockCommands.Exempt, BlockCommandRecord>(
            "f.exempt.1",
            exempt => new BlockCommandRecord
            {
                Network = LedgerWire.Write(exempt.Network),
                Hold = (long)(exempt.For?.TotalMilliseconds ?? 0),
                Reason = exempt.By.Reason,
                By = exempt.By.Name,
            },
            BlockCommandRecord.Parser,
            record => new BlockCommands.Exempt(
                LedgerWire.Read(record.Network),
                record.Hold == 0 ? null : TimeSpan.FromMilliseconds(record.Hold),
                new Author(record.By, record.Reason)
            )
        ),
        GuardManifests.Of<BlockCommands.EndExemption, BlockCommandRecord>(
            "f.end-exemption.1",
            end => new BlockCommandRecord
            {
                Network = LedgerWire.Write(end.Network),
                By = end.By.Name,
                Reason = end.By.Reason,
            },
            BlockCommandRecord.Parser,
            record => new BlockCommands.EndExemption(LedgerWire.Read(record.Network), new Author(record.By, record.Reason))
        ),
    ];

    /// <summary>What is stored: these have golden files.</summary>
    public static IReadOnlyList<string> Stored { get; } = ["f.limited.1", "f.exempted.1", "f.exemption-ended.1", "f.shared.1"];
}
