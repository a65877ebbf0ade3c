using System.Collections.Immutable;
using Guard.Actors.Policies;
using Guard.Actors.Reactions;
using Guard.Actors.Users;
using Guard.Messages.Enforcement;
using Guard.Messages.Identity;
using Guard.Messages.Policies;
using Guard.Messages.Sites;
using Guard.Messages.Users;

namespace Guard.Actors.Sites;

/// <summary>Folds events into a site's state. Total and pure; throws on an event it does not know.</summary>
public static class SiteEvolution
{
    /// <summary>From so many holders on those are forgotten that never came back; looked for only with every 1,024th slice, since it takes a look at all.</summary>
    internal const int ManyHeld = 1024;

    /// <summary>How long a slice is remembered behind its end, milliseconds.</summary>
    internal const long HeldFor = 86_400_000;

    public static SiteState Apply(SiteState state, SiteEvent change)
    {
        if (change is SiteTimeSetBack back)
            return SiteTime.Apply(state, back);
        var next = change switch
        {
            SliceGranted granted => Grant(state, granted),
            SliceReturned returned => Return(state, returned),
            UserReactionNoted confirmed when confirmed.User == Effect.SiteAsUser(state.Site) => state with
            {
                Owed = state.Owed.RemoveAll(effect => effect.Id == confirmed.Effect),
            },
            UserReactionNoted noted => Note(state, noted),
            SiteReactionChanged changed => Change(state, changed),
            SiteExceptionPlanned planned => state with
            {
                Planned = state.Planned.Add(planned.By is null ? planned.Planned : planned.Planned with { By = planned.By }, planned.At),
            },
            SiteExceptionWithdrawn withdrawn => state with { Planned = state.Planned.Remove(withdrawn.Exception) },
            DaysNoted noted when state.Site == SiteId.Host => state with { Turns = TurnRate.Begin(noted.At.ToUnixTimeMilliseconds()) },
            DaysNoted noted => state with
            {
                Patterns = noted.Days.Aggregate(state.Patterns, (patterns, day) => patterns.See(day, (int)(noted.At.ToUnixTimeSeconds() / 86400))),
            },
            _ => throw new InvalidOperationException($"unknown site event {change.GetType().Name}"),
        };
        return next with { LastSeen = Math.Max(state.LastSeen, change.At.ToUnixTimeMilliseconds()) };
    }

    private static SiteState Grant(SiteState state, SliceGranted granted)
    {
        var second = granted.At.ToUnixTimeSeconds();
        return state with
        {
            Quotas = Charge(state.Quotas, granted.Amounts, second, 1),
            Exact = Meet(state.Exact, granted),
            Planned = Use(state.Planned.Prune(granted.At), granted.Amounts, 1),
            Held = Pruned(state, granted.At.ToUnixTimeMilliseconds()).SetItem(granted.User, HeldSlice.Of(granted)),
            Leases = state.Leases + 1,
        };
    }

    /// <summary>A holder that never came back keeps its slice counted as used, but need not be remembered for ever.</summary>
    private static ImmutableDictionary<UserId, HeldSlice> Pruned(SiteState state, long at) =>
        IsPruning(state.Held.Count, state.Leases)
            ? state.Held.RemoveRange(state.Held.Where(holder => at - holder.Value.Expires > HeldFor).Select(holder => holder.Key))
            : state.Held;

    /// <param name="leases">How many slices were granted so far.</param>
    internal static bool IsPruning(int held, long leases) => held >= ManyHeld && leases % ManyHeld == 0;

    private static SiteState Return(SiteState state, SliceReturned returned)
    {
        if (!state.Held.TryGetValue(returned.User, out var held) || held.LeaseId != returned.LeaseId)
            return state;
        // Never more than was granted comes back, whatever the message says.
        var left = returned
            .Left.Select(amount =>
                amount with
                {
                    Amount = Math.Clamp(amount.Amount, 0, held.Amounts.FirstOrDefault(granted => granted.Quota == amount.Quota).Amount),
                }
            )
            .ToImmutableArray();
        return state with
        {
            Quotas = Charge(state.Quotas, left, held.Second, -1),
            Planned = Use(state.Planned, left, -1),
            Held = returned.IsPart
                ? state.Held.SetItem(returned.User, held with { Amounts = [.. held.Amounts.Select(amount => Less(amount, left))] })
                : state.Held.Remove(returned.User),
        };
    }

    private static SliceAmount Less(SliceAmount amount, ImmutableArray<SliceAmount> left) =>
        amount with
        {
            Amount = amount.Amount - left.FirstOrDefault(back => back.Quota == amount.Quota).Amount,
        };

    private static PlannedList Use(PlannedList planned, ImmutableArray<SliceAmount> amounts, int sign)
    {
        foreach (var amount in amounts)
        {
            if (PlannedKey.TryParse(amount.Quota, out var exception))
                planned = planned.Use(exception, sign * amount.Amount);
        }
        return planned;
    }

    private static ImmutableArray<QuotaWindow> Charge(ImmutableArray<QuotaWindow> windows, ImmutableArray<SliceAmount> amounts, long second, int sign)
    {
        foreach (var amount in amounts)
        {
            if (amount.Member != 0 || PlannedKey.TryParse(amount.Quota, out _))
                continue;
            var index = -1;
            for (var i = 0; i < windows.Length; i++)
                index = windows[i].Key == amount.Quota ? i : index;
            var window = index < 0 ? QuotaWindow.Empty(KeyedQuota.Parse(amount.Quota)) : windows[index];
            window = window.Add(second, sign * amount.Amount);
            windows = index < 0 ? windows.Add(window) : windows.SetItem(index, window);
        }
        return windows;
    }

    /// <summary>Of different things none comes back: an account asks for what it is about to use.</summary>
    private static ImmutableArray<ExactWindow> Meet(ImmutableArray<ExactWindow> windows, SliceGranted granted)
    {
        foreach (var one in granted.Amounts)
        {
            if (one.Member == 0)
                continue;
            var index = -1;
            for (var i = 0; i < windows.Length; i++)
                index = windows[i].Key == one.Quota ? i : index;
            var window = index < 0 ? ExactWindow.Empty(KeyedQuota.Parse(one.Quota)) : windows[index];
            window = window.Add(granted.At.ToUnixTimeMilliseconds(), one.Member);
            windows = index < 0 ? windows.Add(window) : windows.SetItem(index, window);
        }
        return windows;
    }

    private static SiteState Note(SiteState state, UserReactionNoted noted)
    {
        var at = noted.At.ToUnixTimeMilliseconds();
        var isHost = state.Site == SiteId.Host;
        // However many accounts of a site take the turn within an hour, it is one.
        var turns =
            isHost && !state.Noted.Any(site => site.User == noted.User && Math.Abs(at - site.At) <= SiteDecider.Hour) ? state.Turns.See(at) : state.Turns;
        var others = state.Noted.RemoveAll(user => user.User == noted.User);
        if (others.Length >= (isHost ? SiteState.MaxNotedSites : SiteState.MaxNoted))
            others = others.RemoveAt(0);
        return state with { Turns = turns, Noted = others.Add(new NotedUser(noted.User, at, noted.Effect, noted.To)) };
    }

    /// <summary>
    /// When the outbox is away for long, the oldest report gives way. Numbers are times: an older node of a cluster, which does not count them, may write a
    /// snapshot in between, and one that were used again would be taken for a repeat.
    /// </summary>
    private static SiteState Owe(SiteState state, SiteReactionChanged changed)
    {
        var effect = new Effect(
            Effect.SiteAsUser(state.Site),
            Math.Max(state.LastReport + 1, changed.At.ToUnixTimeMilliseconds()),
            EffectKind.Report,
            changed.At,
            changed.Until,
            GuardMode.Observe,
            changed.From,
            changed.To,
            0,
            default,
            "",
            changed.Reasons
        )
        {
            Site = state.Site,
            By = changed.By,
        };
        var owed = state.Owed.Length >= SiteState.MaxOwed ? state.Owed.RemoveAt(0) : state.Owed;
        return state with { Owed = owed.Add(effect), LastReport = effect.Id };
    }

    private static SiteState Change(SiteState state, SiteReactionChanged changed)
    {
        var at = changed.At.ToUnixTimeMilliseconds();
        var until = changed.Until?.ToUnixTimeMilliseconds() ?? 0;
        var history = state.History.Length >= UserState.MaxHistory ? state.History.RemoveAt(0) : state.History;
        var next = changed.IsTold ? Owe(state, changed) : state;
        return next with
        {
            Reaction = new ReactionState(changed.To, at, until, 0, changed.Reasons),
            History = history.Add(new ReactionMemory(at, changed.From, changed.To, until, 0, "", "", changed.Reasons) { By = changed.By }),
        };
    }
}
