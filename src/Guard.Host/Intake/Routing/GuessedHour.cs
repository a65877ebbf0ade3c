using System.Numerics;

namespace Guard.Host.Intake.Routing;

/// <summary>Failures of an hour, in parts that fall out of it, and about how many names and addresses they were of. Of a fixed size. Not thread-safe.</summary>
internal sealed class GuessedHour
{
    private const int Parts = 6;
    private const int PartSeconds = 600;

    /// <summary>Bits of a count of different values: up to some thousands it is right to a few of a hundred.</summary>
    private const int Bits = 1024;

    /// <summary>A day's hour counts half of the present in what is usual.</summary>
    private static readonly double Fading = double.Exp2(-1.0 / (24 * Parts));

    private readonly long[] _failures = new long[Parts];
    private readonly ulong[] _names = new ulong[Parts * Bits / 64];
    private readonly ulong[] _addresses = new ulong[Parts * Bits / 64];
    private long _part;
    private double _usualPart;
    private int _checkedAt;
    private (int Names, int Addresses) _counted;

    public long Failures => _failures.Sum();

    public int Names => Counted().Names;

    public int Addresses => Counted().Addresses;

    /// <summary>Failures of an hour, faded over days. What goes on for a day is usual: some servers are guessed at all the time.</summary>
    public double Usual => _usualPart * Parts;

    /// <summary>Since when it is attacked; null when it is not.</summary>
    public DateTimeOffset? Since { get; set; }

    public void Add(long second, ulong name, ulong address)
    {
        Turn(second);
        // Of an hour that is over nothing more is told.
        var part = second / PartSeconds;
        if (part <= _part - Parts)
            return;
        var at = (int)(part % Parts);
        _failures[at]++;
        Set(_names, at, name);
        Set(_addresses, at, address);
        _checkedAt++;
    }

    /// <summary>Lets go of the parts that are over.</summary>
    public void Turn(long second)
    {
        var part = second / PartSeconds;
        if (part <= _part)
            return;
        // Of what passed without anything only the time counts.
        _usualPart *= Math.Pow(Fading, Math.Max(0, part - _part - Parts));
        for (var next = Math.Max(_part + 1, part - Parts + 1); next <= part; next++)
            Leave((int)(next % Parts));
        _part = part;
        _checkedAt = 0;
    }

    private void Leave(int at)
    {
        _usualPart = (_usualPart * Fading) + (_failures[at] * (1 - Fading));
        _failures[at] = 0;
        Array.Clear(_names, at * Bits / 64, Bits / 64);
        Array.Clear(_addresses, at * Bits / 64, Bits / 64);
    }

    private static void Set(ulong[] bits, int part, ulong hash)
    {
        var bit = (part * Bits) + (int)(hash % Bits);
        bits[bit / 64] |= 1UL << (bit % 64);
    }

    /// <summary>Counted again only when as much came as may matter: in a flood that is seldom.</summary>
    private (int Names, int Addresses) Counted()
    {
        if (_checkedAt is 0 or > 31)
            (_counted, _checkedAt) = ((Distinct(_names), Distinct(_addresses)), 1);
        return _counted;
    }

    /// <summary>Linear counting (Whang, Vander-Zanden and Taylor, 1990) over all parts.</summary>
    private static int Distinct(ulong[] bits)
    {
        var empty = Bits;
        for (var word = 0; word < Bits / 64; word++)
        {
            var any = 0UL;
            for (var part = 0; part < Parts; part++)
                any |= bits[(part * Bits / 64) + word];
            empty -= BitOperations.PopCount(any);
        }
        return (int)Math.Round(-Bits * Math.Log(Math.Max(1, empty) / (double)Bits));
    }
}
