using System.Collections.Immutable;
using Guard.Messages.Decisions;
using Guard.Messages.Places;

namespace Guard.Messages.Addresses;

/// <summary>A message for the entity that holds a part of all addresses.</summary>
public interface IWithAddressBucket : IGuardMessage
{
    /// <summary>From 0 to below the number of buckets.</summary>
    int Bucket { get; }
}

/// <summary>What an entity of addresses is told and asked.</summary>
public static class AddressCommands
{
    /// <summary>Logins of one source, in its order. Answered with <see cref="AttemptsNoted"/> once they are journaled.</summary>
    public sealed record Observe(int Bucket, ImmutableArray<AddressAttempt> Attempts) : IWithAddressBucket;

    /// <summary>Answered with <see cref="AddressStatus"/>.</summary>
    public sealed record GetStatus(int Bucket, NetworkAddress Address) : IWithAddressBucket;
}

/// <summary>Everything of a source up to a position is journaled.</summary>
public sealed record AttemptsNoted(int Bucket, string Source, ulong Position) : IGuardMessage;

/// <summary>What is known of an address.</summary>
/// <param name="Failures">Within the last hour; of accounts at home there and of old passwords none.</param>
/// <param name="Accounts">Names that it failed at within a day, as far as they are kept.</param>
/// <param name="AtHome">Accounts that logged in from its network on different days.</param>
/// <param name="BlockedUntil">Null when it is not.</param>
public sealed record AddressStatus(NetworkAddress Address, int Failures, int Accounts, int NetworkFailures, int AtHome, DateTimeOffset? BlockedUntil)
    : IGuardMessage;

/// <summary>Something happened to addresses.</summary>
public abstract record AddressEvent(DateTimeOffset At);

/// <summary>A login was counted.</summary>
public sealed record AttemptCounted(AddressAttempt Attempt) : AddressEvent(Attempt.At);

/// <summary>An address is to be blocked: whom the firewall is told until it confirms.</summary>
/// <param name="Observe">The policy blocks nothing: it is written down only.</param>
public sealed record BlockOwed(DateTimeOffset At, NetworkAddress Address, DateTimeOffset Until, bool Observe, ImmutableArray<Reason> Reasons)
    : AddressEvent(At);

/// <summary>The firewall's ledger has it.</summary>
public sealed record BlockConfirmed(DateTimeOffset At, long Id) : AddressEvent(At);

/// <summary>What one write of a bucket holds.</summary>
public sealed record AddressEventBatch(int Bucket, ImmutableArray<AddressEvent> Events) : IGuardMessage;
