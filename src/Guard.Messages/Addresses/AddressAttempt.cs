using Guard.Messages.Observations;
using Guard.Messages.Places;

namespace Guard.Messages.Addresses;

/// <summary>What a login tells of the address that it came from.</summary>
public enum AttemptKind : byte
{
    /// <summary>A wrong password for an account that the guard knows.</summary>
    Failed = 0,

    /// <summary>A wrong password, or no such user, for a name that the guard does not know.</summary>
    UnknownName = 1,

    /// <summary>A failure of which the daemon tells no name.</summary>
    NoName = 2,

    /// <summary>The same wrong password as before: a device that still has a former one.</summary>
    Retried = 3,

    /// <summary>A login that succeeded.</summary>
    Succeeded = 4,
}

/// <summary>A login as its address's entity is told of it. No name: of strangers' words a hash is kept, and not for long.</summary>
/// <param name="Account">Stable hash of the account's name; 0 without a name.</param>
/// <param name="Site">Whose policy judges it; empty for the default policy. Not stored.</param>
public readonly record struct AddressAttempt(NetworkAddress Address, AttemptKind Kind, ulong Account, DateTimeOffset At, ObservationOrigin Origin, string Site)
{
    public bool IsFailure => Kind is AttemptKind.Failed or AttemptKind.UnknownName or AttemptKind.NoName;
}
