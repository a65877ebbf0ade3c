using Akka.Actor;
using Guard.Actors.Enforcement;
using Guard.Messages.Enforcement;
using Guard.Messages.Identity;

namespace Guard.Actors.Tests.History.Simulation;

/// <summary>Carries out effects and confirms them; questions and confirmations get lost. What it did outlives it.</summary>
public sealed class SimulatedHands : ReceiveActor
{
    private readonly SimulatedWorld _world = Context.System.GetExtension<SimulatedWorld>();

    public SimulatedHands(List<Effect> done) =>
        Receive<Effect>(effect =>
        {
            if (_world.Happens(_world.Faults.LosesMessage))
            {
                _world.Deeds.Lost++;
                return;
            }
            done.Add(effect);
            if (_world.Happens(_world.Faults.LosesMessage))
                _world.Deeds.Lost++;
            else
                Sender.Tell(new EffectDone(effect.User, effect.Id));
        });

    public static Props Props(List<Effect> done) => Akka.Actor.Props.Create(() => new SimulatedHands(done));
}

/// <summary>A machine that locks accounts as the ledger says, and keeps its locks when the guard dies.</summary>
public sealed class SimulatedMachine : ReceiveActor
{
    public SimulatedMachine(HashSet<UserId> locked)
    {
        Receive<WantedState.AllLocks>(all =>
        {
            locked.Clear();
            locked.UnionWith(all.Locks.Select(entry => entry.User));
        });
        Receive<WantedState.Lock>(one => locked.Add(one.Entry.User));
        Receive<WantedState.Unlock>(one => locked.Remove(one.User));
    }

    public static Props Props(HashSet<UserId> locked) => Akka.Actor.Props.Create(() => new SimulatedMachine(locked));
}

/// <summary>Starts a ledger again whenever it died; what comes meanwhile is lost.</summary>
public sealed class SimulatedKeeper : ReceiveActor
{
    private readonly SimulatedWorld _world = Context.System.GetExtension<SimulatedWorld>();
    private readonly Props _ledger;
    private IActorRef _current;
    private int _made;

    public SimulatedKeeper(Props ledger)
    {
        _ledger = ledger;
        _current = Make();
        Receive<Terminated>(terminated =>
        {
            if (terminated.ActorRef.Equals(_current))
                _current = Make();
        });
        Receive<SimulatedRegion.Kill>(_ =>
        {
            Context.Stop(_current);
            _world.Deeds.Killed++;
        });
        ReceiveAny(message =>
        {
            if (_world.Happens(_world.Faults.LosesMessage))
                _world.Deeds.Lost++;
            else
                _current.Forward(message);
        });
    }

    public static Props Props(Props ledger) => Akka.Actor.Props.Create(() => new SimulatedKeeper(ledger));

    private IActorRef Make() => Context.Watch(Context.ActorOf(_ledger, $"{++_made}"));

    protected override SupervisorStrategy SupervisorStrategy() => new OneForOneStrategy(_ => Directive.Stop);
}
