using System.Collections.Concurrent;
using Akka.Actor;
using Akka.Configuration;
using Akka.Persistence;

namespace Guard.Cluster.Tests.Enforcement;

/// <summary>The journal of the product, with a process around it that may die before a write reaches it, or before the answer leaves it.</summary>
public sealed class MortalJournal : UntypedActor
{
    private readonly MortalWorld _world = Worlds[Context.System.Name];
    private readonly string _behind;
    private IActorRef? _journal;

    public MortalJournal(Config config) => _behind = config.GetString("behind");

    // Not yet while the extension makes this plugin.
    private IActorRef Journal => _journal ??= Akka.Persistence.Persistence.Instance.Apply(Context.System).JournalFor(_behind);

    internal static ConcurrentDictionary<string, MortalWorld> Worlds { get; } = new();

    protected override void OnReceive(object message)
    {
        if (message is not WriteMessages write)
        {
            Journal.Forward(message);
            return;
        }
        var what = string.Join(", ", write.Messages.OfType<AtomicWrite>().Select(one => one.PersistenceId));
        if (!_world.Pass($"before writing {what}"))
            return;
        var relay = Context.ActorOf(Props.Create(() => new Relay(_world, write.PersistentActor, what)));
        Journal.Tell(new WriteMessages(write.Messages, relay, write.ActorInstanceId), Sender);
    }

    /// <summary>Hands the answers to a write on, unless the process died meanwhile.</summary>
    private sealed class Relay : UntypedActor
    {
        private readonly MortalWorld _world;
        private readonly IActorRef _to;
        private readonly string _what;
        private bool _asked;
        private bool _alive;

        public Relay(MortalWorld world, IActorRef to, string what) => (_world, _to, _what) = (world, to, what);

        protected override void OnReceive(object message)
        {
            if (!_asked)
                (_asked, _alive) = (true, _world.Pass($"behind writing {_what}"));
            if (_alive)
                _to.Tell(message, Sender);
        }
    }
}
