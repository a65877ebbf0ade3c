namespace Guard.Bench.Scale;

/// <summary>SplitMix64: the same numbers for the same seed on every machine.</summary>
public sealed class SeededDice(ulong seed)
{
    private ulong _state = seed;

    public ulong Next()
    {
        _state += 0x9E3779B97F4A7C15;
        return Mix(_state);
    }

    /// <summary>From 0 to below 1.</summary>
    public double Share() => (Next() >> 11) * (1.0 / (1UL << 53));

    public int Below(int end) => (int)(Share() * end);

    /// <summary>How many come about when so many are expected (Poisson).</summary>
    public int Arrivals(double expected)
    {
        if (expected > 60)
            return Math.Max(0, (int)Math.Round(expected + Math.Sqrt(expected) * Normal()));
        var limit = Math.Exp(-expected);
        var product = Share();
        var count = 0;
        while (product > limit)
        {
            product *= Share();
            count++;
        }
        return count;
    }

    public double Normal() => Math.Sqrt(-2 * Math.Log(1 - Share())) * Math.Cos(2 * Math.PI * Share());

    public static ulong Mix(ulong value)
    {
        value = (value ^ (value >> 30)) * 0xBF58476D1CE4E5B9;
        value = (value ^ (value >> 27)) * 0x94D049BB133111EB;
        return value ^ (value >> 31);
    }
}
