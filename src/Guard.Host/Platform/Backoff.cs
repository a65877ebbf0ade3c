namespace Guard.Host.Platform;

/// <summary>When to try again, and which failures are worth a line in the log: the first, the second, the fourth, and so on.</summary>
public sealed class Backoff(TimeSpan first, TimeSpan longest)
{
    public int Failures { get; private set; }

    public TimeSpan Delay
    {
        get
        {
            // A little sooner or later, so that several backends that broke together do not come back together.
            var seconds = Math.Min(longest.TotalSeconds, first.TotalSeconds * Math.Pow(2, Math.Min(30, Failures - 1)));
            return TimeSpan.FromSeconds(seconds * (0.8 + 0.4 * Random.Shared.NextDouble()));
        }
    }

    /// <summary>Whether to tell of this failure.</summary>
    public bool Fail() => int.IsPow2(++Failures);

    /// <summary>How many failures there were before.</summary>
    public int Succeed()
    {
        var failures = Failures;
        Failures = 0;
        return failures;
    }
}
