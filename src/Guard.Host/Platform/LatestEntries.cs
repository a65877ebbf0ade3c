using System.Diagnostics.CodeAnalysis;

namespace Guard.Host.Platform;

/// <summary>A bounded table that keeps what was written last: where it is full, the entry goes whose writing lies longest ago. For one thread at a time.</summary>
/// <param name="max">How many entries are kept.</param>
internal sealed class LatestEntries<TKey, TValue>(int max)
    where TKey : notnull
{
    private readonly Dictionary<TKey, LinkedListNode<(TKey Key, TValue Value)>> _byKey = [];
    private readonly LinkedList<(TKey Key, TValue Value)> _oldestFirst = [];

    public int Count => _byKey.Count;

    public bool Contains(TKey key) => _byKey.ContainsKey(key);

    public bool TryGet(TKey key, [MaybeNullWhen(false)] out TValue value)
    {
        var known = _byKey.TryGetValue(key, out var node);
        value = known ? node!.Value.Value : default;
        return known;
    }

    public bool Remove(TKey key, [MaybeNullWhen(false)] out TValue value)
    {
        value = default;
        if (!_byKey.Remove(key, out var node))
            return false;
        _oldestFirst.Remove(node);
        value = node.Value.Value;
        return true;
    }

    /// <summary>Writes an entry, which becomes the latest.</summary>
    public void Set(TKey key, TValue value)
    {
        if (!Remove(key, out _) && _byKey.Count >= max && _oldestFirst.First is { } oldest)
            Remove(oldest.Value.Key, out _);
        _byKey.Add(key, _oldestFirst.AddLast((key, value)));
    }
}
