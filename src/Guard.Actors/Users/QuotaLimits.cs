using System.Collections.Immutable;
using Guard.Actors.Policies;
using Guard.Messages.Decisions;
using Guard.Messages.Observations;
using Guard.Messages.Policies;

namespace Guard.Actors.Users;

/// <summary>Which quotas an observation exceeds. Pure.</summary>
public static class QuotaLimits
{
    /// <param name="place">What the policy thinks of the place.</param>
    /// <param name="standing">Where the account or its site stands.</param>
    /// <param name="knows">The account knows the place well: what strangers use up does not shut its owner out.</param>
    /// <param name="at">Milliseconds since 1970.</param>
    public static QuotaOutcome Exceeded(UserState state, Observation observation, UserTerms terms, PlaceClass place, Rung standing, bool knows, long at)
    {
        var outcome = new QuotaOutcome();
        var reactions = terms.Policy.Source.Reactions;
        foreach (var quota in terms.Policy.UserQuotas)
        {
            if (Excess(state, quota, observation, place, standing, reactions, knows, at) is { } amount)
                outcome.Add(
                    new Reason(ReasonCodes.QuotaExceeded, amount, Limit(quota, standing, reactions), 0, quota.Describe(Limit(quota, standing, reactions)))
                    {
                        Text = quota.Quota.Text,
                    },
                    quota.Quota.Alarm,
                    quota.Quota.Then ?? (quota.Quota.IsOfStrangers ? Rung.Normal : reactions.OnQuota),
                    RoomAt(state, quota, QuotaCharge.Of(quota, observation, place), Limit(quota, standing, reactions), at)
                );
        }
        foreach (var quota in terms.SiteQuotas)
        {
            // Which of different things may go on is asked last: see SiteMembers.
            if (quota.Quota.IsDistinct)
                continue;
            var charge = QuotaCharge.Of(quota, observation, place);
            var left = state.Slice.Expires > at ? state.Slice.Of(quota.Key) : 0;
            // Not this user's fault: the site reacts.
            if (charge > left)
                outcome.Add(
                    new Reason(ReasonCodes.SiteQuotaExceeded, charge, left, 0, quota.Describe(quota.Quota.Limit)) { Text = quota.Quota.Text },
                    quota.Quota.Alarm,
                    Rung.Normal,
                    retry: 0
                );
        }
        return outcome;
    }

    /// <summary>What a quota allows on a rung: its share while restricted, never less than one where there was one.</summary>
    public static long Limit(KeyedQuota quota, Rung standing, ReactionPolicy policy) =>
        standing < Rung.Restricted || quota.Quota.Unit is not (QuotaUnit.Recipients or QuotaUnit.Mails or QuotaUnit.Bytes)
            ? quota.Quota.Limit
            : (long)Math.Min(quota.Quota.Limit, Math.Max(1, Math.Floor(quota.Quota.Limit * policy.RestrictTo)));

    /// <summary>
    /// When a quota has room for a charge, if nothing else comes: milliseconds since 1970, on a whole second; 0 when it never has. Slots of time end a while after
    /// the window does; what is used only becomes less,
    /// so that halving finds it.
    /// </summary>
    private static long RoomAt(UserState state, KeyedQuota quota, long charge, long limit, long at)
    {
        if (charge <= 0 || charge > limit || quota.Quota.IsDistinct)
            return 0;
        var (low, high) = (0L, 2 * (long)quota.Quota.Per.TotalSeconds + 1);
        while (low < high)
        {
            var middle = low + (high - low) / 2;
            if (state.QuotaUse.Count(quota, at + middle * 1000) + charge <= limit)
                high = middle;
            else
                low = middle + 1;
        }
        return (at + low * 1000 + 999) / 1000 * 1000;
    }

    /// <summary>The amount that is too much; null when it is not.</summary>
    private static long? Excess(
        UserState state,
        KeyedQuota quota,
        Observation observation,
        PlaceClass place,
        Rung standing,
        ReactionPolicy reactions,
        bool knows,
        long at
    )
    {
        if (quota.Quota.IsOfStrangers && observation is Login { Outcome: LoginOutcome.Succeeded })
            return OfStrangers(state, quota, place, knows, at);
        var charge = QuotaCharge.Of(quota, observation, place);
        if (charge == 0)
            return null;
        var used = state.QuotaUse.Count(quota, at);
        var member = quota.Quota.IsDistinct ? QuotaCharge.MemberOf(quota.Quota.Unit, observation) : 0;
        var held = state.QuotaUse.Holds(quota, member, at);
        // Others' places may be too many already: the owner's own stays open.
        if (held && knows)
            return null;
        var amount = held ? used : used + charge;
        return amount > Limit(quota, standing, reactions) ? amount : null;
    }

    /// <summary>A login might be one more failure, and is refused before anybody knows: from places that the account does not know well.</summary>
    private static long? OfStrangers(UserState state, KeyedQuota quota, PlaceClass place, bool knows, long at)
    {
        if (knows || !quota.Quota.When.Includes(place))
            return null;
        var used = state.QuotaUse.Count(quota, at);
        return used >= quota.Quota.Limit ? used : null;
    }
}

/// <summary>The quotas that an observation exceeds, together.</summary>
public struct QuotaOutcome
{
    private ImmutableArray<Reason>.Builder? _reasons;
    private long _retry;
    private bool _unknown;

    public readonly bool Exceeded => _reasons is not null;

    public bool Alarm { get; private set; }

    /// <summary>The rung that they lead to.</summary>
    public Rung Then { get; private set; }

    public readonly ImmutableArray<Reason> Reasons => _reasons?.ToImmutable() ?? [];

    /// <summary>When all of them have room again, milliseconds since 1970; 0 when that is not known.</summary>
    public readonly long Retry => _unknown ? 0 : _retry;

    internal void Add(Reason reason, bool alarm, Rung then, long retry)
    {
        _unknown |= retry == 0;
        _retry = Math.Max(_retry, retry);
        (_reasons ??= ImmutableArray.CreateBuilder<Reason>()).Add(reason);
        Alarm |= alarm;
        Then = then > Then ? then : Then;
    }
}
