using System.Collections.Immutable;
using Akka.Actor;
using Guard.Actors.Enforcement.Blocking;
using Guard.Actors.Policies.Geography;
using Guard.Messages.Enforcement;
using Guard.Messages.Identity;

namespace Guard.Actors.Enforcement;

/// <summary>What a ledger tells those who bring the machine into line. Local to a node.</summary>
public static class WantedState
{
    /// <summary>Everything that shall stand: at the start, and now and then.</summary>
    public sealed record AllBlocks(ImmutableArray<WantedBlock> Blocks) : INoSerializationVerificationNeeded;

    public sealed record Blocks(ImmutableArray<WantedBlock> Add, ImmutableArray<NetworkPrefix> Remove) : INoSerializationVerificationNeeded;

    /// <summary>Every address that shall be slowed down.</summary>
    public sealed record AllLimits(ImmutableArray<WantedBlock> Limits) : INoSerializationVerificationNeeded;

    public sealed record Limits(ImmutableArray<WantedBlock> Add, ImmutableArray<NetworkPrefix> Remove) : INoSerializationVerificationNeeded;

    public sealed record AllLocks(ImmutableArray<LockEntry> Locks) : INoSerializationVerificationNeeded;

    public sealed record Lock(LockEntry Entry) : INoSerializationVerificationNeeded;

    /// <param name="ByAdmin">Somebody released the account; else its time was up.</param>
    public sealed record Unlock(UserId User, bool ByAdmin) : INoSerializationVerificationNeeded;
}
