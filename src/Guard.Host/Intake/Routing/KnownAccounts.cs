using Guard.Actors.Behaviour;
using Guard.Messages.Identity;

namespace Guard.Host.Intake.Routing;

/// <summary>
/// The lasting accounts that this node knows of, by the hash of their names: those that the journal has, that did something since, or that are listed. A name
/// that is none of them costs one look-up here, and no entity. Two names of one hash (one in 2^64) are taken for one another, which costs an entity and no
/// more.
/// </summary>
public sealed class KnownAccounts
{
    private const int Parts = 16;

    private readonly HashSet<ulong>[] _accounts = [.. Enumerable.Range(0, Parts).Select(_ => new HashSet<ulong>())];
    private readonly HashSet<ulong> _domains = [];
    private volatile bool _isComplete = true;

    /// <summary>False while the journal's names are still being read: until then every name may be one.</summary>
    public bool IsComplete
    {
        get => _isComplete;
        set => _isComplete = value;
    }

    public long Count =>
        _accounts.Sum(part =>
        {
            lock (part)
                return (long)part.Count;
        });

    public bool Contains(UserId user)
    {
        if (!_isComplete)
            return true;
        var hash = StableHash.Of(user.Value);
        var part = PartOf(hash);
        lock (part)
            return part.Contains(hash);
    }

    /// <summary>Whether an account of the same domain is known.</summary>
    public bool ContainsDomain(UserId user)
    {
        var hash = StableHash.Of(user.Domain);
        lock (_domains)
            return _domains.Contains(hash);
    }

    /// <summary>True when it is new.</summary>
    public bool Add(UserId user)
    {
        var hash = StableHash.Of(user.Value);
        var part = PartOf(hash);
        lock (part)
        {
            if (!part.Add(hash))
                return false;
        }
        lock (_domains)
            _domains.Add(StableHash.Of(user.Domain));
        return true;
    }

    public void Remove(UserId user)
    {
        var hash = StableHash.Of(user.Value);
        var part = PartOf(hash);
        lock (part)
            part.Remove(hash);
    }

    private HashSet<ulong> PartOf(ulong hash) => _accounts[(hash >> 40) % Parts];
}
