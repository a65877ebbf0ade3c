using System.Collections.Concurrent;
using Akka.Actor;
using Akka.Event;
using Guard.Actors.Entities;

namespace Guard.Actors.Persistence;

/// <summary>What of the stored state of this node's entities cannot be read, told once for each, for health and people. Bounded.</summary>
public sealed class StoreFaults : IExtension
{
    private const int MaxKept = 1000;

    private readonly ConcurrentDictionary<string, string> _faults = new();
    private readonly ILoggingAdapter _log;
    private readonly UncountedObservations _uncounted;

    private StoreFaults(ExtendedActorSystem system) => (_log, _uncounted) = (Logging.GetLogger(system, nameof(StoreFaults)), UncountedObservations.Of(system));

    /// <summary>By the entity's id in the journal, with "(snapshot)" behind it for that.</summary>
    public IReadOnlyDictionary<string, string> Current => _faults;

    public static StoreFaults Of(ActorSystem system) => system.WithExtension<StoreFaults, Provider>();

    /// <summary>Of an entity's snapshot, which is told apart from its events.</summary>
    public static string Snapshot(string id) => id + " (snapshot)";

    public void Tell(string id, string fault)
    {
        if (_faults.TryGetValue(id, out var known) && known == fault)
            return;
        if (_faults.Count < MaxKept || known is not null)
            _faults[id] = fault;
        _log.Error("Stored state of {0}: {1}", id, fault);
    }

    /// <summary>It could be read, or it was rebuilt and stored anew.</summary>
    public void Heal(string id)
    {
        if (!_faults.IsEmpty && _faults.TryRemove(id, out _))
        {
            _log.Warning("Stored state of {0} can be read again", id);
            _uncounted.End(id);
        }
    }

    private sealed class Provider : ExtensionIdProvider<StoreFaults>
    {
        public override StoreFaults CreateExtension(ExtendedActorSystem system) => new(system);
    }
}
