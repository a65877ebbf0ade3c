using System.Collections.Immutable;
using Guard.Actors.Policies;
using Guard.Actors.Reactions;
using Guard.Messages.Decisions;
using Guard.Messages.Identity;
using Guard.Messages.Policies;
using Guard.Messages.Sites;
using Guard.Messages.Users;

namespace Guard.Actors.Sites;

/// <summary>What a request for a slice comes to.</summary>
/// <param name="Events">To be journaled before the answer.</param>
/// <param name="Granted">The slice, empty when refused; null when others must first give back.</param>
public readonly record struct LeaseOutcome(ImmutableArray<SiteEvent> Events, HeldSlice? Granted, ImmutableArray<UserId> Recall);

/// <summary>
/// Decides for a site: an escrow of its shared quotas, and its own reaction. Pure. What is granted counts as used, so that all slices together
/// never exceed the quota; what is left of slices comes back before anybody is refused.
/// </summary>
public static class SiteDecider
{
    /// <summary>What happens within it happens together, milliseconds.</summary>
    internal const long Hour = 3_600_000;

    /// <summary>How long a slice may be used, in the observations' own time.</summary>
    public static readonly TimeSpan SliceLifetime = TimeSpan.FromMinutes(10);

    /// <param name="spare">Grants more than needed, so that busy users need not ask for each mail.</param>
    /// <param name="mayRecall">Others may be asked to give back; false once they were.</param>
    public static LeaseOutcome Request(SiteState state, SiteCommands.RequestLease request, EffectivePolicy policy, bool spare, bool mayRecall)
    {
        var needs = request.Counted;
        if (needs.IsEmpty && request.ReturnsLeaseId.Length == 0)
            return new LeaseOutcome([], new HeldSlice("", request.RequestId, 0, 0, []), []);
        // A branch asks for a lot under one name until it has it.
        var isLot = LotId.TryParse(request.User, out _);
        if (state.Held.TryGetValue(request.User, out var held) && (isLot || held.RequestId == request.RequestId))
            return new LeaseOutcome([], held, []);

        var at = Math.Max(state.LastSeen, request.At.ToUnixTimeMilliseconds());
        var time = DateTimeOffset.FromUnixTimeMilliseconds(at);
        var events = ImmutableArray.CreateBuilder<SiteEvent>();
        var current = state;
        foreach (var lowered in Expire(state, at, policy.Source.Reactions))
        {
            events.Add(lowered);
            current = SiteEvolution.Apply(current, lowered);
        }
        if (held is not null && held.LeaseId == request.ReturnsLeaseId)
        {
            var returned = new SliceReturned(state.Site, time, request.User, held.LeaseId, request.Returns);
            events.Add(returned);
            current = SiteEvolution.Apply(current, returned);
        }

        var amounts = ImmutableArray.CreateBuilder<SliceAmount>();
        var lasts = SliceLifetime;
        foreach (var need in needs)
        {
            if (PlannedKey.TryParse(need.Quota, out var exception))
            {
                if (current.Planned.Find(exception) is not { } planned || !planned.HoldsAt(time))
                    continue;
                var unused = planned.Recipients - planned.Used;
                if (unused < need.Amount)
                {
                    if (mayRecall && Holders(current, request.User, need.Quota) is { Length: > 0 } spared)
                        return new LeaseOutcome([], null, spared);
                    continue;
                }
                // What was announced goes before every quota, so that nothing else is needed.
                amounts.Clear();
                amounts.Add(need with { Amount = need.Amount + (spare ? Math.Min((unused - need.Amount) / 8, planned.Recipients / 32) : 0) });
                break;
            }
            var quota = Array.Find(policy.SiteQuotas, quota => quota.Key == need.Quota);
            if (quota is null)
            {
                // The quota was taken away meanwhile: nothing limits any more.
                amounts.Add(need);
                continue;
            }
            var limit = quota.Quota.Limit;
            if (need.Member != 0)
            {
                if (Fits(current, quota, need, at))
                {
                    amounts.Add(need);
                    lasts = quota.Lasting < lasts ? quota.Lasting : lasts;
                }
                else if (Exceeded(current, quota, current.Used(quota, at) + 1, time, policy) is { } exceeded)
                {
                    events.Add(exceeded);
                    current = SiteEvolution.Apply(current, exceeded);
                }
                // What else it needs it gets: only what is really exceeded is told.
                continue;
            }
            var available = limit - current.Used(quota, at);
            if (available < need.Amount)
                return Short(current, events, request, quota, available, need.Amount, time, policy, mayRecall);
            var rest = available - need.Amount;
            amounts.Add(
                need with
                {
                    Amount =
                        need.Amount
                        + (
                            isLot ? LotSpare(rest, limit, policy.Source.Branches)
                            : spare && rest > limit / 4 ? Math.Min(rest / 8, limit / 32)
                            : 0
                        ),
                }
            );
        }
        if (needs.IsEmpty || (amounts.Count == 0 && needs.All(need => need.Member != 0)))
            return new LeaseOutcome(events.ToImmutable(), new HeldSlice("", request.RequestId, 0, 0, []), []);
        var granted = new SliceGranted(
            state.Site,
            time,
            request.User,
            request.RequestId,
            $"{state.Site.Value}/{current.Leases + 1}",
            time + lasts,
            amounts.ToImmutable()
        );
        events.Add(granted);
        return new LeaseOutcome(events.ToImmutable(), HeldSlice.Of(granted), []);
    }

    /// <summary>A branch's share lasts it a while; towards the end each lot is a part of the rest, so that little lies scattered and the site is asked seldom.</summary>
    private static long LotSpare(long rest, long limit, int branches) => Math.Min(rest / (2 * Math.Max(1, branches)), limit / (8 * Math.Max(1, branches)));

    private static LeaseOutcome Short(
        SiteState state,
        ImmutableArray<SiteEvent>.Builder events,
        SiteCommands.RequestLease request,
        KeyedQuota quota,
        long available,
        long need,
        DateTimeOffset at,
        EffectivePolicy policy,
        bool mayRecall
    )
    {
        if (mayRecall)
        {
            var holders = Holders(state, request.User, quota.Key);
            if (holders.Length > 0)
                return new LeaseOutcome([], null, holders);
        }
        if (Exceeded(state, quota, quota.Quota.Limit - available + need, at, policy) is { } exceeded)
            events.Add(exceeded);
        return new LeaseOutcome(events.ToImmutable(), new HeldSlice("", request.RequestId, 0, 0, []), []);
    }

    /// <summary>Where exceeding a shared quota brings the site; null when it stands there already.</summary>
    private static SiteReactionChanged? Exceeded(SiteState state, KeyedQuota quota, long amount, DateTimeOffset at, EffectivePolicy policy)
    {
        var target = ReactionLadder.Target(quota.Quota.Then ?? Rung.Reported, policy.Source.Reactions);
        return target <= state.Reaction.Rung
            ? null
            : new SiteReactionChanged(
                state.Site,
                at,
                state.Reaction.Rung,
                target,
                at + ReactionLadder.Duration(target, policy.Source.Reactions),
                [new Reason(ReasonCodes.SiteQuotaExceeded, amount, quota.Quota.Limit, 0, quota.Describe(quota.Quota.Limit))]
            )
            {
                IsTold = true,
            };
    }

    /// <summary>One more of different things has room, or it is counted already; should more be counted than allowed, an account's own places go on.</summary>
    private static bool Fits(SiteState state, KeyedQuota quota, SliceAmount need, long at) =>
        state.Holds(quota, need.Member, at) ? need.IsKnown || state.Used(quota, at) <= quota.Quota.Limit : state.Used(quota, at) < quota.Quota.Limit;

    /// <summary>Which of different things would be granted now, for an account that only asks.</summary>
    public static ImmutableArray<SliceAmount> Show(SiteState state, SiteCommands.RequestLease request, EffectivePolicy policy)
    {
        var at = Math.Max(state.LastSeen, request.At.ToUnixTimeMilliseconds());
        return
        [
            .. request.Needs.Where(need =>
                need.Member != 0 && (Array.Find(policy.SiteQuotas, quota => quota.Key == need.Quota) is not { } quota || Fits(state, quota, need, at))
            ),
        ];
    }

    private static ImmutableArray<UserId> Holders(SiteState state, UserId asker, string key) =>
        [
            .. state
                .Held.Where(holder => holder.Key != asker && holder.Value.Amounts.Any(amount => amount.Quota == key && amount.Member == 0 && amount.Amount > 0))
                .Select(holder => holder.Key),
        ];

    /// <summary>Announces something unusual for the whole site, or says why not.</summary>
    public static (ImmutableArray<SiteEvent> Events, SiteDone Said) Plan(SiteState state, DateTimeOffset at, PlannedException planned, Author? by = null) =>
        state.Planned.Refuse(planned, at, PlannedList.MaxOfSite) is { } why
            ? ([], new SiteDone(state.Site, $"not planned: {why}", true))
            : (
                [new SiteExceptionPlanned(state.Site, at, planned) { By = by }],
                new SiteDone(state.Site, $"planned as exception {state.Planned.Last + 1}", false)
            );

    public static (ImmutableArray<SiteEvent> Events, SiteDone Said) Withdraw(SiteState state, DateTimeOffset at, long exception, Author? by = null) =>
        state.Planned.Find(exception) is null
            ? ([], new SiteDone(state.Site, $"there is no exception {exception}", true))
            : ([new SiteExceptionWithdrawn(state.Site, at, exception) { By = by }], new SiteDone(state.Site, $"exception {exception} withdrawn", false));

    /// <summary>A holder gave back.</summary>
    public static ImmutableArray<SiteEvent> Return(SiteState state, SiteCommands.ReturnLease command) =>
        state.Held.TryGetValue(command.User, out var held) && held.LeaseId == command.LeaseId
            ? [new SliceReturned(state.Site, DateTimeOffset.FromUnixTimeMilliseconds(state.LastSeen), command.User, command.LeaseId, command.Left)]
            : [];

    /// <summary>A branch says what it keeps of a lot.</summary>
    public static ImmutableArray<SiteEvent> Return(SiteState state, SiteCommands.ReturnLot command)
    {
        if (!state.Held.TryGetValue(command.Lot, out var held) || held.LeaseId != command.LeaseId)
            return [];
        var left = held
            .Amounts.Select(amount =>
                amount with
                {
                    Amount = Math.Max(0, amount.Amount - command.Kept.FirstOrDefault(kept => kept.Quota == amount.Quota).Amount),
                }
            )
            .ToImmutableArray();
        return !command.IsOver && left.All(amount => amount.Amount == 0)
            ? []
            :
            [
                new SliceReturned(state.Site, DateTimeOffset.FromUnixTimeMilliseconds(state.LastSeen), command.Lot, command.LeaseId, left)
                {
                    IsPart = !command.IsOver,
                },
            ];
    }

    /// <summary>
    /// A user of the site changed its reaction, or sent a first mail from a country never seen (<see cref="Rung.Reported"/>): many accounts at once are the site's
    /// own matter.
    /// </summary>
    public static ImmutableArray<SiteEvent> Note(SiteState state, SiteCommands.NoteReaction note, EffectivePolicy policy)
    {
        var events = ImmutableArray.CreateBuilder<SiteEvent>();
        if (Noted(state, note, policy.Source.Reactions, events) is not { } told)
            return [];
        state = told;
        var at = note.At.ToUnixTimeMilliseconds();
        var (together, restrictedAt) = Within(state.Noted, at, Rung.Restricted);
        var (turns, reportedAt) = Within(state.Noted, at, Rung.Reported);
        // What each account by itself need not be told of is told of the site, and goes no further.
        var deserved = Deserved(together, policy.Source.SiteAlarm);
        var isTurn = deserved < Rung.Reported && Deserved(turns, policy.Source.SiteAlarm) >= Rung.Reported;
        var target = ReactionLadder.Target(isTurn ? Rung.Reported : deserved, policy.Source.Reactions);
        if (target > state.Reaction.Rung)
        {
            var time = DateTimeOffset.FromUnixTimeMilliseconds(isTurn ? reportedAt : restrictedAt);
            events.Add(
                new SiteReactionChanged(
                    state.Site,
                    time,
                    state.Reaction.Rung,
                    target,
                    time + ReactionLadder.Duration(target, policy.Source.Reactions),
                    [isTurn ? new Reason(ReasonCodes.SameTurn, turns, 0) : new Reason(ReasonCodes.AccountsAtOnce, together, 0)]
                )
                {
                    IsTold = true,
                }
            );
        }
        return events.ToImmutable();
    }

    /// <summary>Notes what was told, behind the rungs whose time was up by then; null for what was told before.</summary>
    internal static SiteState? Noted(SiteState state, SiteCommands.NoteReaction note, ReactionPolicy policy, ImmutableArray<SiteEvent>.Builder events)
    {
        foreach (var known in state.Noted)
        {
            if (known.User == note.User && known.Effect >= note.Effect)
                return null;
        }
        var at = note.At.ToUnixTimeMilliseconds();
        foreach (var lowered in Expire(state, Math.Max(state.LastSeen, at), policy))
        {
            events.Add(lowered);
            state = SiteEvolution.Apply(state, lowered);
        }
        // A mail does not make what was restricted milder.
        var standing = state.Noted.FirstOrDefault(user => user.User == note.User && Math.Abs(at - user.At) <= Hour).Rung;
        var noted = new UserReactionNoted(state.Site, note.At, note.User, note.Effect, note.To == Rung.Reported && standing > note.To ? standing : note.To);
        events.Add(noted);
        return SiteEvolution.Apply(state, noted);
    }

    /// <summary>
    /// The most accounts that had a rung within one hour, and when the last of them had it. Accounts tell in any order: one that reads its part of a log later tells
    /// of what was before, and days of a log that pass in a second are no hour.
    /// </summary>
    internal static (int Count, long At) Within(ImmutableArray<NotedUser> noted, long at, Rung rung)
    {
        var most = (Count: 0, At: at);
        foreach (var last in noted)
        {
            if (last.Rung < rung || last.At < at || last.At - at > Hour)
                continue;
            var count = 0;
            foreach (var user in noted)
                count += user.Rung >= rung && user.At <= last.At && last.At - user.At <= Hour ? 1 : 0;
            if (count > most.Count)
                most = (count, last.At);
        }
        return most;
    }

    private static Rung Deserved(int together, SiteAlarmPolicy alarm)
    {
        if (alarm.Blocked > 0 && together >= alarm.Blocked)
            return Rung.Blocked;
        if (alarm.Suspended > 0 && together >= alarm.Suspended)
            return Rung.Suspended;
        if (alarm.Restricted > 0 && together >= alarm.Restricted)
            return Rung.Restricted;
        return alarm.Reported > 0 && together >= alarm.Reported ? Rung.Reported : Rung.Normal;
    }

    /// <summary>What became due by time alone.</summary>
    public static IEnumerable<SiteReactionChanged> Expire(SiteState state, long at, ReactionPolicy policy)
    {
        var reaction = state.Reaction;
        while (reaction.Rung != Rung.Normal && at >= reaction.Until)
        {
            var (to, until) = ReactionLadder.After(reaction.Rung, reaction.Until, policy);
            yield return new SiteReactionChanged(
                state.Site,
                DateTimeOffset.FromUnixTimeMilliseconds(reaction.Until),
                reaction.Rung,
                to,
                until == 0 ? null : DateTimeOffset.FromUnixTimeMilliseconds(until),
                [new Reason(ReasonCodes.TimeIsUp, 0, 0)]
            )
            {
                IsTold = IsEndTold(reaction.Rung),
            };
            reaction = reaction with { Rung = to, Until = until };
        }
    }

    /// <summary>The end of a mere report is not worth another.</summary>
    private static bool IsEndTold(Rung rung) => rung > Rung.Reported;

    public static ImmutableArray<SiteEvent> Release(SiteState state, DateTimeOffset at, Author? by = null) =>
        state.Reaction.Rung == Rung.Normal
            ? []
            :
            [
                new SiteReactionChanged(state.Site, at, state.Reaction.Rung, Rung.Normal, null, [new Reason(ReasonCodes.Released, 1, 0)])
                {
                    IsTold = IsEndTold(state.Reaction.Rung),
                    By = by,
                },
            ];
}
