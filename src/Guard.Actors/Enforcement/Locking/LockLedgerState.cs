using System.Collections.Immutable;
using Guard.Messages.Decisions;
using Guard.Messages.Enforcement;
using Guard.Messages.Identity;

namespace Guard.Actors.Enforcement.Locking;

/// <summary>The locks that a machine shall hold, folded from events. Pure.</summary>
public sealed record LockLedgerState(ImmutableDictionary<UserId, LockEntry> Entries)
{
    /// <summary>How long an ended lock is remembered, so that an old effect that comes again does not lock anew.</summary>
    private static readonly TimeSpan Memory = TimeSpan.FromDays(30);

    public static LockLedgerState Empty { get; } = new(ImmutableDictionary<UserId, LockEntry>.Empty);

    public IEnumerable<LockEntry> Locked => Entries.Values.Where(entry => entry.Locked);

    public bool IsLocked(UserId user) => Entries.GetValueOrDefault(user) is { Locked: true };

    /// <summary>What an effect comes to; null when nothing changes.</summary>
    public LockEvent? Decide(Effect effect, DateTimeOffset now, bool byAdmin, string reason)
    {
        var known = Entries.GetValueOrDefault(effect.User);
        var isForgotten = effect.Reasons.Any(reason => reason.Code == ReasonCodes.Forgotten);
        if (known is not null && known.Effect >= effect.Id)
            return null;
        if (isForgotten)
            return known is null ? null : new LockLifted(now, effect.User, effect.Id, false) { Forgotten = true };
        // Also when there is nothing to lift: the lock before it may still be on its way, and must find that it is over.
        if (effect.Kind == EffectKind.UnlockAccount)
            return new LockLifted(now, effect.User, effect.Id, byAdmin);
        // A lock whose time was up before it could be made.
        return effect.Until is { } until && until <= now ? null : new LockOrdered(now, effect.User, effect.Id, effect.Until, reason) { Grade = effect.Grade };
    }

    /// <summary>Locks whose time is up, also when the guard was away meanwhile and the account's own word is still to come.</summary>
    public IEnumerable<LockLifted> Expired(DateTimeOffset now) =>
        Locked.Where(entry => entry.Until <= now).Select(entry => new LockLifted(now, entry.User, entry.Effect, false));

    public LockLedgerState Apply(LockEvent change) =>
        change switch
        {
            LockOrdered ordered => new(
                Entries.SetItem(
                    ordered.User,
                    new LockEntry(ordered.User, ordered.Effect, true, ordered.At, ordered.Until, ordered.Reason) { Grade = ordered.Grade }
                )
            ),
            LockLifted { Forgotten: true } forgotten => new(Forget(forgotten.At).Remove(forgotten.User)),
            LockLifted lifted => new(
                Forget(lifted.At).SetItem(lifted.User, new LockEntry(lifted.User, lifted.Effect, false, lifted.At, null, "") { ByAdmin = lifted.ByAdmin })
            ),
            _ => throw new InvalidOperationException($"unknown event of the locks {change.GetType().Name}"),
        };

    private ImmutableDictionary<UserId, LockEntry> Forget(DateTimeOffset now) =>
        Entries.RemoveRange(Entries.Values.Where(entry => !entry.Locked && now - entry.At > Memory).Select(entry => entry.User));

    public LockSnapshot ToSnapshot() => new([.. Entries.Values]);

    public static LockLedgerState Of(LockSnapshot snapshot) => new(snapshot.Entries.ToImmutableDictionary(entry => entry.User));
}
