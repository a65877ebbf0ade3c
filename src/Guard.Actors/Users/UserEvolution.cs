using System.Collections.Immutable;
using Guard.Actors.Behaviour;
using Guard.Actors.Policies;
using Guard.Actors.Reactions;
using Guard.Messages.Decisions;
using Guard.Messages.Enforcement;
using Guard.Messages.Identity;
using Guard.Messages.Observations;
using Guard.Messages.Places;
using Guard.Messages.Policies;
using Guard.Messages.Users;

namespace Guard.Actors.Users;

/// <summary>Folds events into a user's state. Total and pure; it never decides, and throws on an event it does not know.</summary>
public static class UserEvolution
{
    public static UserState Apply(UserState state, UserEventBatch batch)
    {
        foreach (var one in batch.Events)
            state = Apply(state, one);
        return state;
    }

    public static UserState Apply(UserState state, UserEvent change) =>
        change switch
        {
            ObservationJudged judged => Judged(state, judged),
            ReactionChanged changed => Changed(state, changed),
            ReactionProlonged prolonged => Prolonged(state, prolonged),
            AlarmRaised alarm => Owe(
                state with
                {
                    Alarms = state.Alarms.Note(alarm),
                },
                EffectKind.Report,
                alarm.At,
                null,
                state.Reaction.Rung,
                state.Reaction.Rung,
                0,
                alarm.Address,
                alarm.Country,
                alarm.Reasons
            ),
            AddressBlockOrdered block => Owe(
                Blocked(state, block),
                EffectKind.BlockAddress,
                block.At,
                block.Until,
                state.Reaction.Rung,
                state.Reaction.Rung,
                0,
                block.Address,
                "",
                block.Reasons
            ),
            EffectConfirmed confirmed => state with { Owed = state.Owed.RemoveAll(effect => effect.Id == confirmed.Effect) },
            SliceTaken taken => Take(state, taken),
            SliceGivenBack back => back.LeaseId == state.Slice.LeaseId ? state with { Slice = Slice.None } : state,
            QuotasAdopted adopted when state.QuotaUse.Adopt(adopted.Keys) is var use => state with { Quotas = use.Slots, Exact = use.Exact },
            ReservationReturned returned => Reservations.Apply(state, returned),
            ExceptionPlanned planned => state with
            {
                Planned = state.Planned.Add(planned.By is null ? planned.Planned : planned.Planned with { By = planned.By }, planned.At),
            },
            ExceptionWithdrawn withdrawn => state with { Planned = state.Planned.Remove(withdrawn.Exception) },
            TimeSetBack back => UserTime.Apply(state, back),
            FeedbackGiven given => state with { Answered = Math.Max(state.Answered, given.Effect) },
            BlocksLifted lifted => UserWayBack.LiftBlocks(state, lifted),
            Forgotten forgotten => UserWayBack.Forget(state, forgotten),
            Absolved absolved => state with { Baseline = state.Baseline.Absolve(absolved.At.ToUnixTimeSeconds()) },
            _ => throw new InvalidOperationException($"unknown user event {change.GetType().Name}"),
        };

    private static UserState Judged(UserState state, ObservationJudged judged)
    {
        var observation = judged.Observation;
        var at = observation.At.ToUnixTimeMilliseconds();
        var refused = judged.Judgement.HasFlag(Judgement.Refused);
        if (judged.Judgement.HasFlag(Judgement.Repeated))
            return state with
            {
                Marks = Mark(state.Marks, observation.Origin),
                InlineMessages = observation is Submission known ? InlineMessages.Remove(state.InlineMessages, known.QueueId) : state.InlineMessages,
            };
        var next = state with
        {
            InlineMessages =
                !refused && observation is Submission { QueueId.Length: > 0, Origin.Source.Length: 0 } inline
                    ? InlineMessages.Add(state.InlineMessages, inline.QueueId, at / 1000)
                    : state.InlineMessages,
            AskedAt = observation is Submission { Origin.Source.Length: 0 } ? at / 1000 : state.AskedAt,
            LoggedMessages = Logged(state, observation, refused, at / 1000),
            InlineLogins = observation is Login { Origin.Source.Length: 0 } login ? InlineLogins.Add(state.InlineLogins, login) : state.InlineLogins,
            Guesses = observation is Login { Outcome: not (LoginOutcome.Succeeded or LoginOutcome.RetriedPassword) } failed
                ? Guesses.See(state.Guesses, failed.Place.Address, at / 1000)
                : state.Guesses,
            Late = judged.Late ? state.Late + 1 : 0,
            FirstSeen = state.FirstSeen != 0 ? state.FirstSeen : Math.Max(1, at),
            LastSeen = Math.Max(state.LastSeen, at),
            Baseline = state.Baseline.See(
                observation,
                judged.Judgement.HasFlag(Judgement.Learn),
                judged.Judgement.HasFlag(Judgement.Strange),
                judged.Judgement.HasFlag(Judgement.Unproven),
                !refused && state.Reaction.Rung < Rung.Reported,
                judged.Planned != 0
            ),
            Quotas = refused || judged.Planned != 0 ? state.Quotas : Charge(state.Quotas, judged, at / 1000),
            Exact = judged.Planned != 0 ? state.Exact : Charge(state.Exact, judged, at, refused),
            Planned = Cover(state.Planned, judged, refused),
            Slice =
                !refused && judged.Planned < 0 ? Cover(state.Slice, judged)
                : judged.Judgement.HasFlag(Judgement.SiteCounted) ? Charge(state.Slice, judged)
                : state.Slice,
            Marks = Mark(state.Marks, observation.Origin),
            Totals = Count(state.Totals, observation, refused),
            LastScore = observation is Delivery ? state.LastScore : judged.Score,
        };
        return judged.Judgement.HasFlag(Judgement.StrangeMail)
            ? Owe(
                next,
                EffectKind.NoteSite,
                observation.At,
                null,
                Rung.Normal,
                Rung.Reported,
                judged.Score,
                observation.Place.Address,
                observation.Place.Country,
                []
            )
            : next;
    }

    /// <summary>
    /// What a log tells of an account whose server asks, and was not counted by a question: that question may still be under way. A mail that was taken as too
    /// much uses nothing, so that what it had reserved stays used.
    /// </summary>
    private static ImmutableArray<ulong> Logged(UserState state, Observation observation, bool refused, long second)
    {
        if (second - state.AskedAt > InlineMessages.ForgetAfterSeconds)
            return [];
        return !refused && observation is Submission { QueueId.Length: > 0, Origin.Source.Length: > 0 } told
            ? InlineMessages.Add(state.LoggedMessages, told.QueueId, second)
            : state.LoggedMessages;
    }

    private static PlannedList Cover(PlannedList planned, ObservationJudged judged, bool refused)
    {
        if (planned.Items.IsEmpty)
            return planned;
        var current = planned.Prune(judged.Observation.At);
        return !refused && judged is { Planned: > 0, Observation: Submission submission } ? current.Use(judged.Planned, submission.Recipients) : current;
    }

    private static Slice Cover(Slice slice, ObservationJudged judged)
    {
        var key = PlannedKey.Of(-judged.Planned);
        var recipients = ((Submission)judged.Observation).Recipients;
        return slice with
        {
            Left = [.. slice.Left.Select(amount => amount.Quota == key ? amount with { Amount = Math.Max(0, amount.Amount - recipients) } : amount)],
        };
    }

    private static PlaceClass ClassOf(Judgement judgement) =>
        judgement.HasFlag(Judgement.Suspicious) ? PlaceClass.Suspicious
        : judgement.HasFlag(Judgement.Usual) ? PlaceClass.Usual
        : PlaceClass.Neutral;

    private static ImmutableArray<QuotaWindow> Charge(ImmutableArray<QuotaWindow> windows, ObservationJudged judged, long second)
    {
        var place = ClassOf(judged.Judgement);
        for (var i = 0; i < windows.Length; i++)
        {
            var charge = QuotaCharge.Of(windows[i].Quota, judged.Observation, place);
            if (charge > 0)
                windows = windows.SetItem(i, windows[i].Add(second, charge));
        }
        return windows;
    }

    /// <summary>Of different things a login tells what was, also when it would have been refused.</summary>
    private static ImmutableArray<ExactWindow> Charge(ImmutableArray<ExactWindow> windows, ObservationJudged judged, long at, bool refused)
    {
        var place = ClassOf(judged.Judgement);
        for (var i = 0; i < windows.Length; i++)
        {
            var quota = windows[i].Quota;
            if ((refused && !(quota.Quota.IsDistinct && judged.Observation is Login)) || QuotaCharge.Of(quota, judged.Observation, place) == 0)
                continue;
            windows = windows.SetItem(i, windows[i].Add(at, quota.Quota.IsDistinct ? QuotaCharge.MemberOf(quota.Quota.Unit, judged.Observation) : 0));
        }
        return windows;
    }

    private static Slice Charge(Slice slice, ObservationJudged judged)
    {
        var place = ClassOf(judged.Judgement);
        var left = slice.Left;
        for (var i = 0; i < left.Length; i++)
        {
            if (left[i].Member != 0 || PlannedKey.TryParse(left[i].Quota, out _))
                continue;
            var charge = QuotaCharge.Of(KeyedQuota.Parse(left[i].Quota), judged.Observation, place);
            if (charge > 0)
                left = left.SetItem(i, left[i] with { Amount = Math.Max(0, left[i].Amount - charge) });
        }
        return slice with { Left = left };
    }

    private static ImmutableArray<SourceMark> Mark(ImmutableArray<SourceMark> marks, ObservationOrigin origin)
    {
        if (origin.Source.Length == 0)
            return marks;
        var source = StableHash.Of(origin.Source);
        for (var i = 0; i < marks.Length; i++)
        {
            if (marks[i].Source != source)
                continue;
            if (marks[i].Position >= origin.Position)
                return marks;
            // The most recent source last, so that the one dropped is the one unused for longest.
            var mark = new SourceMark(source, origin.Position);
            return i == marks.Length - 1 ? marks.SetItem(i, mark) : marks.RemoveAt(i).Add(mark);
        }
        if (marks.Length >= UserState.MaxMarks)
            marks = marks.RemoveAt(0);
        return marks.Add(new SourceMark(source, origin.Position));
    }

    private static UserTotals Count(UserTotals totals, Observation observation, bool refused) =>
        observation switch
        {
            Login { Outcome: LoginOutcome.Succeeded } => totals with { Logins = totals.Logins + 1, RefusedLogins = totals.RefusedLogins + (refused ? 1 : 0) },
            Login => totals with { Failures = totals.Failures + 1 },
            Submission submission => totals with
            {
                Submissions = totals.Submissions + (submission.Further ? 0 : 1),
                Recipients = totals.Recipients + submission.Recipients,
                Stopped = totals.Stopped + (refused ? 1 : 0),
            },
            Delivery { Outcome: DeliveryOutcome.Delivered } delivery => totals with { Delivered = totals.Delivered + delivery.Recipients },
            Delivery delivery => totals with { Bounced = totals.Bounced + delivery.Recipients },
            _ => totals,
        };

    private static UserState Changed(UserState state, ReactionChanged changed)
    {
        var until = changed.Until?.ToUnixTimeMilliseconds() ?? 0;
        var at = changed.At.ToUnixTimeMilliseconds();
        var rising = changed.To > changed.From;
        var reasons = Weightiest(changed.Reasons);
        var memory = new ReactionMemory(at, changed.From, changed.To, until, changed.Score, changed.Address.ToString(), changed.Country, reasons)
        {
            By = changed.By,
        };
        var history = state.History.Length >= UserState.MaxHistory ? state.History.RemoveAt(0) : state.History;
        var next = state with
        {
            Reaction = new ReactionState(changed.To, at, until, changed.Score, reasons) { Grade = changed.Grade },
            History = history.Add(memory),
            Baseline = rising ? Doubted(state.Baseline, changed, (int)(at / 3_600_000)) : state.Baseline,
        };
        if (rising)
            next = Owe(next, EffectKind.Report, changed);
        if (changed.To >= Rung.Suspended && rising)
            next = Owe(next, EffectKind.LockAccount, changed);
        if (changed.From >= Rung.Suspended && changed.To < Rung.Suspended)
            next = Owe(next, EffectKind.UnlockAccount, changed);
        if (changed.To >= Rung.Restricted || changed.From >= Rung.Restricted)
            next = Owe(next, EffectKind.NoteSite, changed);
        return next;
    }

    /// <summary>What a report tells of needs not be told again, and proves nothing; what took part in worse is hostile.</summary>
    private static Baseline Doubted(Baseline baseline, ReactionChanged changed, int hour) =>
        changed.To >= Rung.Restricted
            ? baseline with
            {
                Probation = baseline.Probation.MarkHostile(hour),
                Bulk =
                    changed.To >= Rung.Suspended ? baseline.Bulk.Deny() : baseline.Bulk.Doubt(hour / 24, StrangersAtHome(baseline, changed.Country, hour / 24)),
                LargestMail = baseline.LargestMail.Forget(),
                Fresh = baseline.Fresh.Doubt(),
            }
            : baseline with
            {
                Probation = baseline.Probation.Tell(hour),
                LargestMail = baseline.LargestMail.Forget(),
                Fresh = baseline.Fresh.Doubt(),
            };

    private static double StrangersAtHome(Baseline baseline, string country, int day) =>
        baseline.IsAtHomeIn(PlaceKeys.CountryKey(country), day) ? baseline.Fresh.On(day).Fresh : 0;

    /// <summary>A lock that lasts longer is owed anew: whoever carries it out must know the new end.</summary>
    private static UserState Prolonged(UserState state, ReactionProlonged prolonged)
    {
        var next = state with
        {
            Reaction = state.Reaction with
            {
                Until = prolonged.Until.ToUnixTimeMilliseconds(),
                Grade = prolonged.Grade ?? state.Reaction.Grade,
                Reasons = prolonged.Confirmed
                    ? Weightiest([new Reason(ReasonCodes.Confirmed, 1, 0), .. state.Reaction.Reasons.Where(reason => reason.Code != ReasonCodes.Confirmed)])
                    : state.Reaction.Reasons,
            },
        };
        var rung = state.Reaction.Rung;
        return rung < Rung.Suspended
            ? next
            : Owe(
                next,
                EffectKind.LockAccount,
                prolonged.At,
                prolonged.Until,
                rung,
                rung,
                state.Reaction.Score,
                default,
                "",
                next.Reaction.Reasons,
                prolonged.By
            );
    }

    /// <summary>Rules first, then what weighed most: the rest need not be remembered.</summary>
    private static ImmutableArray<Reason> Weightiest(ImmutableArray<Reason> reasons) =>
        reasons.Length <= UserState.MaxReasons
            ? reasons
            : [.. reasons.OrderByDescending(reason => reason.Bits == 0 ? double.MaxValue : reason.Bits).Take(UserState.MaxReasons)];

    private static UserState Owe(UserState state, EffectKind kind, ReactionChanged changed) =>
        Owe(state, kind, changed.At, changed.Until, changed.From, changed.To, changed.Score, changed.Address, changed.Country, changed.Reasons, changed.By);

    internal static UserState Owe(
        UserState state,
        EffectKind kind,
        DateTimeOffset at,
        DateTimeOffset? until,
        Rung from,
        Rung to,
        double score,
        NetworkAddress address,
        string country,
        ImmutableArray<Reason> reasons,
        Author? by = null
    )
    {
        // When supervisors are away for long, the oldest reports give way first, then blocks, which an address that goes on earns anew: no lock or its end is
        // lost.
        var owed = state.Owed;
        if (owed.Length >= UserState.MaxOwed)
        {
            var oldest =
                owed.FirstOrDefault(effect => effect.Kind == EffectKind.Report)
                ?? owed.FirstOrDefault(effect => effect.Kind == EffectKind.BlockAddress)
                ?? owed[0];
            owed = owed.Remove(oldest);
        }
        var effect = new Effect(state.User, state.NextEffect, kind, at, until, GuardMode.Observe, from, to, score, address, country, reasons)
        {
            Grade = kind == EffectKind.LockAccount ? state.Reaction.Grade : default,
            By = by,
        };
        return state with { Owed = owed.Add(effect), NextEffect = state.NextEffect + 1 };
    }

    private static UserState Blocked(UserState state, AddressBlockOrdered block) =>
        state with
        {
            Guesses = Guesses.Block(state.Guesses, block.Address, block.Until.ToUnixTimeSeconds()),
            Baseline = state.Baseline with
            {
                Probation = state.Baseline.Probation.Block(PlaceKeys.NarrowKey(block.Address), (int)(block.Until.ToUnixTimeSeconds() / 3600)),
            },
        };

    private static UserState Take(UserState state, SliceTaken taken)
    {
        // What is still there of the same lease stays; another lease replaces it, since the rest was returned with the request.
        var left = taken.LeaseId == state.Slice.LeaseId ? state.Slice.Left : [];
        foreach (var amount in taken.Amounts)
        {
            var index = -1;
            for (var i = 0; i < left.Length; i++)
                index = left[i].Quota == amount.Quota && left[i].Member == amount.Member ? i : index;
            left = index < 0 ? left.Add(amount) : left.SetItem(index, amount with { Amount = left[index].Amount + amount.Amount });
        }
        return state with { Slice = new Slice(taken.LeaseId, taken.Expires.ToUnixTimeMilliseconds(), left) };
    }
}
