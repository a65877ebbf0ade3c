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

    /// <summary>Whether quotas of its address shut out a login that is being tried. Answered with <see cref="AddressVerdict"/>; nothing is counted.</summary>
    /// <param name="Account">Stable hash of the account's name; 0 without one.</param>
    /// <param name="Site">Whose policy judges it; empty for the default policy.</param>
    public sealed record Check(int Bucket, string RequestId, NetworkAddress Address, ulong Account, string Site, DateTimeOffset At) : IWithAddressBucket;

    /// <summary>Takes back what was counted against an address and its network. Answered with <see cref="AttemptsNoted"/> once it is journaled.</summary>
    public sealed record Forget(int Bucket, NetworkAddress Address, DateTimeOffset At) : IWithAddressBucket;

    /// <summary>Answered with <see cref="AddressStatus"/>.</summary>
    public sealed record GetStatus(int Bucket, NetworkAddress Address) : IWithAddressBucket;
}

/// <summary>Everything of a source up to a position is journaled.</summary>
public sealed record AttemptsNoted(int Bucket, string Source, ulong Position) : IGuardMessage;

/// <summary>The answer about a login that is being tried.</summary>
/// <param name="Reasons">The quotas that shut it out; empty when it may be tried.</param>
/// <param name="Enforced">False where the policy only observes.</param>
public sealed record AddressVerdict(string RequestId, ImmutableArray<Reason> Reasons, bool Enforced) : IGuardMessage;

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

/// <summary>The policies' set of quotas of addresses changed: their use is counted from here on under these keys.</summary>
public sealed record AddressQuotasAdopted(DateTimeOffset At, ImmutableArray<string> Keys) : AddressEvent(At);

/// <summary>An admin's program took back what was counted against an address.</summary>
public sealed record AddressForgotten(DateTimeOffset At, NetworkAddress Address) : AddressEvent(At);

/// <summary>An address is to be blocked: whom the firewall is told until it confirms.</summary>
/// <param name="Observe">The policy blocks nothing: it is written down only.</param>
public sealed record BlockOwed(DateTimeOffset At, NetworkAddress Address, DateTimeOffset Until, bool Observe, ImmutableArray<Reason> Reasons) : AddressEvent(At)
{
    /// <summary>Bits of the IPv6 prefix to block; 0: what one party holds, an IPv4 address or an IPv6 /64.</summary>
    public int PrefixLength { get; init; }

    /// <summary>What is to be blocked, as people read it.</summary>
    public string Name => PrefixLength == 0 ? Address.ToString() : $"{Address}/{PrefixLength}";
}

/// <summary>The firewall's ledger has it.</summary>
public sealed record BlockConfirmed(DateTimeOffset At, long Id) : AddressEvent(At);

/// <summary>What one write of a bucket holds.</summary>
public sealed record AddressEventBatch(int Bucket, ImmutableArray<AddressEvent> Events) : IGuardMessage;
