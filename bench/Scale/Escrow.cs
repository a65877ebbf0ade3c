namespace Guard.Bench.Scale;

/// <summary>
/// A quota of which parts are handed out: to accounts, or to branches that hand them on. What is free, what is out and what is used is always the whole; no
/// part is ever used twice.
/// </summary>
public sealed class Escrow(long limit)
{
    private readonly Dictionary<int, long> _out = [];

    public long Limit { get; private set; } = limit;

    public long Free { get; private set; } = limit;

    public long Used { get; private set; }

    public long Out { get; private set; }

    public int Holders => _out.Count;

    public IEnumerable<int> HolderNames => _out.Keys;

    public bool Conserved => Free >= 0 && Used >= 0 && Out == _out.Values.Sum() && Free + Out + Used == Limit;

    public long OutTo(int holder) => _out.GetValueOrDefault(holder);

    public bool Grant(int holder, long amount)
    {
        if (amount > Free)
            return false;
        Free -= amount;
        Out += amount;
        _out[holder] = OutTo(holder) + amount;
        return true;
    }

    /// <summary>A holder tells what it used and gives back of what it had; the rest stays with it.</summary>
    public void Settle(int holder, long used, long back)
    {
        var had = OutTo(holder);
        if (used < 0 || back < 0 || used + back > had)
            throw new InvalidOperationException("more was settled than was handed out");
        Out -= used + back;
        Used += used;
        Free += back;
        if (had == used + back)
            _out.Remove(holder);
        else
            _out[holder] = had - used - back;
    }

    /// <summary>A branch gets more of the quota above it.</summary>
    public void Raise(long amount)
    {
        Limit += amount;
        Free += amount;
    }

    /// <summary>A branch gives back what is free, at most so much.</summary>
    public long Lower(long most)
    {
        var amount = Math.Min(Free, most);
        Limit -= amount;
        Free -= amount;
        return amount;
    }
}
