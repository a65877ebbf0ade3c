using Akka.Actor;
using Akka.Cluster.Sharding;
using Guard.Messages;

namespace Guard.Actors.Tests.History.Simulation;

/// <summary>
/// Stands for a shard region: entities are made when they are told something, may leave, and die with their machine. A dead entity's successor starts at once,
/// while what the dead one had written may still be on its way to the journal.
/// </summary>
public sealed class SimulatedRegion : ReceiveActor
{
    private readonly Dictionary<string, IActorRef> _entities = [];
    private readonly Dictionary<IActorRef, string> _ids = [];
    private readonly Dictionary<string, List<(object Message, IActorRef Sender)>> _leaving = [];
    private readonly SimulatedWorld _world = Context.System.GetExtension<SimulatedWorld>();
    private readonly Func<string, Props> _props;
    private int _made;

    /// <param name="entityOf">Which entity a message is for; null where its user or its site says so.</param>
    public SimulatedRegion(Func<string, Props> props, Func<object, string?>? entityOf)
    {
        _props = props;
        Receive<Kill>(_ =>
        {
            if (_entities.Count == 0)
                return;
            var (id, entity) = _entities.ElementAt(_world.Chance.Next(_entities.Count));
            _entities.Remove(id);
            _ids.Remove(entity);
            Context.Unwatch(entity);
            Context.Stop(entity);
            _world.Deeds.Killed++;
        });
        Receive<Passivate>(passivate =>
        {
            if (!_ids.TryGetValue(Sender, out var id) || !_entities.Remove(id))
                return;
            _leaving[id] = [];
            Sender.Tell(passivate.StopMessage);
        });
        Receive<Terminated>(terminated =>
        {
            if (!_ids.Remove(terminated.ActorRef, out var id))
                return;
            if (_leaving.Remove(id, out var waiting))
            {
                foreach (var (message, sender) in waiting)
                    Deliver(id, message, sender);
            }
            else
            {
                _entities.Remove(id);
            }
        });
        Receive<Census>(_ => Sender.Tell(_entities.Count + _leaving.Count));
        if (entityOf is not null)
            Receive<IGuardMessage>(message => Route(entityOf(message)!, message));
        Receive<IWithUserId>(message => Route(message.User.Value, message));
        Receive<IWithSiteId>(message => Route(message.Site.Value, message));
    }

    public static Props Props(Func<string, Props> props, Func<object, string?>? entityOf = null) =>
        Akka.Actor.Props.Create(() => new SimulatedRegion(props, entityOf));

    private void Route(string id, object message)
    {
        if (_world.Happens(_world.Faults.LosesMessage))
        {
            _world.Deeds.Lost++;
            return;
        }
        if (_leaving.TryGetValue(id, out var waiting))
            waiting.Add((message, Sender));
        else
            Deliver(id, message, Sender);
    }

    private void Deliver(string id, object message, IActorRef sender)
    {
        if (!_entities.TryGetValue(id, out var entity))
        {
            _entities[id] = entity = Context.Watch(Context.ActorOf(_props(id), $"{++_made}"));
            _ids[entity] = id;
        }
        entity.Tell(message, sender);
    }

    protected override SupervisorStrategy SupervisorStrategy() => new OneForOneStrategy(_ => Directive.Stop);

    /// <summary>One entity dies, drawn by chance.</summary>
    public sealed class Kill
    {
        public static readonly Kill Instance = new();
    }

    /// <summary>Answered with the number of entities that are there or about to leave.</summary>
    public sealed class Census
    {
        public static readonly Census Instance = new();
    }
}
