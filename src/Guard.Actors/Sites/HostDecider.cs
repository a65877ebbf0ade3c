using System.Collections.Immutable;
using Guard.Actors.Policies;
using Guard.Actors.Reactions;
using Guard.Messages.Decisions;
using Guard.Messages.Enforcement;
using Guard.Messages.Identity;
using Guard.Messages.Policies;
using Guard.Messages.Sites;

namespace Guard.Actors.Sites;

/// <summary>
/// Decides for all sites together (<see cref="SiteId.Host"/>), to which each site tells what it notes of its accounts: the same turn at many
/// sites is an attack on the host, also where each account is a site of its own. Pure. It counts sites, not accounts: many of one site are that site's matter.
/// It never does more than report; its accounts judge a first strange mail by it.
/// </summary>
public static class HostDecider
{
    private const long TellAgainAfter = 24 * SiteDecider.Hour;

    /// <summary>Holidays and fairs make some days, and office hours some hours, busier than others.</summary>
    private const double BusyHour = 3;

    /// <summary>What chance may come to once in so many hours.</summary>
    private const double MaxChance = 1e-5;

    /// <summary>What is usual is counted from here on: before, nobody told the host anything, which says nothing of how often it happens.</summary>
    public static ImmutableArray<SiteEvent> Begin(SiteState state, DateTimeOffset at) => state.Turns.At == 0 ? [new DaysNoted(state.Site, at, [])] : [];

    /// <summary>What a site, having noted something of an account, tells the host; null for what is the host's own.</summary>
    public static SiteCommands.NoteReaction? Word(SiteId site, SiteCommands.NoteReaction note, long number) =>
        site == SiteId.Host || note.To < Rung.Reported
            ? null
            : new SiteCommands.NoteReaction(SiteId.Host, Effect.SiteAsUser(site), number, note.At, Rung.Reported);

    /// <param name="note">Of a site: <see cref="Effect.SiteAsUser"/>.</param>
    /// <param name="policy">The host's: fewer sites than it says are never enough.</param>
    public static ImmutableArray<SiteEvent> Note(SiteState state, SiteCommands.NoteReaction note, EffectivePolicy policy)
    {
        var events = ImmutableArray.CreateBuilder<SiteEvent>();
        if (SiteDecider.Noted(state, note, policy.Source.Reactions, events) is not { } told)
            return [];
        if (Raised(told, note.At.ToUnixTimeMilliseconds(), policy) is { } raised)
            events.Add(raised);
        return events.ToImmutable();
    }

    private static SiteReactionChanged? Raised(SiteState state, long at, EffectivePolicy policy)
    {
        var enough = policy.Source.SiteAlarm.Reported;
        if (enough == 0 || state.Reaction.Rung != Rung.Normal || ReactionLadder.Target(Rung.Reported, policy.Source.Reactions) == Rung.Normal)
            return null;
        var (sites, last) = SiteDecider.Within(state.Noted, at, Rung.Reported);
        if (sites < enough || !state.Turns.IsKnownAt(last))
            return null;
        var usual = state.Turns.Hourly(sites);
        if (TurnRate.Chance(sites, usual * BusyHour) > MaxChance)
            return null;
        var time = DateTimeOffset.FromUnixTimeMilliseconds(last);
        return new SiteReactionChanged(
            state.Site,
            time,
            Rung.Normal,
            Rung.Reported,
            time + TimeSpan.FromMilliseconds(SiteDecider.Hour),
            [new Reason(ReasonCodes.SameTurnAtSites, sites, Math.Round(24 * usual, 1))]
        )
        {
            IsTold = !state.History.Any(past => past.To == Rung.Reported && last - past.At < TellAgainAfter),
        };
    }
}
