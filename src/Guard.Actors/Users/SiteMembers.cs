using System.Collections.Immutable;
using Guard.Messages.Decisions;
using Guard.Messages.Observations;
using Guard.Messages.Policies;
using Guard.Messages.Users;

namespace Guard.Actors.Users;

/// <summary>
/// The different addresses, networks and countries of a whole site. The site counts them, and an account asks it for each that its slice does not hold: only
/// for what nothing else refuses, so that what strangers try uses up nothing. Pure.
/// </summary>
public static class SiteMembers
{
    /// <summary>Whether a site limits different things.</summary>
    public static bool AreCounted(UserTerms terms)
    {
        foreach (var quota in terms.SiteQuotas)
        {
            if (quota.Quota.IsDistinct)
                return true;
        }
        return false;
    }

    /// <summary>Which of them an observation is, that the slice at hand does not hold.</summary>
    /// <param name="place">What the policy thinks of the place.</param>
    /// <param name="knows">The account knows the place well.</param>
    /// <param name="at">Milliseconds since 1970.</param>
    public static ImmutableArray<SliceAmount> Lacking(UserState state, Observation observation, UserTerms terms, PlaceClass place, bool knows, long at)
    {
        ImmutableArray<SliceAmount>.Builder? lacking = null;
        foreach (var quota in terms.SiteQuotas)
        {
            if (!quota.Quota.IsDistinct || QuotaCharge.Of(quota, observation, place) == 0)
                continue;
            var member = QuotaCharge.MemberOf(quota.Quota.Unit, observation);
            if (state.Slice.Expires > at && state.Slice.Holds(quota.Key, member))
                continue;
            (lacking ??= ImmutableArray.CreateBuilder<SliceAmount>()).Add(new SliceAmount(quota.Key, 1) { Member = member, IsKnown = knows });
        }
        return lacking?.ToImmutable() ?? [];
    }

    /// <summary>All that an observation would be, if nothing refuses it otherwise; empty when something does.</summary>
    public static ImmutableArray<SliceAmount> Of(UserState state, Observation observation, UserTerms terms) =>
        AreCounted(terms)
            ? UserDecider
                .Decide(
                    state with
                    {
                        Slice = Slice.None,
                    },
                    observation,
                    terms with
                    {
                        SiteQuotas = [.. terms.SiteQuotas.Where(quota => quota.Quota.IsDistinct)],
                    }
                )
                .Lacking
            : [];

    /// <summary>What is told of those that the site did not grant.</summary>
    public static QuotaOutcome Refused(ImmutableArray<SliceAmount> lacking, UserTerms terms)
    {
        var outcome = new QuotaOutcome();
        foreach (var one in lacking)
        {
            var quota = Array.Find(terms.SiteQuotas, quota => quota.Key == one.Quota)!;
            outcome.Add(
                new Reason(ReasonCodes.SiteQuotaExceeded, quota.Quota.Limit + 1, quota.Quota.Limit, 0, quota.Describe(quota.Quota.Limit))
                {
                    Text = quota.Quota.Text,
                },
                quota.Quota.Alarm,
                Rung.Normal,
                retry: 0
            );
        }
        return outcome;
    }
}
