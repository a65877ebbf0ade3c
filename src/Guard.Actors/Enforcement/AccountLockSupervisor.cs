using System.Collections.Immutable;
using Akka.Actor;
using Akka.Event;
using Guard.Actors.Enforcement.Locking;
using Guard.Actors.Reactions;
using Guard.Messages.Decisions;
using Guard.Messages.Enforcement;
using Guard.Messages.Policies;

namespace Guard.Actors.Enforcement;

/// <param name="Node">Names this machine's ledger in the journal.</param>
/// <param name="Workers">Bring what locks accounts into line, each for itself.</param>
public sealed record AccountLockContext(string Node, TimeProvider Clock, ImmutableArray<IActorRef> Workers, int SnapshotEvery);

/// <summary>
/// The ledger of locks: journals what is wanted, tells the workers, and confirms. Inline refusal needs none of it: the account itself refuses.
/// </summary>
public sealed class AccountLockSupervisor : LedgerActor<LockEvent>
{
    private readonly AccountLockContext _context;

    /// <summary>An admin switched enforcement off; until the next start.</summary>
    private bool _off;

    private LockLedgerState _ledger = LockLedgerState.Empty;

    public AccountLockSupervisor(AccountLockContext context)
        : base($"locks-{context.Node}", context.SnapshotEvery, TimeSpan.FromSeconds(1)) => _context = context;

    public static Props Props(AccountLockContext context) => Akka.Actor.Props.Create(() => new AccountLockSupervisor(context));

    protected override void Apply(LockEvent change) => _ledger = _ledger.Apply(change);

    protected override bool Restore(object snapshot)
    {
        if (snapshot is not LockSnapshot stored)
            return false;
        _ledger = LockLedgerState.Of(stored);
        return true;
    }

    protected override object Snapshot() => _ledger.ToSnapshot();

    protected override void Look(bool first)
    {
        if (first)
            Tell(new WantedState.AllLocks([.. _ledger.Locked.Where(entry => entry.Until is null || entry.Until > _context.Clock.GetUtcNow())]));
        foreach (var expired in _ledger.Expired(_context.Clock.GetUtcNow()).ToArray())
            Lift(expired, "its time is up", () => { });
    }

    protected override void Handle(object message)
    {
        switch (message)
        {
            case Effect effect:
                Take(effect, Sender);
                break;
            case LockCommands.Lift lift:
                Lift(lift, Sender);
                break;
            case LockCommands.List:
                Sender.Tell(_ledger.ToSnapshot());
                break;
            default:
                Unhandled(message);
                break;
        }
    }

    private void Take(Effect effect, IActorRef user)
    {
        var done = new EffectDone(effect.User, effect.Id);
        var why = effect.Reasons.IsEmpty ? "" : ReasonText.Of(effect.Reasons[0]);
        if (effect.By is { } by)
            why = why.Length == 0 ? $"by {by}" : $"{why}, by {by}";
        if (effect.Kind == EffectKind.LockAccount && (_off || effect.Mode == GuardMode.Observe))
        {
            Log.Info("{User} would be locked until {Until} ({Because}): {Why}", effect.User, effect.Until, _off ? "accountguard off" : "mode = observe", why);
            user.Tell(done);
            return;
        }
        var byAdmin = effect.Reasons.Any(reason => reason.Code is ReasonCodes.Released or ReasonCodes.Absolved);
        switch (_ledger.Decide(effect, _context.Clock.GetUtcNow(), byAdmin, why))
        {
            case LockOrdered ordered:
                Record(
                    ordered,
                    () =>
                    {
                        Log.Warning(
                            "{User} is locked ({Grade}) until {Until}: {Why}",
                            ordered.User,
                            ordered.Grade.ToString().ToLowerInvariant(),
                            ordered.Until,
                            why
                        );
                        Tell(new WantedState.Lock(_ledger.Entries[ordered.User]));
                        user.Tell(done);
                    }
                );
                break;
            case LockLifted lifted:
                Lift(
                    lifted,
                    why,
                    () =>
                    {
                        if (lifted.Forgotten)
                            DropPast();
                        user.Tell(done);
                    }
                );
                break;
            default:
                user.Tell(done);
                break;
        }
    }

    /// <summary>The account's own word that comes later has a higher number, so that it counts still.</summary>
    private void Lift(LockCommands.Lift lift, IActorRef admin)
    {
        _off |= lift.User is null;
        var now = _context.Clock.GetUtcNow();
        LockEntry[] locked = [.. _ledger.Locked.Where(entry => lift.User is not { } user || entry.User == user)];
        foreach (var entry in locked)
            Lift(new LockLifted(now, entry.User, entry.Effect, true), $"by {lift.By}", () => { });
        DeferAsync(
            lift,
            _ => admin.Tell(new BlockCommands.Answer(locked.Length > 0, locked.Length == 0 ? "nothing is locked" : $"{locked.Length} locks are lifted"))
        );
    }

    private void Lift(LockLifted lifted, string why, Action then) =>
        Record(
            lifted,
            () =>
            {
                Log.Info("{User} is no longer locked: {Why}", lifted.User, why);
                Tell(new WantedState.Unlock(lifted.User, lifted.ByAdmin));
                then();
            }
        );

    private void Tell(object message)
    {
        foreach (var worker in _context.Workers)
            worker.Tell(message);
    }
}
