using System.Collections.Concurrent;
using System.Collections.Immutable;
using Guard.Actors.Users;
using Guard.Messages.Addresses;
using Guard.Messages.Enforcement;
using Guard.Messages.Identity;
using Guard.Messages.Sites;
using Guard.Messages.Users;

namespace Guard.Host.Node;

/// <summary>Hears what this node's entities did: counts them, remembers the busiest accounts and tells whoever follows live.</summary>
public sealed class EntityWatch : IEntityObserver
{
    private const int MaxOwing = 10_000;

    private readonly ConcurrentDictionary<UserId, ImmutableArray<Effect>> _owed = new();
    private readonly long[] _awake = new long[Enum.GetValues<EntityKind>().Length];

    public ActivityMemory Activity { get; } = new(512);

    public DecisionFeed Decisions { get; } = new();

    /// <summary>Effects that accounts of this node still owe: ordered, and not confirmed by whoever carries them out.</summary>
    public IEnumerable<Effect> Owed => _owed.Values.SelectMany(effects => effects);

    public long AwakeOf(EntityKind kind) => Interlocked.Read(ref _awake[(int)kind]);

    public void Awake(EntityKind kind) => Interlocked.Increment(ref _awake[(int)kind]);

    public void Asleep(EntityKind kind) => Interlocked.Decrement(ref _awake[(int)kind]);

    public void Journaled(SiteId site, UserEventBatch batch, long number, UserState state, TimeSpan took)
    {
        Activity.Note(site, batch, state);
        Decisions.Publish(site, batch, state);
        if (state.Owed.IsEmpty)
            _owed.TryRemove(batch.User, out _);
        else if (_owed.Count < MaxOwing || _owed.ContainsKey(batch.User))
            _owed[batch.User] = state.Owed;
    }

    public void Journaled(SiteEvent change) { }

    public void Journaled(AddressEventBatch batch) => Decisions.Publish(batch);

    public void JournalFailed(EntityKind kind) { }
}
