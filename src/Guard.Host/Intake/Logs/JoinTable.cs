namespace Guard.Host.Intake.Logs;

/// <summary>Remembers a bounded number of open messages or connections; the oldest gives way.</summary>
public sealed class JoinTable<TKey, TValue>(int capacity)
    where TKey : notnull
{
    private readonly Dictionary<TKey, TValue> _open = [];
    private readonly Queue<TKey> _order = new();

    /// <summary>How many gave way before their end was seen.</summary>
    public long Dropped { get; private set; }

    public int Count => _open.Count;

    public IEnumerable<KeyValuePair<TKey, TValue>> InOrder
    {
        get
        {
            // A key removed and opened again stands in the queue twice; its last place is the true one.
            var last = new Dictionary<TKey, int>();
            var order = _order.ToArray();
            for (var i = 0; i < order.Length; i++)
                last[order[i]] = i;
            for (var i = 0; i < order.Length; i++)
            {
                if (last[order[i]] == i && _open.TryGetValue(order[i], out var value))
                    yield return new(order[i], value);
            }
        }
    }

    public bool TryGet(TKey key, out TValue value) => _open.TryGetValue(key, out value!);

    public void Set(TKey key, TValue value)
    {
        if (_open.TryAdd(key, value))
            Enqueue(key);
        else
            _open[key] = value;
    }

    public void Remove(TKey key) => _open.Remove(key);

    private void Enqueue(TKey key)
    {
        _order.Enqueue(key);
        while (_open.Count > capacity)
        {
            var oldest = _order.Dequeue();
            if (!oldest.Equals(key) && _open.Remove(oldest))
                Dropped++;
        }
        // Removed keys leave their places behind: sweep when they outnumber the open ones.
        if (_order.Count > 2 * _open.Count + 1024)
        {
            var keep = InOrder.Select(entry => entry.Key).ToArray();
            _order.Clear();
            foreach (var open in keep)
                _order.Enqueue(open);
        }
    }
}
