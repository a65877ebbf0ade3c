using System.Collections.Immutable;
using Google.Protobuf;
using Google.Protobuf.Collections;
using Guard.Messages.Decisions;
using Guard.Messages.Identity;
using Guard.Messages.Policies;
using Guard.Messages.Sites;
using Guard.Messages.Users;
using Guard.Messages.Wire;
using static Guard.Actors.Serialization.BasicWire;

namespace Guard.Actors.Serialization;

/// <summary>What is shown of users and sites, and decisions, between nodes.</summary>
internal static class StatusWire
{
    public static UserStatusRecord Write(UserStatus status)
    {
        var record = new UserStatusRecord
        {
            User = status.User.Value,
            Site = status.Site.Value,
            Known = status.Known,
            FirstSeen = Time(status.FirstSeen),
            LastSeen = Time(status.LastSeen),
            ActiveDays = status.ActiveDays,
            Learning = status.Learning,
            Rung = (int)status.Rung,
            SiteRung = (int)status.SiteRung,
            Until = Time(status.Until),
            LastScore = status.LastScore,
            Totals = BasicWire.Write(status.Totals),
            Mode = (int)status.Mode,
            NextRung = (int)(status.NextRung ?? Rung.Normal),
            NextScore = status.NextScore,
            Week = ByteString.CopyFrom(status.Week.AsSpan()),
            FailedNow = status.FailedRecipients.Now,
            FailedUsual = status.FailedRecipients.Usual,
            FailedOf = status.FailedRecipients.Of,
            Grade = (int)status.Grade,
            Unreadable = status.IsUnreadable,
        };
        record.Bands.Add(
            status.Bands.Select(band => new DayBandRecord
            {
                Measure = band.Measure,
                Low = band.Low,
                Usual = band.Usual,
                High = band.High,
            })
        );
        BasicWire.Write(status.LastReasons, record.LastReasons);
        record.Familiar.Add(
            status.Familiar.Select(item => new FamiliarItemRecord
            {
                Kind = item.Kind,
                Name = item.Name,
                Days = item.Days,
                LastSeen = Time(item.LastSeen),
            })
        );
        record.Rates.Add(
            status.Rates.Select(item => new RateItemRecord
            {
                Measure = item.Measure,
                Per = item.Per,
                Now = item.Now,
                Usual = item.Usual,
                Windows = item.Windows,
            })
        );
        Write(status.Quotas, record.Quotas);
        Write(status.History, record.History);
        record.Planned.Add(status.Planned.Select(PlannedWire.Write));
        return record;
    }

    public static UserStatus Read(UserStatusRecord record) =>
        new(
            new UserId(record.User),
            new SiteId(record.Site),
            record.Known,
            OptionalTime(record.FirstSeen),
            OptionalTime(record.LastSeen),
            record.ActiveDays,
            record.Learning,
            (Rung)record.Rung,
            (Rung)record.SiteRung,
            OptionalTime(record.Until),
            record.LastScore,
            BasicWire.Read(record.LastReasons),
            BasicWire.Read(record.Totals),
            [.. record.Familiar.Select(item => new FamiliarItem(item.Kind, item.Name, item.Days, Time(item.LastSeen)))],
            [.. record.Rates.Select(item => new RateItem(item.Measure, item.Per, item.Now, item.Usual, item.Windows))],
            Read(record.Quotas),
            Read(record.History),
            (GuardMode)record.Mode
        )
        {
            NextRung = record.NextRung == 0 ? null : (Rung)record.NextRung,
            NextScore = record.NextScore,
            Week = [.. record.Week.Span],
            Bands = [.. record.Bands.Select(band => new DayBand(band.Measure, band.Low, band.Usual, band.High))],
            FailedRecipients = new FailedShare(record.FailedNow, record.FailedUsual, record.FailedOf),
            Planned = [.. record.Planned.Select(PlannedWire.Read)],
            Grade = (LockGrade)record.Grade,
            IsUnreadable = record.Unreadable,
        };

    public static SiteStatusRecord Write(SiteStatus status)
    {
        var record = new SiteStatusRecord
        {
            Site = status.Site.Value,
            Rung = (int)status.Rung,
            Until = Time(status.Until),
            Holders = status.Holders,
            Mode = (int)status.Mode,
        };
        Write(status.Quotas, record.Quotas);
        record.RecentUsers.Add(status.RecentUsers);
        Write(status.History, record.History);
        record.Planned.Add(status.Planned.Select(PlannedWire.Write));
        return record;
    }

    public static SiteStatus Read(SiteStatusRecord record) =>
        new(
            new SiteId(record.Site),
            (Rung)record.Rung,
            OptionalTime(record.Until),
            Read(record.Quotas),
            record.Holders,
            [.. record.RecentUsers],
            Read(record.History),
            (GuardMode)record.Mode
        )
        {
            Planned = [.. record.Planned.Select(PlannedWire.Read)],
        };

    public static DecisionRecord Write(Decision decision)
    {
        var record = new DecisionRecord
        {
            User = decision.User.Value,
            RequestId = decision.RequestId,
            Verdict = (int)decision.Verdict,
            WouldBe = (int)decision.WouldBe,
            Rung = (int)decision.Rung,
            Until = Time(decision.Until),
            Score = decision.Score,
            Retry = Time(decision.Retry),
            CountedBefore = decision.CountedBefore,
        };
        BasicWire.Write(decision.Reasons, record.Reasons);
        return record;
    }

    public static Decision Read(DecisionRecord record) =>
        new(
            new UserId(record.User),
            record.RequestId,
            (Verdict)record.Verdict,
            (Verdict)record.WouldBe,
            (Rung)record.Rung,
            OptionalTime(record.Until),
            record.Score,
            BasicWire.Read(record.Reasons)
        )
        {
            Retry = OptionalTime(record.Retry),
            CountedBefore = record.CountedBefore,
        };

    private static void Write(ImmutableArray<QuotaItem> quotas, RepeatedField<QuotaItemRecord> into) =>
        into.Add(
            quotas.Select(item => new QuotaItemRecord
            {
                Quota = item.Quota,
                Used = item.Used,
                Limit = item.Limit,
            })
        );

    private static ImmutableArray<QuotaItem> Read(RepeatedField<QuotaItemRecord> records) =>
        [.. records.Select(item => new QuotaItem(item.Quota, item.Used, item.Limit))];

    private static void Write(ImmutableArray<PastReaction> history, RepeatedField<PastRecord> into)
    {
        foreach (var past in history)
        {
            var record = new PastRecord
            {
                At = Time(past.At),
                From = (int)past.From,
                To = (int)past.To,
                Until = Time(past.Until),
                Score = past.Score,
                Address = past.Address,
                Country = past.Country,
                By = BasicWire.Write(past.By),
            };
            BasicWire.Write(past.Reasons, record.Reasons);
            into.Add(record);
        }
    }

    private static ImmutableArray<PastReaction> Read(RepeatedField<PastRecord> records) =>
        [
            .. records.Select(past => new PastReaction(
                Time(past.At),
                (Rung)past.From,
                (Rung)past.To,
                OptionalTime(past.Until),
                past.Score,
                past.Address,
                past.Country,
                BasicWire.Read(past.Reasons)
            )
            {
                By = BasicWire.Read(past.By),
            }),
        ];
}
