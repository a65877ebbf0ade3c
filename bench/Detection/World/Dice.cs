namespace Guard.Bench.Detection.World;

/// <summary>SplitMix64: the same numbers on every machine and .NET version, which System.Random does not promise. Seeded by any number of keys.</summary>
public sealed class Dice
{
    private ulong _state;

    public Dice(params ReadOnlySpan<ulong> keys) => _state = Hash(keys);

    /// <summary>A well mixed number of some keys: for what must be the same whenever it is asked, such as an address on a day.</summary>
    public static ulong Hash(params ReadOnlySpan<ulong> keys)
    {
        var state = 0x243F6A8885A308D3UL;
        foreach (var key in keys)
            state = Mix(state + 0x9E3779B97F4A7C15UL ^ Mix(key + 0x632BE59BD9B4E019UL));
        return state;
    }

    public ulong Next() => Mix(_state += 0x9E3779B97F4A7C15UL);

    public double Unit() => (Next() >> 11) * (1.0 / (1UL << 53));

    public bool Chance(double probability) => Unit() < probability;

    /// <summary>0 to <paramref name="count"/> - 1.</summary>
    public int Below(int count) => (int)(((UInt128)Next() * (ulong)count) >> 64);

    /// <summary>Both ends included.</summary>
    public int Between(int least, int most) => least + Below(most - least + 1);

    public double Between(double least, double most) => least + Unit() * (most - least);

    public int In(Span span) => Between(span.Least, span.Most);

    public T Pick<T>(IReadOnlyList<T> from) => from[Below(from.Count)];

    /// <summary>One of several with weights.</summary>
    public T Pick<T>(IReadOnlyList<T> from, Func<T, double> weight)
    {
        var rest = Unit() * from.Sum(weight);
        foreach (var one in from)
        {
            rest -= weight(one);
            if (rest < 0)
                return one;
        }
        return from[^1];
    }

    public int Poisson(double mean)
    {
        if (mean > 30)
            return Math.Max(0, (int)Math.Round(mean + Math.Sqrt(mean) * Normal()));
        var limit = Math.Exp(-mean);
        var product = Unit();
        var count = 0;
        while (product > limit)
        {
            product *= Unit();
            count++;
        }
        return count;
    }

    public double Normal() => Math.Sqrt(-2 * Math.Log(1 - Unit())) * Math.Cos(2 * Math.PI * Unit());

    public double LogNormal(double median, double spread) => median * Math.Exp(spread * Normal());

    private static ulong Mix(ulong z)
    {
        z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9UL;
        z = (z ^ (z >> 27)) * 0x94D049BB133111EBUL;
        return z ^ (z >> 31);
    }
}

/// <summary>A range of whole numbers, both ends included.</summary>
public readonly record struct Span(int Least, int Most);
