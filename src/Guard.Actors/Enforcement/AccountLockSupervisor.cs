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
        if (effect is { Mode: GuardMode.Observe, Kind: EffectKind.LockAccount })
        {
            Log.Info("{User} would be locked until {Until} (mode = observe): {Why}", effect.User, effect.Until, why);
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
