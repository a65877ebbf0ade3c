using Guard.Messages.Enforcement;
using Guard.Messages.Identity;
using Guard.Messages.Wire;

namespace Guard.Actors.Serialization;

/// <summary>What is wanted on every node. Blocks, limits and locks travel as they are in the ledgers' snapshots.</summary>
internal static class ReplicationWire
{
    public static WantedRecord Write(WantedChanged changed)
    {
        var record = new WantedRecord
        {
            Epoch = changed.Mark.Epoch,
            Number = changed.Mark.Number,
            Blocks = LedgerWire.Write(new FirewallSnapshot(changed.Change.Blocks, []) { Limited = changed.Change.Limits }),
            Locks = LedgerWire.Write(new LockSnapshot(changed.Change.Locks)),
        };
        record.Unblocked.Add(changed.Change.Unblocked.Select(LedgerWire.Write));
        record.Unlimited.Add(changed.Change.Unlimited.Select(LedgerWire.Write));
        record.Unlocked.Add(changed.Change.Unlocked.Select(unlocked => new UnlockedRecord { User = unlocked.User.Value, ByAdmin = unlocked.ByAdmin }));
        return record;
    }

    public static WantedChanged ReadChanged(WantedRecord record)
    {
        var blocks = LedgerWire.Read(record.Blocks);
        var change = new WantedChange(
            blocks.Standing,
            [.. record.Unblocked.Select(LedgerWire.Read)],
            LedgerWire.Read(record.Locks).Entries,
            [.. record.Unlocked.Select(unlocked => new UnlockedAccount(new UserId(unlocked.User), unlocked.ByAdmin))]
        )
        {
            Limits = blocks.Limited,
            Unlimited = [.. record.Unlimited.Select(LedgerWire.Read)],
        };
        return new WantedChanged(new WantedMark(record.Epoch, record.Number), change);
    }

    public static WantedRecord Write(WantedWhole whole) =>
        new()
        {
            Epoch = whole.Mark.Epoch,
            Number = whole.Mark.Number,
            Whole = true,
            Part = whole.Part,
            Parts = whole.Parts,
            Blocks = LedgerWire.Write(new FirewallSnapshot(whole.Blocks, []) { Limited = whole.Limits }),
            Locks = LedgerWire.Write(new LockSnapshot(whole.Locks)),
        };

    public static WantedWhole ReadWhole(WantedRecord record)
    {
        var blocks = LedgerWire.Read(record.Blocks);
        return new WantedWhole(new WantedMark(record.Epoch, record.Number), record.Part, record.Parts, blocks.Standing, LedgerWire.Read(record.Locks).Entries)
        {
            Limits = blocks.Limited,
        };
    }
}
