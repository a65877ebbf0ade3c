using Guard.Messages.Identity;
using Guard.Messages.Policies;
using Guard.Messages.Sites;
using Guard.Messages.Wire;
using static Guard.Actors.Serialization.BasicWire;

namespace Guard.Actors.Serialization;

/// <summary>The journal form of what happened to a site.</summary>
internal static class SiteEventWire
{
    public static SiteEventRecord Write(SiteEvent change)
    {
        var record = new SiteEventRecord
        {
            Site = change.Site.Value,
            At = Time(change.At),
            By = BasicWire.Write(change.By),
        };
        switch (change)
        {
            case SliceGranted granted:
                record.Granted = new SiteGrantedRecord
                {
                    User = granted.User.Value,
                    RequestId = granted.RequestId,
                    LeaseId = granted.LeaseId,
                    Expires = Time(granted.Expires),
                };
                BasicWire.Write(granted.Amounts, record.Granted.Amounts);
                break;
            case SliceReturned returned:
                record.Returned = new SiteReturnedRecord
                {
                    User = returned.User.Value,
                    LeaseId = returned.LeaseId,
                    Part = returned.IsPart,
                };
                BasicWire.Write(returned.Left, record.Returned.Left);
                break;
            case UserReactionNoted noted:
                record.Noted = new SiteNotedRecord
                {
                    User = noted.User.Value,
                    Effect = noted.Effect,
                    To = (int)noted.To,
                };
                break;
            case SiteReactionChanged changed:
                record.Changed = new ChangedRecord
                {
                    From = (int)changed.From,
                    To = (int)changed.To,
                    Until = Time(changed.Until),
                    Told = changed.IsTold,
                };
                BasicWire.Write(changed.Reasons, record.Changed.Reasons);
                break;
            case DaysNoted noted:
                record.Days = new DaysNotedRecord();
                record.Days.Days.Add(noted.Days.Select(PatternsWire.Write));
                break;
            case SiteExceptionPlanned planned:
                record.ExceptionPlanned = PlannedWire.Write(planned.Planned);
                break;
            case SiteExceptionWithdrawn withdrawn:
                record.ExceptionWithdrawn = withdrawn.Exception;
                break;
            case SiteTimeSetBack:
                record.TimeSetBack = true;
                break;
            default:
                throw new ArgumentException($"no wire form for {change.GetType().Name}");
        }
        return record;
    }

    public static SiteEvent Read(SiteEventRecord record)
    {
        var change = ReadBare(record);
        return record.By is null ? change : change with { By = BasicWire.Read(record.By) };
    }

    private static SiteEvent ReadBare(SiteEventRecord record)
    {
        var site = new SiteId(record.Site);
        var at = Time(record.At);
        return record.EventCase switch
        {
            SiteEventRecord.EventOneofCase.Granted => new SliceGranted(
                site,
                at,
                new UserId(record.Granted.User),
                record.Granted.RequestId,
                record.Granted.LeaseId,
                Time(record.Granted.Expires),
                BasicWire.Read(record.Granted.Amounts)
            ),
            SiteEventRecord.EventOneofCase.Returned => new SliceReturned(
                site,
                at,
                new UserId(record.Returned.User),
                record.Returned.LeaseId,
                BasicWire.Read(record.Returned.Left)
            )
            {
                IsPart = record.Returned.Part,
            },
            SiteEventRecord.EventOneofCase.Noted => new UserReactionNoted(site, at, new UserId(record.Noted.User), record.Noted.Effect, (Rung)record.Noted.To),
            SiteEventRecord.EventOneofCase.Changed => new SiteReactionChanged(
                site,
                at,
                (Rung)record.Changed.From,
                (Rung)record.Changed.To,
                OptionalTime(record.Changed.Until),
                BasicWire.Read(record.Changed.Reasons)
            )
            {
                IsTold = record.Changed.Told,
            },
            SiteEventRecord.EventOneofCase.Days => new DaysNoted(site, at, [.. record.Days.Days.Select(PatternsWire.Read)]),
            SiteEventRecord.EventOneofCase.ExceptionPlanned => new SiteExceptionPlanned(site, at, PlannedWire.Read(record.ExceptionPlanned)),
            SiteEventRecord.EventOneofCase.ExceptionWithdrawn => new SiteExceptionWithdrawn(site, at, record.ExceptionWithdrawn),
            SiteEventRecord.EventOneofCase.TimeSetBack => new SiteTimeSetBack(site, at),
            _ => throw new FormatException("a site event of an unknown kind: written by a newer version?"),
        };
    }
}
