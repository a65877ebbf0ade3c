using Guard.Messages.Decisions;
using Guard.Messages.Enforcement;
using Guard.Messages.Observations;
using Guard.Messages.Policies;
using Guard.Messages.Users;

namespace Guard.Actors.Users;

/// <summary>
/// Finds that a lock does not hold: a log tells of a login or mail that the lock refuses, long after it was made. Only of what is told as it happens: what is
/// read later, or again, was before the lock stood. Pure.
/// </summary>
internal static class LockHold
{
    /// <summary>What was under way when the account was locked ends by then.</summary>
    public static readonly TimeSpan Grace = TimeSpan.FromMinutes(1);

    private static readonly TimeSpan AsItHappens = TimeSpan.FromMinutes(2);
    private static readonly TimeSpan AlarmEvery = TimeSpan.FromHours(1);

    /// <param name="before">The account before the observation was decided.</param>
    /// <param name="now">The present; without a bound where nobody knows it.</param>
    public static AlarmRaised? Broken(UserState before, Observation observation, UserVerdict verdict, GuardPolicy policy, DateTimeOffset now)
    {
        var at = observation.At.ToUnixTimeMilliseconds();
        var used = observation switch
        {
            Login { Outcome: LoginOutcome.Succeeded } login => $"a login to {login.Service.ToString().ToLowerInvariant()}",
            Submission => "a mail that was sent",
            _ => "",
        };
        if (
            used.Length == 0
            || observation.Origin.Source.Length == 0
            || policy.Mode != GuardMode.Enforce
            || before.Reaction.Rung < Rung.Suspended
            || verdict.WouldBe != Verdict.Reject
            || at - before.Reaction.Since < Grace.TotalMilliseconds
            || (now - observation.At).Duration() > AsItHappens
            || at - before.LastAlarm < AlarmEvery.TotalMilliseconds
            || before.Owed.Any(effect => effect.Kind == EffectKind.LockAccount)
        )
            return null;
        var minutes = Math.Floor((at - before.Reaction.Since) / 60_000.0);
        return new AlarmRaised(
            observation.At,
            observation.Place.Address,
            observation.Place.Country,
            [new Reason(ReasonCodes.LockNotHeld, minutes, 0, 0, used)]
        );
    }
}
