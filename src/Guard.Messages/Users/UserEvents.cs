using System.Collections.Immutable;
using Guard.Messages.Decisions;
using Guard.Messages.Identity;
using Guard.Messages.Observations;
using Guard.Messages.Places;
using Guard.Messages.Policies;

namespace Guard.Messages.Users;

/// <summary>One thing that happened to a user. Times are the observations' own.</summary>
public abstract record UserEvent(DateTimeOffset At)
{
    /// <summary>Who did it by hand; null for what the guard decided itself, and in events of older versions.</summary>
    public Author? By { get; init; }
}

/// <summary>How an observation was taken.</summary>
[Flags]
public enum Judgement : ushort
{
    None = 0,

    /// <summary>It may enter the baseline.</summary>
    Learn = 1,

    /// <summary>It would be, or was, refused, so it uses no quota.</summary>
    Refused = 2,

    /// <summary>Its place is strange and waits on probation.</summary>
    Strange = 4,

    /// <summary>It came from a place that the policy calls suspicious.</summary>
    Suspicious = 8,

    /// <summary>It came from a place that the policy calls usual.</summary>
    Usual = 16,

    /// <summary>It uses the site's shared quota.</summary>
    SiteCounted = 32,

    /// <summary>Its network has not been the owner's for long.</summary>
    Unproven = 64,

    /// <summary>Another intake told of it before; only its position is taken.</summary>
    Repeated = 128,

    /// <summary>A first mail from a country never seen, where the mailbox was not opened: its site counts how many of its accounts send so at once.</summary>
    StrangeMail = 256,
}

/// <summary>An observation was taken into account.</summary>
public sealed record ObservationJudged(Observation Observation, Judgement Judgement, float Score) : UserEvent(Observation.At)
{
    /// <summary>The planned exception that covers its recipients: positive for one of the account, negative for one of the site, 0 for none.</summary>
    public long Planned { get; init; }

    /// <summary>Its own time lies days before the account's, which may have run ahead; the observation here has the account's.</summary>
    public bool Late { get; init; }
}

/// <summary>The reaction changed, up or down.</summary>
/// <param name="Until">When the new rung ends by itself; null for <see cref="Rung.Normal"/>.</param>
public sealed record ReactionChanged(
    DateTimeOffset At,
    Rung From,
    Rung To,
    DateTimeOffset? Until,
    double Score,
    NetworkAddress Address,
    string Country,
    ImmutableArray<Reason> Reasons
) : UserEvent(At)
{
    /// <summary>How much the lock of a rung from <see cref="Rung.Suspended"/> up takes away.</summary>
    public LockGrade Grade { get; init; }
}

/// <summary>The current rung was found deserved again and lasts longer.</summary>
public sealed record ReactionProlonged(DateTimeOffset At, DateTimeOffset Until) : UserEvent(At)
{
    /// <summary>An admin's other grade of the lock; null when it stays as it was.</summary>
    public LockGrade? Grade { get; init; }

    /// <summary>An admin said that it was an attack: from now on that is why.</summary>
    public bool Confirmed { get; init; }
}

/// <summary>A quota with an alarm was exceeded; reported whatever the ladder does.</summary>
public sealed record AlarmRaised(DateTimeOffset At, NetworkAddress Address, string Country, ImmutableArray<Reason> Reasons) : UserEvent(At);

/// <summary>An address (IPv6: its /64) is wanted in the firewall until a time.</summary>
public sealed record AddressBlockOrdered(DateTimeOffset At, NetworkAddress Address, DateTimeOffset Until, ImmutableArray<Reason> Reasons) : UserEvent(At);

/// <summary>A side effect was carried out, or written down in observe mode.</summary>
public sealed record EffectConfirmed(DateTimeOffset At, long Effect) : UserEvent(At);

/// <summary>The site granted a slice of its shared quotas.</summary>
public sealed record SliceTaken(DateTimeOffset At, string LeaseId, DateTimeOffset Expires, ImmutableArray<SliceAmount> Amounts) : UserEvent(At);

/// <summary>An amount of one of the site's quotas.</summary>
/// <param name="Quota">The quota's lasting key.</param>
public readonly record struct SliceAmount(string Quota, long Amount)
{
    /// <summary>Of a quota of different things: which of them, as 32 bits of its hash; 0 for an amount.</summary>
    public uint Member { get; init; }

    /// <summary>In a request: the account knows the place well, so that what others used in excess does not shut it out.</summary>
    public bool IsKnown { get; init; }
}

/// <summary>What was left of the slice went back to the site: it may no longer be used.</summary>
public sealed record SliceGivenBack(DateTimeOffset At, string LeaseId) : UserEvent(At);

/// <summary>The policy's set of quotas changed: their use is counted from here on under these keys.</summary>
public sealed record QuotasAdopted(DateTimeOffset At, ImmutableArray<string> Keys) : UserEvent(At);

/// <summary>A message did not come about, or with fewer recipients: what it had used of the account's quotas is free again.</summary>
/// <param name="Submission">The amount, at the time at which it was counted.</param>
/// <param name="Judgement">How its place was classified.</param>
public sealed record ReservationReturned(DateTimeOffset At, Submission Submission, Judgement Judgement) : UserEvent(At)
{
    /// <summary>The planned exception that had covered it; as in <see cref="ObservationJudged.Planned"/>.</summary>
    public long Planned { get; init; }
}

/// <summary>An admin said that what was seen was the owner: what waited on probation is learnt.</summary>
public sealed record Absolved(DateTimeOffset At) : UserEvent(At);

/// <summary>Something unusual was announced for the account.</summary>
public sealed record ExceptionPlanned(DateTimeOffset At, PlannedException Planned) : UserEvent(At);

/// <summary>A planned exception holds no more.</summary>
public sealed record ExceptionWithdrawn(DateTimeOffset At, long Exception) : UserEvent(At);

/// <summary>A report was answered by its link: it, and those before it, cannot be answered again.</summary>
public sealed record FeedbackGiven(DateTimeOffset At, long Effect, bool WasOwner) : UserEvent(At);

/// <summary>The account's time had run ahead, by a line from the future or a jump of the clock: it comes back.</summary>
public sealed record TimeSetBack(DateTimeOffset At) : UserEvent(At);

/// <summary>The blocks and limits of addresses that the account's incident caused are over, and may be ordered anew.</summary>
public sealed record BlocksLifted(DateTimeOffset At) : UserEvent(At);

/// <summary>The account was forgotten: nothing of it stays but where its sources were read to, and effects that end what stood.</summary>
public sealed record Forgotten(DateTimeOffset At) : UserEvent(At);

/// <summary>Everything one write of a user entity recorded, in order: one journal row for many observations.</summary>
public sealed record UserEventBatch(UserId User, ImmutableArray<UserEvent> Events) : IWithUserId;
