using System.Collections.Immutable;
using Guard.Messages.Identity;
using Guard.Messages.Policies;

namespace Guard.Messages.Enforcement;

/// <summary>One thing that happened to the locks that this machine shall hold.</summary>
/// <param name="Effect">The user's effect that told it; an older one that comes again changes nothing.</param>
public abstract record LockEvent(DateTimeOffset At, UserId User, long Effect) : IGuardMessage;

/// <summary>An account shall be locked.</summary>
public sealed record LockOrdered(DateTimeOffset At, UserId User, long Effect, DateTimeOffset? Until, string Reason) : LockEvent(At, User, Effect)
{
    public LockGrade Grade { get; init; }
}

/// <summary>An account shall no longer be locked.</summary>
/// <param name="ByAdmin">Somebody released it; else its time was up.</param>
public sealed record LockLifted(DateTimeOffset At, UserId User, long Effect, bool ByAdmin) : LockEvent(At, User, Effect)
{
    /// <summary>The account is to be forgotten: not even that it was locked is kept.</summary>
    public bool Forgotten { get; init; }
}

/// <summary>An account in the ledger of locks.</summary>
/// <param name="Locked">Whether it shall be locked now.</param>
public sealed record LockEntry(UserId User, long Effect, bool Locked, DateTimeOffset At, DateTimeOffset? Until, string Reason)
{
    /// <summary>How much the lock takes away.</summary>
    public LockGrade Grade { get; init; }

    /// <summary>Somebody released it; else its time was up.</summary>
    public bool ByAdmin { get; init; }
}

/// <summary>The ledger of locks as a whole; also the answer to <see cref="LockCommands.List"/>.</summary>
public sealed record LockSnapshot(ImmutableArray<LockEntry> Entries) : IGuardMessage;

/// <summary>What the ledger of locks is asked by an admin.</summary>
public static class LockCommands
{
    public sealed record List : IGuardMessage;

    /// <summary>Lifts a lock, whatever its account stands at; answered with <see cref="BlockCommands.Answer"/>.</summary>
    /// <param name="User">Null: all of them, and none is made any more before the ledger's next start.</param>
    public sealed record Lift(UserId? User, Author By) : IGuardMessage;
}
