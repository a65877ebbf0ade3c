using Guard.Messages.Identity;
using Guard.Messages.Sites;
using Guard.Messages.Users;
using Guard.Messages.Wire;
using static Guard.Actors.Serialization.BasicWire;
using static Guard.Actors.Serialization.GuardManifests;

namespace Guard.Actors.Serialization;

/// <summary>Contracts of planned exceptions and of answers to reports.</summary>
internal static class FeedbackManifests
{
    public static IReadOnlyList<Contract> All { get; } =
    [
        Of<SiteExceptionPlanned, SiteEventRecord>("s.planned.1", SiteEventWire.Write, SiteEventRecord.Parser, SiteEventWire.Read),
        Of<SiteExceptionWithdrawn, SiteEventRecord>("s.withdrawn.1", SiteEventWire.Write, SiteEventRecord.Parser, SiteEventWire.Read),
        Of<UserCommands.PlanException, PlanUserRecord>(
            "u.plan.1",
            plan => new PlanUserRecord
            {
                User = plan.User.Value,
                At = Time(plan.At),
                Planned = PlannedWire.Write(plan.Planned),
                By = BasicWire.Write(plan.By),
            },
            PlanUserRecord.Parser,
            record => new UserCommands.PlanException(new UserId(record.User), Time(record.At), PlannedWire.Read(record.Planned))
            {
                By = BasicWire.Read(record.By),
            }
        ),
        Of<UserCommands.WithdrawException, PlanUserRecord>(
            "u.withdraw.1",
            withdraw => new PlanUserRecord
            {
                User = withdraw.User.Value,
                At = Time(withdraw.At),
                Withdrawn = withdraw.Exception,
                By = BasicWire.Write(withdraw.By),
            },
            PlanUserRecord.Parser,
            record => new UserCommands.WithdrawException(new UserId(record.User), Time(record.At), record.Withdrawn) { By = BasicWire.Read(record.By) }
        ),
        Of<AnswerReport, AnswerRecord>(
            "u.answer.1",
            answer => new AnswerRecord
            {
                User = answer.User.Value,
                At = Time(answer.At),
                Effect = answer.Effect,
                WasOwner = answer.WasOwner,
                By = BasicWire.Write(answer.By),
            },
            AnswerRecord.Parser,
            record => new AnswerReport(new UserId(record.User), Time(record.At), record.Effect, record.WasOwner) { By = BasicWire.Read(record.By) }
        ),
        Of<ReportAnswered, AnswerRecord>(
            "u.answered.1",
            answered => new AnswerRecord { User = answered.User.Value, Accepted = answered.Accepted },
            AnswerRecord.Parser,
            record => new ReportAnswered(new UserId(record.User), record.Accepted)
        ),
        Of<SiteCommands.PlanException, PlanSiteRecord>(
            "s.plan.1",
            plan => new PlanSiteRecord
            {
                Site = plan.Site.Value,
                At = Time(plan.At),
                Planned = PlannedWire.Write(plan.Planned),
                By = BasicWire.Write(plan.By),
            },
            PlanSiteRecord.Parser,
            record => new SiteCommands.PlanException(new SiteId(record.Site), Time(record.At), PlannedWire.Read(record.Planned))
            {
                By = BasicWire.Read(record.By),
            }
        ),
        Of<SiteCommands.WithdrawException, PlanSiteRecord>(
            "s.withdraw.1",
            withdraw => new PlanSiteRecord
            {
                Site = withdraw.Site.Value,
                At = Time(withdraw.At),
                Withdrawn = withdraw.Exception,
                By = BasicWire.Write(withdraw.By),
            },
            PlanSiteRecord.Parser,
            record => new SiteCommands.WithdrawException(new SiteId(record.Site), Time(record.At), record.Withdrawn) { By = BasicWire.Read(record.By) }
        ),
        Of<SiteDone, SiteDoneRecord>(
            "s.done.1",
            done => new SiteDoneRecord
            {
                Site = done.Site.Value,
                Message = done.Message,
                Refused = done.Refused,
            },
            SiteDoneRecord.Parser,
            record => new SiteDone(new SiteId(record.Site), record.Message, record.Refused)
        ),
    ];

    /// <summary>What of them is stored.</summary>
    public static IReadOnlyList<string> Stored { get; } = ["s.planned.1", "s.withdrawn.1"];
}
