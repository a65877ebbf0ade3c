using System.Collections.Immutable;
using Guard.Actors.Sites.Branches;
using Guard.Messages.Identity;
using Guard.Messages.Sites;
using Guard.Messages.Wire;
using static Guard.Actors.Serialization.BasicWire;

namespace Guard.Actors.Serialization;

/// <summary>What a branch journals, and its talk with the site.</summary>
internal static class BranchWire
{
    public static BranchEventRecord Write(BranchEvent change)
    {
        var record = new BranchEventRecord
        {
            Site = change.Site.Value,
            Branch = change.Branch,
            At = Time(change.At),
        };
        switch (change)
        {
            case LotTaken taken:
                record.Taken = new LotTakenRecord
                {
                    Lot = taken.Lot,
                    LeaseId = taken.LeaseId,
                    Expires = Time(taken.Expires),
                };
                BasicWire.Write(taken.Amounts, record.Taken.Amounts);
                break;
            case LotReturned returned:
                record.Returned = returned.Lot;
                break;
            case LotClosed closed:
                record.Closed = closed.Lot;
                break;
            case BranchSliceGranted granted:
                record.Granted = new BranchSliceRecord
                {
                    User = granted.User.Value,
                    RequestId = granted.RequestId,
                    Lot = granted.Lot,
                };
                BasicWire.Write(granted.Amounts, record.Granted.Amounts);
                break;
            case BranchSliceReturned returned:
                record.SliceReturned = new SiteReturnedRecord { User = returned.User.Value, LeaseId = returned.LeaseId };
                BasicWire.Write(returned.Left, record.SliceReturned.Left);
                break;
            case BranchTimeSetBack:
                record.TimeSetBack = true;
                break;
            default:
                throw new ArgumentException($"no wire form for {change.GetType().Name}");
        }
        return record;
    }

    public static BranchEvent Read(BranchEventRecord record)
    {
        var site = new SiteId(record.Site);
        var at = Time(record.At);
        return record.EventCase switch
        {
            BranchEventRecord.EventOneofCase.Taken => new LotTaken(
                site,
                record.Branch,
                at,
                record.Taken.Lot,
                record.Taken.LeaseId,
                Time(record.Taken.Expires),
                BasicWire.Read(record.Taken.Amounts)
            ),
            BranchEventRecord.EventOneofCase.Returned => new LotReturned(site, record.Branch, at, record.Returned),
            BranchEventRecord.EventOneofCase.Closed => new LotClosed(site, record.Branch, at, record.Closed),
            BranchEventRecord.EventOneofCase.Granted => new BranchSliceGranted(
                site,
                record.Branch,
                at,
                new UserId(record.Granted.User),
                record.Granted.RequestId,
                record.Granted.Lot,
                BasicWire.Read(record.Granted.Amounts)
            ),
            BranchEventRecord.EventOneofCase.SliceReturned => new BranchSliceReturned(
                site,
                record.Branch,
                at,
                new UserId(record.SliceReturned.User),
                record.SliceReturned.LeaseId,
                BasicWire.Read(record.SliceReturned.Left)
            ),
            BranchEventRecord.EventOneofCase.TimeSetBack => new BranchTimeSetBack(site, record.Branch, at),
            _ => throw new FormatException("an event of a branch of an unknown kind: written by a newer version?"),
        };
    }

    public static BranchSnapshotRecord Write(BranchState state)
    {
        var record = new BranchSnapshotRecord
        {
            Site = state.Branch.Site.Value,
            Branch = state.Branch.Number,
            LastLot = state.LastLot,
            Leases = state.Leases,
            LastSeen = state.LastSeen,
        };
        foreach (var lot in state.Lots)
        {
            var one = new LotRecord
            {
                Number = lot.Number,
                LeaseId = lot.LeaseId,
                Expires = lot.Expires,
                Closing = lot.IsClosing,
            };
            one.Shares.Add(
                lot.Shares.Select(share => new LotShareRecord
                {
                    Quota = share.Quota,
                    Free = share.Free,
                    Held = share.Held,
                    Spent = share.Spent,
                })
            );
            record.Lots.Add(one);
        }
        foreach (var (user, held) in state.Held.OrderBy(holder => holder.Key.Value, StringComparer.Ordinal))
        {
            var one = new BranchSliceRecord
            {
                User = user.Value,
                RequestId = held.RequestId,
                Lot = held.Lot,
                LeaseId = held.LeaseId,
                Expires = held.Expires,
            };
            BasicWire.Write(held.Amounts, one.Amounts);
            record.Held.Add(one);
        }
        return record;
    }

    public static BranchState Read(BranchSnapshotRecord record) =>
        new(new BranchId(new SiteId(record.Site), record.Branch))
        {
            Lots =
            [
                .. record.Lots.Select(lot => new Lot(
                    lot.Number,
                    lot.LeaseId,
                    lot.Expires,
                    lot.Closing,
                    [.. lot.Shares.Select(share => new LotShare(share.Quota, share.Free, share.Held, share.Spent))]
                )),
            ],
            Held = record.Held.ToImmutableDictionary(
                held => new UserId(held.User),
                held => new BranchSlice(held.LeaseId, held.RequestId, held.Lot, held.Expires, BasicWire.Read(held.Amounts))
            ),
            LastLot = record.LastLot,
            Leases = record.Leases,
            LastSeen = record.LastSeen,
        };

    public static ReturnLotRecord Write(SiteCommands.ReturnLot returned) =>
        Write(returned.Site, returned.Lot, returned.LeaseId, returned.Kept, returned.IsOver);

    public static ReturnLotRecord Write(LotReturnNoted noted) => Write(noted.Site, noted.Lot, "", noted.Kept, noted.IsOver);

    public static SiteCommands.ReturnLot Read(ReturnLotRecord record) =>
        new(new SiteId(record.Site), new UserId(record.Lot), record.LeaseId, BasicWire.Read(record.Kept), record.Over);

    public static LotReturnNoted ReadNoted(ReturnLotRecord record) =>
        new(new SiteId(record.Site), new UserId(record.Lot), BasicWire.Read(record.Kept), record.Over);

    private static ReturnLotRecord Write(SiteId site, UserId lot, string leaseId, ImmutableArray<Messages.Users.SliceAmount> kept, bool isOver)
    {
        var record = new ReturnLotRecord
        {
            Site = site.Value,
            Lot = lot.Value,
            LeaseId = leaseId,
            Over = isOver,
        };
        BasicWire.Write(kept, record.Kept);
        return record;
    }
}
