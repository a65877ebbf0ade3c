using System.Globalization;

namespace Guard.Host.Migration;

/// <summary>
/// What several jails or triggers tolerate, as the guard's one rule over all services: the fewest failures in the longest window, so that nobody gets through
/// whom one of them would have blocked.
/// </summary>
internal sealed class ImportedGuesses
{
    private const long Day = 24 * 3600;

    private long? _failures;
    private long? _within;

    public bool HasFailures => _failures is not null;

    public void Tolerates(long failures, long withinSeconds)
    {
        _failures = Math.Min(_failures ?? long.MaxValue, failures);
        _within = Math.Max(_within ?? 0, withinSeconds);
    }

    /// <summary>How long a block lasts there. Taking it over would also change how long accounts are locked.</summary>
    public static string Held(long seconds) =>
        $"lasts {seconds} s there; reactions.block-for, a day unless set, holds blocked addresses and locked accounts alike, and who comes back longer";

    public void WriteTo(ImportedPolicy policy)
    {
        if (_failures is { } failures && _within is { } within)
        {
            policy.Set("policy.default.brute-force.failures", Number(Math.Min(failures, 100_000)));
            policy.Set("policy.default.brute-force.within", $"{Number(Math.Clamp(within, 1, Day))}s");
            if (within > Day)
                policy.Note("window", $"{within} s is longer than a day, the longest that failures are counted in; a day is taken");
        }
    }

    private static string Number(long value) => value.ToString(CultureInfo.InvariantCulture);
}
