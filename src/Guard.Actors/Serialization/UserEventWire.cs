using Guard.Messages.Identity;
using Guard.Messages.Observations;
using Guard.Messages.Policies;
using Guard.Messages.Users;
using Guard.Messages.Wire;
using static Guard.Actors.Serialization.BasicWire;

namespace Guard.Actors.Serialization;

/// <summary>The journal form of what happened to a user.</summary>
internal static class UserEventWire
{
    public static UserEventBatchRecord Write(UserEventBatch batch)
    {
        var record = new UserEventBatchRecord { User = batch.User.Value };
        var observations = new ObservationWriter(record.Places, record.Sources);
        foreach (var change in batch.Events)
            record.Events.Add(Write(change, observations));
        return record;
    }

    public static UserEventBatch Read(UserEventBatchRecord record)
    {
        var user = new UserId(record.User);
        var observations = new ObservationReader(user, record.Places, record.Sources);
        return new UserEventBatch(user, [.. record.Events.Select(change => WithAuthor(change, observations))]);
    }

    private static UserEventRecord Write(UserEvent change, ObservationWriter observations)
    {
        var record = new UserEventRecord { At = Time(change.At), By = BasicWire.Write(change.By) };
        switch (change)
        {
            case ObservationJudged judged:
                // The observation's own time is the event's, so it is stored once.
                record.Judged = new JudgedRecord
                {
                    Observation = observations.Write(judged.Observation, record.At),
                    Judgement = (int)judged.Judgement,
                    Score = judged.Score,
                    Planned = judged.Planned,
                    Late = judged.Late,
                };
                break;
            case ReactionChanged changed:
                record.Changed = new ChangedRecord
                {
                    From = (int)changed.From,
                    To = (int)changed.To,
                    Until = Time(changed.Until),
                    Score = changed.Score,
                    Address = Address(changed.Address),
                    Country = changed.Country,
                    Grade = (int)changed.Grade,
                };
                BasicWire.Write(changed.Reasons, record.Changed.Reasons);
                break;
            case ReactionProlonged prolonged:
                record.ProlongedUntil = Time(prolonged.Until);
                record.ProlongedConfirmed = prolonged.Confirmed;
                if (prolonged.Grade is { } grade)
                    record.ProlongedGrade = (int)grade;
                break;
            case AlarmRaised alarm:
                record.Alarm = new AlarmRecord { Address = Address(alarm.Address), Country = alarm.Country };
                BasicWire.Write(alarm.Reasons, record.Alarm.Reasons);
                break;
            case AddressBlockOrdered block:
                record.Block = new BlockRecord { Address = Address(block.Address), Until = Time(block.Until) };
                BasicWire.Write(block.Reasons, record.Block.Reasons);
                break;
            case EffectConfirmed confirmed:
                record.EffectConfirmed = confirmed.Effect;
                break;
            case SliceTaken taken:
                record.SliceTaken = new TakenRecord { LeaseId = taken.LeaseId, Expires = Time(taken.Expires) };
                BasicWire.Write(taken.Amounts, record.SliceTaken.Amounts);
                break;
            case SliceGivenBack back:
                record.SliceGivenBack = back.LeaseId;
                break;
            case QuotasAdopted adopted:
                record.QuotasAdopted = new AdoptedRecord();
                record.QuotasAdopted.Keys.Add(adopted.Keys);
                break;
            case ReservationReturned returned:
                record.Returned = new ReturnedRecord
                {
                    Observation = observations.Write(returned.Submission, record.At),
                    Judgement = (int)returned.Judgement,
                    Planned = returned.Planned,
                };
                break;
            case ExceptionPlanned planned:
                record.ExceptionPlanned = PlannedWire.Write(planned.Planned);
                break;
            case ExceptionWithdrawn withdrawn:
                record.ExceptionWithdrawn = withdrawn.Exception;
                break;
            case FeedbackGiven given:
                record.Answered = new AnsweredRecord { Effect = given.Effect, WasOwner = given.WasOwner };
                break;
            case TimeSetBack:
                record.TimeSetBack = true;
                break;
            case BlocksLifted:
                record.BlocksLifted = true;
                break;
            case Forgotten:
                record.Forgotten = true;
                break;
            case Absolved:
                record.Absolved = true;
                break;
            default:
                throw new ArgumentException($"no wire form for {change.GetType().Name}");
        }
        return record;
    }

    private static UserEvent WithAuthor(UserEventRecord record, ObservationReader observations)
    {
        var change = Read(record, observations);
        return record.By is null ? change : change with { By = BasicWire.Read(record.By) };
    }

    private static UserEvent Read(UserEventRecord record, ObservationReader observations)
    {
        var at = Time(record.At);
        return record.EventCase switch
        {
            UserEventRecord.EventOneofCase.Judged => new ObservationJudged(
                observations.Read(record.Judged.Observation, record.At),
                (Judgement)record.Judged.Judgement,
                record.Judged.Score
            )
            {
                Planned = record.Judged.Planned,
                Late = record.Judged.Late,
            },
            UserEventRecord.EventOneofCase.Changed => new ReactionChanged(
                at,
                (Rung)record.Changed.From,
                (Rung)record.Changed.To,
                OptionalTime(record.Changed.Until),
                record.Changed.Score,
                Address(record.Changed.Address),
                record.Changed.Country,
                BasicWire.Read(record.Changed.Reasons)
            )
            {
                Grade = (LockGrade)record.Changed.Grade,
            },
            UserEventRecord.EventOneofCase.ProlongedUntil => new ReactionProlonged(at, Time(record.ProlongedUntil))
            {
                Grade = record.HasProlongedGrade ? (LockGrade)record.ProlongedGrade : null,
                Confirmed = record.ProlongedConfirmed,
            },
            UserEventRecord.EventOneofCase.Alarm => new AlarmRaised(
                at,
                Address(record.Alarm.Address),
                record.Alarm.Country,
                BasicWire.Read(record.Alarm.Reasons)
            ),
            UserEventRecord.EventOneofCase.Block => new AddressBlockOrdered(
                at,
                Address(record.Block.Address),
                Time(record.Block.Until),
                BasicWire.Read(record.Block.Reasons)
            ),
            UserEventRecord.EventOneofCase.EffectConfirmed => new EffectConfirmed(at, record.EffectConfirmed),
            UserEventRecord.EventOneofCase.SliceTaken => new SliceTaken(
                at,
                record.SliceTaken.LeaseId,
                Time(record.SliceTaken.Expires),
                BasicWire.Read(record.SliceTaken.Amounts)
            ),
            UserEventRecord.EventOneofCase.SliceGivenBack => new SliceGivenBack(at, record.SliceGivenBack),
            UserEventRecord.EventOneofCase.QuotasAdopted => new QuotasAdopted(at, [.. record.QuotasAdopted.Keys]),
            UserEventRecord.EventOneofCase.Returned => new ReservationReturned(
                at,
                (Submission)observations.Read(record.Returned.Observation, record.At),
                (Judgement)record.Returned.Judgement
            )
            {
                Planned = record.Returned.Planned,
            },
            UserEventRecord.EventOneofCase.ExceptionPlanned => new ExceptionPlanned(at, PlannedWire.Read(record.ExceptionPlanned)),
            UserEventRecord.EventOneofCase.ExceptionWithdrawn => new ExceptionWithdrawn(at, record.ExceptionWithdrawn),
            UserEventRecord.EventOneofCase.Answered => new FeedbackGiven(at, record.Answered.Effect, record.Answered.WasOwner),
            UserEventRecord.EventOneofCase.TimeSetBack => new TimeSetBack(at),
            UserEventRecord.EventOneofCase.BlocksLifted => new BlocksLifted(at),
            UserEventRecord.EventOneofCase.Forgotten => new Forgotten(at),
            UserEventRecord.EventOneofCase.Absolved => new Absolved(at),
            _ => throw new FormatException("a user event of an unknown kind: written by a newer version?"),
        };
    }
}
