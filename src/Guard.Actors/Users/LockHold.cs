using System.Collections.Immutable;
using Guard.Messages.Decisions;
using Guard.Messages.Enforcement;
using Guard.Messages.Observations;
using Guard.Messages.Policies;
using Guard.Messages.Users;

namespace Guard.Actors.Users;

/// <summary>
/// Finds that a lock or block does not hold: a log tells of a login or mail that the lock refuses, or of mail of a locked account that reached somebody, long
/// after it was made. Only of what is told as it happens: what is read later, or again, was before the lock stood. Pure.
/// </summary>
public static class LockHold
{
    /// <summary>What was under way when the account was locked ends by then.</summary>
    public static readonly TimeSpan Grace = TimeSpan.FromMinutes(1);

    /// <summary>What is read within it is told as it happens.</summary>
    public static readonly TimeSpan AsItHappens = TimeSpan.FromMinutes(2);

    /// <summary>What goes on although the account is locked, in alarms.</summary>
    public const string Delivered = "a mail that was delivered";

    /// <summary>What goes on although nothing carries the lock out.</summary>
    public const string Sending = "sending";

    /// <summary>The same before the name of a service.</summary>
    public const string LoggingInTo = "logging in to ";

    /// <param name="before">The account before the observation was decided.</param>
    /// <param name="now">The present; without a bound where nobody knows it.</param>
    /// <param name="gaps">What is missing on this machine for a lock to hold.</param>
    internal static AlarmRaised? Broken(
        UserState before,
        Observation observation,
        UserVerdict verdict,
        GuardPolicy policy,
        DateTimeOffset now,
        Func<Observation, ImmutableArray<Reason>> gaps
    )
    {
        var at = observation.At.ToUnixTimeMilliseconds();
        var used = observation switch
        {
            Login { Outcome: LoginOutcome.Succeeded } login => Login(login.Service),
            Submission => "a mail that was sent",
            // What an admin sent on, or was under way, is no gap; where nothing holds queues it is.
            Delivery { Outcome: DeliveryOutcome.Delivered } => Delivered,
            _ => "",
        };
        if (
            used.Length == 0
            || observation.Origin.Source.Length == 0
            || policy.Mode != GuardMode.Enforce
            || before.Reaction.Rung < Rung.Suspended
            || (verdict.WouldBe != Verdict.Reject && used != Delivered)
            || at - before.Reaction.Since < Grace.TotalMilliseconds
            || (now - observation.At).Duration() > AsItHappens
            || !before.Alarms.Allow(ReasonCodes.LockNotHeld, at)
            || before.Owed.Any(effect => effect.Kind == EffectKind.LockAccount)
        )
            return null;
        var missing = gaps(observation);
        // Whose mail is refused may log in to SMTP.
        if (missing.IsEmpty && (used == Delivered || observation is Login { Service: Service.Smtp }))
            return null;
        var minutes = Math.Floor((at - before.Reaction.Since) / 60_000.0);
        return new AlarmRaised(
            observation.At,
            observation.Place.Address,
            observation.Place.Country,
            [new Reason(ReasonCodes.LockNotHeld, minutes, 0, 0, used), .. missing]
        );
    }

    /// <summary>The alarm that an address connects which was blocked for the account; null when there was one lately.</summary>
    public static AlarmRaised? Unheld(UserState state, UserCommands.NoteUnheldBlock note) =>
        !state.IsFounded || !state.Alarms.Allow(ReasonCodes.BlockNotHeld, note.At.ToUnixTimeMilliseconds())
            ? null
            : new AlarmRaised(note.At, note.Address, "", note.Reasons);

    /// <summary>How a login is called that was made all the same.</summary>
    public static string Login(Service service) => $"a login to {service.ToString().ToLowerInvariant()}";

    /// <summary>How logins to a service are called that go on.</summary>
    public static string LoggingIn(Service service) => LoggingInTo + service.ToString().ToLowerInvariant();
}
