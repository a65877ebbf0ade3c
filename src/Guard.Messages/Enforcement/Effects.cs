using System.Collections.Immutable;
using Guard.Messages.Decisions;
using Guard.Messages.Identity;
using Guard.Messages.Places;
using Guard.Messages.Policies;

namespace Guard.Messages.Enforcement;

/// <summary>What a side effect does.</summary>
public enum EffectKind : byte
{
    Report = 0,
    LockAccount = 1,
    UnlockAccount = 2,
    BlockAddress = 3,
    NoteSite = 4,

    /// <summary>Ends the blocks and limits that the account caused.</summary>
    LiftBlocks = 5,

    /// <summary>Takes everything about the account out of the outbox of reports.</summary>
    ForgetReports = 6,
}

/// <summary>
/// A side effect that is owed. It states what is wanted, never toggles, so repeating it is harmless; it is sent again until confirmed.
/// </summary>
/// <param name="Id">Counts up per user.</param>
/// <param name="Until">When the wanted state ends by itself.</param>
/// <param name="Mode">In observe mode it is only written down.</param>
public sealed record Effect(
    UserId User,
    long Id,
    EffectKind Kind,
    DateTimeOffset At,
    DateTimeOffset? Until,
    GuardMode Mode,
    Rung From,
    Rung To,
    double Score,
    NetworkAddress Address,
    string Country,
    ImmutableArray<Reason> Reasons
) : IWithUserId
{
    /// <summary>How much a lock takes away.</summary>
    public LockGrade Grade { get; init; }

    /// <summary>Bits of the IPv6 prefix to block; 0: what one party holds, an IPv4 address or an IPv6 /64.</summary>
    public int PrefixLength { get; init; }

    /// <summary>The site whose own reaction is reported; null for an account's. The user is then a name that no account can have.</summary>
    public SiteId? Site { get; init; }

    /// <summary>Who did by hand what it comes from; null for what the guard decided itself.</summary>
    public Author? By { get; init; }

    /// <summary>A reaction ended, or became milder.</summary>
    public bool IsEnd => To < From;

    /// <summary>Stands for the rules of addresses where the one that asks for a block is named: a name that no account can have.</summary>
    public static UserId OfAddresses { get; } = new("@@addresses");

    /// <summary>Stands for a site where reports are kept by user.</summary>
    public static UserId SiteAsUser(SiteId site) => new($"@@{site.Value}");
}

/// <summary>The answer of a supervisor.</summary>
public sealed record EffectDone(UserId User, long Id) : IWithUserId;
