using System.Collections.Immutable;
using Guard.Actors.Behaviour;
using Guard.Actors.Policies;
using Guard.Actors.Reactions;
using Guard.Actors.Sites;
using Guard.Actors.Users;
using Guard.Messages.Enforcement;
using Guard.Messages.Identity;
using Guard.Messages.Policies;
using Guard.Messages.Wire;
using static Guard.Actors.Serialization.BasicWire;

namespace Guard.Actors.Serialization;

/// <summary>The snapshot forms of users and sites.</summary>
internal static class SnapshotWire
{
    public static UserSnapshotRecord Write(UserState state)
    {
        var record = new UserSnapshotRecord
        {
            User = state.User.Value,
            FirstSeen = state.FirstSeen,
            LastSeen = state.LastSeen,
            Baseline = BaselineWire.Write(state.Baseline),
            Reaction = Write(state.Reaction),
            Slice = new TakenRecord { LeaseId = state.Slice.LeaseId, Expires = state.Slice.Expires },
            Totals = BasicWire.Write(state.Totals),
            NextEffect = state.NextEffect,
            LastScore = state.LastScore,
            LastAlarm = state.Alarms.Quota,
            LastUnheldLock = state.Alarms.Lock,
            LastUnheldBlock = state.Alarms.Block,
            AskedAt = state.AskedAt,
        };
        record.Quotas.Add(state.Quotas.Select(Write));
        record.Exact.Add(state.Exact.Select(Write));
        BasicWire.Write(state.Slice.Left, record.Slice.Amounts);
        record.InlineMessages.Add(state.InlineMessages);
        record.InlineLogins.Add(state.InlineLogins);
        record.LoggedMessages.Add(state.LoggedMessages);
        record.Marks.Add(state.Marks.Select(mark => new MarkRecord { Source = mark.Source, Position = mark.Position }));
        record.Owed.Add(state.Owed.Select(EffectWire.Write));
        record.History.Add(state.History.Select(Write));
        record.Answered = state.Answered;
        record.Late = state.Late;
        record.Forgotten = state.Forgotten;
        record.Guesses.Add(state.Guesses.Select(Write));
        if (state.Planned.Last != 0)
            record.Planned = PlannedWire.Write(state.Planned);
        return record;
    }

    public static UserState Read(UserSnapshotRecord record) =>
        new(new UserId(record.User))
        {
            FirstSeen = record.FirstSeen,
            LastSeen = record.LastSeen,
            Baseline = BaselineWire.Read(record.Baseline),
            Quotas = [.. record.Quotas.Select(Read)],
            Exact = [.. record.Exact.Select(ReadExact)],
            Reaction = Read(record.Reaction),
            Slice =
                record.Slice.LeaseId.Length == 0 && record.Slice.Amounts.Count == 0
                    ? Slice.None
                    : new Slice(record.Slice.LeaseId, record.Slice.Expires, BasicWire.Read(record.Slice.Amounts)),
            InlineMessages = [.. record.InlineMessages],
            InlineLogins = [.. record.InlineLogins],
            AskedAt = record.AskedAt,
            LoggedMessages = [.. record.LoggedMessages],
            Marks = [.. record.Marks.Select(mark => new SourceMark(mark.Source, mark.Position))],
            Totals = BasicWire.Read(record.Totals),
            NextEffect = record.NextEffect,
            Owed = [.. record.Owed.Select(EffectWire.Read)],
            History = [.. record.History.Select(Read)],
            LastScore = record.LastScore,
            Alarms = new AlarmTimes(record.LastAlarm, record.LastUnheldLock, record.LastUnheldBlock),
            Planned = PlannedWire.Read(record.Planned),
            Answered = record.Answered,
            Late = record.Late,
            Forgotten = record.Forgotten,
            Guesses = [.. record.Guesses.Select(Read)],
        };

    private static GuessingRecord Write(Guesser guesser)
    {
        var record = new GuessingRecord { Address = Address(guesser.Address), BlockedUntil = (uint)guesser.BlockedUntil };
        record.Seconds.Add(guesser.Failures.Seconds.ToArray());
        record.Counts.Add(guesser.Failures.Counts.ToArray().Select(count => (uint)count));
        return record;
    }

    private static Guesser Read(GuessingRecord record) => new(Address(record.Address), FailureTimes.Of(record.Seconds, record.Counts), record.BlockedUntil);

    public static SiteSnapshotRecord Write(SiteState state)
    {
        var record = new SiteSnapshotRecord
        {
            Site = state.Site.Value,
            Reaction = Write(state.Reaction),
            Leases = state.Leases,
            LastSeen = state.LastSeen,
            LastReport = state.LastReport,
        };
        record.Quotas.Add(state.Quotas.Select(Write));
        record.Exact.Add(state.Exact.Select(Write));
        foreach (var (user, held) in state.Held.OrderBy(holder => holder.Key.Value, StringComparer.Ordinal))
        {
            var one = new HeldRecord
            {
                User = user.Value,
                LeaseId = held.LeaseId,
                RequestId = held.RequestId,
                Second = held.Second,
                Expires = held.Expires,
            };
            BasicWire.Write(held.Amounts, one.Amounts);
            record.Held.Add(one);
        }
        record.Owed.Add(state.Owed.Select(EffectWire.Write));
        record.Noted.Add(
            state.Noted.Select(noted => new NotedUserRecord
            {
                User = noted.User.Value,
                At = noted.At,
                Effect = noted.Effect,
                Rung = (int)noted.Rung,
            })
        );
        record.History.Add(state.History.Select(Write));
        if (state.Patterns.Day != 0)
            record.Patterns = PatternsWire.Write(state.Patterns);
        if (state.Planned.Last != 0)
            record.Planned = PlannedWire.Write(state.Planned);
        if (state.Turns.At != 0)
            record.Turns = new TurnRateRecord
            {
                Count = state.Turns.Count,
                Hours = state.Turns.Hours,
                At = state.Turns.At,
            };
        return record;
    }

    public static SiteState Read(SiteSnapshotRecord record) =>
        new(new SiteId(record.Site))
        {
            Quotas = [.. record.Quotas.Select(Read)],
            Exact = [.. record.Exact.Select(ReadExact)],
            Held = record.Held.ToImmutableDictionary(
                held => new UserId(held.User),
                held => new HeldSlice(held.LeaseId, held.RequestId, held.Second, held.Expires, BasicWire.Read(held.Amounts))
            ),
            Reaction = Read(record.Reaction),
            Noted = [.. record.Noted.Select(noted => new NotedUser(new UserId(noted.User), noted.At, noted.Effect, (Rung)noted.Rung))],
            History = [.. record.History.Select(Read)],
            Leases = record.Leases,
            LastSeen = record.LastSeen,
            Patterns = PatternsWire.Read(record.Patterns),
            Owed = [.. record.Owed.Select(EffectWire.Read)],
            LastReport = record.LastReport,
            Planned = PlannedWire.Read(record.Planned),
            Turns = record.Turns is { } turns ? new TurnRate(turns.Count, turns.Hours, turns.At) : default,
        };

    internal static QuotaWindowRecord Write(QuotaWindow window)
    {
        var record = new QuotaWindowRecord { Key = window.Key, Head = window.Head };
        record.Slots.Add(window.Slots);
        return record;
    }

    internal static QuotaWindow Read(QuotaWindowRecord record)
    {
        var empty = QuotaWindow.Empty(KeyedQuota.Parse(record.Key));
        return record.Slots.Count == QuotaWindow.SlotCount ? empty with { Head = record.Head, Slots = [.. record.Slots] } : empty;
    }

    internal static QuotaWindowRecord Write(ExactWindow window)
    {
        var record = new QuotaWindowRecord { Key = window.Key, Head = window.Times.Length == 0 ? 0 : window.Times[^1] };
        record.Members.Add(window.Members);
        record.Times.Add(window.Times.Select(time => record.Head - time));
        return record;
    }

    internal static ExactWindow ReadExact(QuotaWindowRecord record) =>
        record.Members.Count == record.Times.Count
            ? new ExactWindow(record.Key, [.. record.Members], [.. record.Times.Select(behind => record.Head - behind)])
            : ExactWindow.Empty(KeyedQuota.Parse(record.Key));

    private static ReactionRecord Write(ReactionState state)
    {
        var record = new ReactionRecord
        {
            Rung = (int)state.Rung,
            Since = state.Since,
            Until = state.Until,
            Score = state.Score,
            Grade = (int)state.Grade,
        };
        BasicWire.Write(state.Reasons, record.Reasons);
        return record;
    }

    private static ReactionState Read(ReactionRecord record) =>
        new((Rung)record.Rung, record.Since, record.Until, record.Score, BasicWire.Read(record.Reasons)) { Grade = (LockGrade)record.Grade };

    private static MemoryRecord Write(ReactionMemory memory)
    {
        var record = new MemoryRecord
        {
            At = memory.At,
            From = (int)memory.From,
            To = (int)memory.To,
            Until = memory.Until,
            Score = memory.Score,
            Address = memory.Address,
            Country = memory.Country,
            By = BasicWire.Write(memory.By),
        };
        BasicWire.Write(memory.Reasons, record.Reasons);
        return record;
    }

    private static ReactionMemory Read(MemoryRecord record) =>
        new(record.At, (Rung)record.From, (Rung)record.To, record.Until, record.Score, record.Address, record.Country, BasicWire.Read(record.Reasons))
        {
            By = BasicWire.Read(record.By),
        };
}

/// <summary>Side effects, in snapshots and between nodes.</summary>
internal static class EffectWire
{
    public static EffectRecord Write(Effect effect)
    {
        var record = new EffectRecord
        {
            User = effect.User.Value,
            Id = effect.Id,
            Kind = (int)effect.Kind,
            At = Time(effect.At),
            Until = Time(effect.Until),
            Mode = (int)effect.Mode,
            From = (int)effect.From,
            To = (int)effect.To,
            Score = effect.Score,
            Address = Address(effect.Address),
            Country = effect.Country,
            Grade = (int)effect.Grade,
            Site = effect.Site?.Value ?? "",
            By = BasicWire.Write(effect.By),
            PrefixLength = effect.PrefixLength,
        };
        BasicWire.Write(effect.Reasons, record.Reasons);
        return record;
    }

    public static Effect Read(EffectRecord record) =>
        new(
            new UserId(record.User),
            record.Id,
            (EffectKind)record.Kind,
            Time(record.At),
            OptionalTime(record.Until),
            (GuardMode)record.Mode,
            (Rung)record.From,
            (Rung)record.To,
            record.Score,
            Address(record.Address),
            record.Country,
            BasicWire.Read(record.Reasons)
        )
        {
            Grade = (LockGrade)record.Grade,
            Site = record.Site.Length == 0 ? null : new SiteId(record.Site),
            By = BasicWire.Read(record.By),
            PrefixLength = record.PrefixLength,
        };
}
