using Guard.Messages.Enforcement;
using Guard.Messages.Identity;
using Guard.Messages.Policies;
using Guard.Messages.Users;
using Guard.Messages.Wire;
using static Guard.Actors.Serialization.BasicWire;

namespace Guard.Actors.Serialization;

/// <summary>The ledgers of blocks and locks in the journal.</summary>
internal static class LedgerWire
{
    public static NetworkRecord Write(BlockedNetwork network) => new() { Address = Address(network.Address), Length = network.Length };

    public static BlockedNetwork Read(NetworkRecord record) => new(Address(record.Address), record.Length);

    public static BlockOrderedRecord Write(BlockOrdered ordered)
    {
        var record = new BlockOrderedRecord
        {
            At = Time(ordered.At),
            Network = Write(ordered.Network),
            Until = Time(ordered.Until),
            Reason = ordered.Reason,
            By = ordered.By,
            Offence = ordered.Offence,
            ByHand = ordered.ByHand,
        };
        record.Replaced.Add(ordered.Replaced.Select(Write));
        return record;
    }

    public static BlockOrdered Read(BlockOrderedRecord record) =>
        new(Time(record.At), Read(record.Network), Time(record.Until), record.Reason, record.By, [.. record.Replaced.Select(Read)], record.Offence)
        {
            ByHand = record.ByHand,
        };

    public static BlockLiftedRecord Write(BlockLifted lifted) =>
        new()
        {
            At = Time(lifted.At),
            Network = Write(lifted.Network),
            By = lifted.By,
            Reason = lifted.Reason,
        };

    public static BlockLifted Read(BlockLiftedRecord record) => new(Time(record.At), Read(record.Network), record.By) { Reason = record.Reason };

    public static FirewallSnapshotRecord Write(FirewallSnapshot snapshot)
    {
        var record = new FirewallSnapshotRecord();
        record.Standing.Add(snapshot.Standing.Select(Write));
        record.Limited.Add(snapshot.Limited.Select(Write));
        record.Lifted.Add(snapshot.Lifted.Select(block => new BlockLiftedRecord { At = Time(block.At), Network = Write(block.Network) }));
        record.Exempt.Add(
            snapshot.Exempt.Select(exempt => new ExemptNetworkRecord
            {
                Network = Write(exempt.Network),
                Since = Time(exempt.Since),
                Until = Time(exempt.Until),
                Reason = exempt.Reason,
                By = exempt.By,
            })
        );
        record.Offenders.Add(
            snapshot.Offenders.Select(past => new OffenderRecord
            {
                Network = Write(past.Network),
                Until = Time(past.Until),
                Offences = past.Offences,
            })
        );
        return record;
    }

    public static FirewallSnapshot Read(FirewallSnapshotRecord record) =>
        new([.. record.Standing.Select(Read)], [.. record.Offenders.Select(past => new PastOffender(Read(past.Network), Time(past.Until), past.Offences))])
        {
            Limited = [.. record.Limited.Select(Read)],
            Lifted = [.. record.Lifted.Select(block => new LiftedBlock(Read(block.Network), Time(block.At)))],
            Exempt =
            [
                .. record.Exempt.Select(exempt => new ExemptNetwork(
                    Read(exempt.Network),
                    Time(exempt.Since),
                    OptionalTime(exempt.Until),
                    exempt.Reason,
                    exempt.By
                )),
            ],
        };

    public static NetworkExemptedRecord Write(NetworkExempted exempted) =>
        new()
        {
            At = Time(exempted.At),
            Network = Write(exempted.Network),
            Until = Time(exempted.Until),
            Reason = exempted.Reason,
            By = exempted.By,
        };

    public static NetworkExempted Read(NetworkExemptedRecord record) =>
        new(Time(record.At), Read(record.Network), OptionalTime(record.Until), record.Reason, record.By);

    public static BlockLiftedRecord Write(ExemptionEnded ended) =>
        new()
        {
            At = Time(ended.At),
            Network = Write(ended.Network),
            By = ended.By,
            Reason = ended.Reason,
        };

    public static ExemptionEnded ReadEnded(BlockLiftedRecord record) => new(Time(record.At), Read(record.Network), record.By) { Reason = record.Reason };

    public static AddressLimitedRecord Write(AddressLimited limited) =>
        new()
        {
            At = Time(limited.At),
            Network = Write(limited.Network),
            Until = Time(limited.Until),
            Reason = limited.Reason,
            By = limited.By,
        };

    public static AddressLimited Read(AddressLimitedRecord record) => new(Time(record.At), Read(record.Network), Time(record.Until), record.Reason, record.By);

    public static BlockSharedRecord Write(BlockShared shared) =>
        new()
        {
            At = Time(shared.At),
            Network = Write(shared.Network),
            By = shared.By,
            Wanted = shared.Wanted,
        };

    public static BlockShared Read(BlockSharedRecord record) => new(Time(record.At), Read(record.Network), record.By, record.Wanted);

    private static StandingBlockRecord Write(StandingBlockEntry block)
    {
        var record = new StandingBlockRecord
        {
            Network = Write(block.Network),
            Until = Time(block.Until),
            Reason = block.Reason,
            By = block.By,
            ByHand = block.ByHand,
        };
        record.Also.Add(block.Also);
        return record;
    }

    private static StandingBlockEntry Read(StandingBlockRecord record) =>
        new(Read(record.Network), Time(record.Until), record.Reason, record.By)
        {
            Also = record.Also.Count == 0 ? [] : [.. record.Also],
            ByHand = record.ByHand,
        };

    public static UserAtRecord Write(UserCommands.Lock command)
    {
        var record = new UserAtRecord
        {
            User = command.User.Value,
            At = Time(command.At),
            Until = Time(command.Until),
            By = BasicWire.Write(command.By),
        };
        if (command.Grade is { } grade)
            record.Grade = (int)grade;
        return record;
    }

    public static UserCommands.Lock Read(UserAtRecord record) =>
        new(new UserId(record.User), Time(record.At), OptionalTime(record.Until))
        {
            Grade = record.HasGrade ? (LockGrade)record.Grade : null,
            By = BasicWire.Read(record.By),
        };

    public static LockEventRecord Write(LockOrdered ordered) =>
        new()
        {
            At = Time(ordered.At),
            User = ordered.User.Value,
            Effect = ordered.Effect,
            Until = Time(ordered.Until),
            Reason = ordered.Reason,
            Grade = (int)ordered.Grade,
        };

    public static LockOrdered ReadOrdered(LockEventRecord record) =>
        new(Time(record.At), new UserId(record.User), record.Effect, OptionalTime(record.Until), record.Reason) { Grade = (LockGrade)record.Grade };

    public static LockEventRecord Write(LockLifted lifted) =>
        new()
        {
            At = Time(lifted.At),
            User = lifted.User.Value,
            Effect = lifted.Effect,
            ByAdmin = lifted.ByAdmin,
            Forgotten = lifted.Forgotten,
        };

    public static LockLifted ReadLifted(LockEventRecord record) =>
        new(Time(record.At), new UserId(record.User), record.Effect, record.ByAdmin) { Forgotten = record.Forgotten };

    public static LockSnapshotRecord Write(LockSnapshot snapshot)
    {
        var record = new LockSnapshotRecord();
        record.Entries.Add(
            snapshot.Entries.Select(entry => new LockEntryRecord
            {
                User = entry.User.Value,
                Effect = entry.Effect,
                Locked = entry.Locked,
                At = Time(entry.At),
                Until = Time(entry.Until),
                Reason = entry.Reason,
                Grade = (int)entry.Grade,
                ByAdmin = entry.ByAdmin,
            })
        );
        return record;
    }

    public static LockSnapshot Read(LockSnapshotRecord record) =>
        new([
            .. record.Entries.Select(entry => new LockEntry(
                new UserId(entry.User),
                entry.Effect,
                entry.Locked,
                Time(entry.At),
                OptionalTime(entry.Until),
                entry.Reason
            )
            {
                Grade = (LockGrade)entry.Grade,
                ByAdmin = entry.ByAdmin,
            }),
        ]);
}
