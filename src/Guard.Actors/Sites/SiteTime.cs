using System.Collections.Immutable;
using Guard.Actors.Policies;
using Guard.Actors.Users;
using Guard.Messages.Sites;

namespace Guard.Actors.Sites;

/// <summary>
/// A site takes its time from its accounts' observations, so that one from the future would hold it there: its shared quotas would stay used, and a rung would
/// last, for years. When its time is found to lie ahead of the present, it comes back by itself, as an account's does. Pure.
/// </summary>
public static class SiteTime
{
    /// <summary>What has to happen before anything is decided; null when the site's time is sound.</summary>
    /// <param name="latest">The present.</param>
    public static SiteTimeSetBack? Check(SiteState state, DateTimeOffset latest) =>
        UserTime.IsAhead(state.LastSeen, latest) ? new SiteTimeSetBack(state.Site, latest) : null;

    /// <summary>What was used ahead of the time is forgotten; slices that accounts still hold go on counting as used, as of this time.</summary>
    public static SiteState Apply(SiteState state, SiteTimeSetBack back)
    {
        var at = back.At.ToUnixTimeMilliseconds();
        var second = at / 1000;
        var day = (int)(second / 86_400);
        var reaction = state.Reaction;
        if (reaction.Since > at)
            reaction = reaction with { Since = at, Until = reaction.Until == 0 ? 0 : at + (reaction.Until - reaction.Since) };
        var held = state.Held.ToImmutableDictionary(
            holder => holder.Key,
            holder =>
                holder.Value.Second <= second
                    ? holder.Value
                    : holder.Value with
                    {
                        Second = second,
                        Expires = at + Math.Max(0, holder.Value.Expires - (holder.Value.Second * 1000)),
                    }
        );
        return state with
        {
            LastSeen = Math.Min(state.LastSeen, at),
            Reaction = reaction,
            Quotas = [.. state.Quotas.Select(window => window.Head > second / window.SlotSeconds ? Kept(window, held.Values, second) : window)],
            Exact = new QuotaUse([], state.Exact).SetBack(at).Exact,
            Held = held,
            Turns = state.Turns with { At = Math.Min(state.Turns.At, at) },
            Patterns = state.Patterns with { Day = Math.Min(state.Patterns.Day, day), ToldDay = Math.Min(state.Patterns.ToldDay, day) },
        };
    }

    private static QuotaWindow Kept(QuotaWindow window, IEnumerable<HeldSlice> held, long second)
    {
        var kept = QuotaWindow.Empty(window.Quota);
        foreach (var amount in held.SelectMany(slice => slice.Amounts))
        {
            if (amount.Quota == window.Key)
                kept = kept.Add(second, amount.Amount);
        }
        return kept;
    }
}
