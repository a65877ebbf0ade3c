using Guard.Actors.Behaviour;
using Guard.Messages.Observations;
using Guard.Messages.Users;

namespace Guard.Actors.Users;

/// <summary>
/// An account's time never runs backwards, so that one line from the future would hold it there. When its time is found to lie ahead of the present, it comes
/// back by itself. Pure.
/// </summary>
public static class UserTime
{
    /// <summary>A source may be so far ahead without its accounts being set back: clocks differ.</summary>
    public static readonly TimeSpan Tolerated = TimeSpan.FromMinutes(10);

    /// <summary>What has to happen before anything is decided; null when the account's time is sound.</summary>
    /// <param name="latest">The present.</param>
    public static TimeSetBack? Check(UserState state, DateTimeOffset latest) => IsAhead(state.LastSeen, latest) ? new TimeSetBack(latest) : null;

    /// <summary>Whether an entity's time, milliseconds since 1970, lies ahead of the present.</summary>
    public static bool IsAhead(long lastSeen, DateTimeOffset latest) =>
        latest < DateTimeOffset.MaxValue - Tolerated && lastSeen > (latest + Tolerated).ToUnixTimeMilliseconds();

    /// <summary>
    /// The same by what is observed, where nobody knows the present, as when old logs are read: the account's time lies ahead when several observations in a
    /// row say so. It never goes back behind the day on which the account was first seen: a clock that has lost its time must not do the harm that this mends.
    /// </summary>
    public static TimeSetBack? Check(UserState state, Observation observation) =>
        IsLate(state, observation) && state.Late + 1 >= BelievedFrom && observation.At.ToUnixTimeMilliseconds() >= state.FirstSeen
            ? new TimeSetBack(observation.At)
            : null;

    /// <summary>Whether an observation lies days before the account's time.</summary>
    public static bool IsLate(UserState state, Observation observation) => state.LastSeen - observation.At.ToUnixTimeMilliseconds() > LateFrom;

    public static UserState Apply(UserState state, TimeSetBack back)
    {
        var at = back.At.ToUnixTimeMilliseconds();
        var use = state.QuotaUse.SetBack(at);
        var reaction = state.Reaction;
        if (reaction.Since > at)
            reaction = reaction with { Since = at, Until = reaction.Until == 0 ? 0 : at + (reaction.Until - reaction.Since) };
        return state with
        {
            Late = 0,
            FirstSeen = Math.Min(state.FirstSeen, at),
            LastSeen = Math.Min(state.LastSeen, at),
            Alarms = state.Alarms.SetBack(at),
            AskedAt = Math.Min(state.AskedAt, at / 1000),
            Reaction = reaction,
            Baseline = BaselineTime.SetBack(state.Baseline, at / 1000),
            Quotas = use.Slots,
            Exact = use.Exact,
            Guesses = state.Guesses.RemoveAll(guesser => guesser.Failures.Last > at / 1000),
            Slice = state.Slice.Expires > at + SliceAhead ? state.Slice with { Expires = at } : state.Slice,
        };
    }

    /// <summary>So many late observations in a row are believed.</summary>
    private const int BelievedFrom = 3;

    /// <summary>Sources may be hours behind each other, milliseconds.</summary>
    private const long LateFrom = 86_400_000;

    /// <summary>Slices last minutes, milliseconds.</summary>
    private const long SliceAhead = 86_400_000;
}
