using System.Collections.Concurrent;
using Akka.Actor;
using Akka.Event;

namespace Guard.Actors.Entities;

/// <summary>
/// Observations that were acknowledged on this node and not counted, since what is stored of whom they concern cannot be read: no source may be held up by that,
/// and an administrator must know. Told at the first of each, and then ever more seldom. Bounded.
/// </summary>
public sealed class UncountedObservations : IExtension
{
    private const int MaxKept = 1000;

    private readonly ConcurrentDictionary<string, long> _counts = new();
    private readonly ILoggingAdapter _log;
    private long _total;

    private UncountedObservations(ExtendedActorSystem system) => _log = Logging.GetLogger(system, nameof(UncountedObservations));

    /// <summary>Since the start.</summary>
    public long Total => Interlocked.Read(ref _total);

    public static UncountedObservations Of(ActorSystem system) => system.WithExtension<UncountedObservations, Provider>();

    /// <param name="id">The entity's id in the journal.</param>
    public void Add(string id, int observations)
    {
        Interlocked.Add(ref _total, observations);
        if (_counts.Count >= MaxKept && !_counts.ContainsKey(id))
            return;
        var count = _counts.AddOrUpdate(id, observations, (_, before) => before + observations);
        if (Digits(count) > Digits(count - observations))
            _log.Error("{0}: {1} observations were acknowledged and are not counted, since what is stored of it cannot be read", id, count);
    }

    /// <summary>It can be read again; of those that were let go a last word.</summary>
    public void End(string id)
    {
        if (!_counts.IsEmpty && _counts.TryRemove(id, out var count))
            _log.Warning("{0}: {1} observations were not counted while what is stored of it could not be read", id, count);
    }

    private static int Digits(long count) => count <= 0 ? 0 : 1 + (int)Math.Log10(count);

    private sealed class Provider : ExtensionIdProvider<UncountedObservations>
    {
        public override UncountedObservations CreateExtension(ExtendedActorSystem system) => new(system);
    }
}
