using System.Globalization;
using Guard.Actors.Policies;

namespace Guard.Host.Configuration;

/// <summary>A score as it is written: bits, a rate of wrong alarms per 1,000 account-months, or neither for off.</summary>
public readonly record struct ScoreSetting(double? Bits, double? Rate);

/// <summary>What rates of wrong alarms mean in bits while policies are read, and which of them were written.</summary>
public sealed class AlarmRates(AlarmCurve curve)
{
    private readonly SortedDictionary<double, double> _meant = [];

    /// <summary>Which rates came to which scores: policies of the same text differ by it. Empty without rates, and while nothing was watched.</summary>
    public string Meant =>
        curve == AlarmCurve.Expected ? "" : string.Join(' ', _meant.Select(one => string.Create(CultureInfo.InvariantCulture, $"{one.Key}={one.Value}")));

    /// <summary>
    /// Scores that rise from rung to rung. A rate never goes beyond a score that is written in bits for a higher rung, nor below that of a lower one: what it
    /// means changes from week to week, and must not turn policies that were right into wrong ones.
    /// </summary>
    public double?[] Resolve(ReadOnlySpan<ScoreSetting> rising)
    {
        var bits = new double?[rising.Length];
        var least = 0.0;
        for (var i = 0; i < rising.Length; i++)
        {
            bits[i] = rising[i].Bits;
            if (rising[i].Rate is { } rate)
            {
                var most = double.MaxValue;
                foreach (var higher in rising[(i + 1)..])
                    most = Math.Min(most, higher.Bits ?? double.MaxValue);
                bits[i] = Math.Max(least, Math.Min(most, _meant[rate] = curve.ScoreFor(rate)));
            }
            least = bits[i] ?? least;
        }
        return bits;
    }
}
