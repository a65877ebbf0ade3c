using Guard.Host.Intake;

namespace Guard.Host.Node;

/// <summary>Looks at each log now and then: one that is behind and stands still is stuck.</summary>
internal sealed class IntakeProgress(TimeProvider time)
{
    /// <summary>A source that is behind and did not go on for so long is stuck.</summary>
    public static readonly TimeSpan StuckAfter = TimeSpan.FromMinutes(2);

    private readonly Lock _looking = new();
    private readonly Dictionary<string, (long Lines, DateTimeOffset? JournaledTo, long Since)> _seen = [];

    public IReadOnlyList<HealthCheck> Look(IEnumerable<IntakeReading> readings)
    {
        var checks = new List<HealthCheck>();
        lock (_looking)
        {
            foreach (var source in readings.Where(source => source.Kind is "log" or "log pattern" or "journal"))
            {
                if (source.Problem.Length > 0)
                {
                    checks.Add(new HealthCheck($"intake {source.Name}", false, source.Problem) { Needed = false });
                    continue;
                }
                var behind = source.BehindBytes > 0 || source.Lag > TimeSpan.Zero;
                if (!behind || !_seen.TryGetValue(source.Name, out var before) || before.Lines != source.Lines || before.JournaledTo != source.JournaledTo)
                    _seen[source.Name] = before = (source.Lines, source.JournaledTo, time.GetTimestamp());
                var still = time.GetElapsedTime(before.Since);
                checks.Add(
                    new HealthCheck(
                        $"intake {source.Name}",
                        still < StuckAfter,
                        behind ? FormattableString.Invariant($"behind, and stands still for {still.TotalSeconds:F0} s") : "all is journaled"
                    )
                );
            }
        }
        return checks;
    }
}
