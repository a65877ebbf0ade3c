using System.Collections.Concurrent;

namespace Guard.Host.Intake.DovecotAuthPolicy;

/// <summary>What the auth policy server was asked: since its start, and within the last five minutes, which is what weakforced's <c>stats</c> tells of
/// commands.</summary>
public sealed class AuthPolicyCounts(TimeProvider clock)
{
    private static readonly TimeSpan Slot = TimeSpan.FromSeconds(10);

    /// <summary>Five minutes of slots.</summary>
    private const int Slots = 30;

    private readonly ConcurrentDictionary<string, long> _ever = new(AuthPolicyCommands.Names.Select(static name => KeyValuePair.Create(name, 0L)));
    private readonly Lock _gate = new();
    private readonly Dictionary<string, long[]> _lately = [];
    private long _slot = clock.GetUtcNow().UtcTicks / Slot.Ticks;

    public DateTimeOffset Started { get; } = clock.GetUtcNow();

    public TimeSpan Uptime => clock.GetUtcNow() - Started;

    /// <summary>Since the start.</summary>
    public long this[string name] => _ever.GetValueOrDefault(name);

    /// <summary>Calls by command, and what became of "allow", within the last five minutes.</summary>
    public IReadOnlyDictionary<string, long> Commands => Lately(AuthPolicyCommands.Names);

    /// <summary>How long calls took within the last five minutes: weakforced's buckets, milliseconds.</summary>
    public IReadOnlyDictionary<string, long> Durations => Lately(AuthPolicyCommands.Durations);

    public void Add(string name)
    {
        _ever.AddOrUpdate(name, 1, static (_, count) => count + 1);
        Note(name);
    }

    public void Took(TimeSpan time) =>
        Note(
            AuthPolicyCommands.Durations[
                time.TotalMilliseconds switch
                {
                    < 1 => 0,
                    < 10 => 1,
                    < 100 => 2,
                    < 1000 => 3,
                    _ => 4,
                }
            ]
        );

    private void Note(string name)
    {
        lock (_gate)
        {
            Turn();
            if (!_lately.TryGetValue(name, out var slots))
                _lately.Add(name, slots = new long[Slots]);
            slots[_slot % Slots]++;
        }
    }

    private Dictionary<string, long> Lately(IReadOnlyList<string> names)
    {
        lock (_gate)
        {
            Turn();
            return names.ToDictionary(name => name, name => _lately.GetValueOrDefault(name)?.Sum() ?? 0);
        }
    }

    /// <summary>Empties the slots of the time that went by.</summary>
    private void Turn()
    {
        var now = clock.GetUtcNow().UtcTicks / Slot.Ticks;
        for (var passed = Math.Max(_slot + 1, now - Slots + 1); passed <= now; passed++)
        {
            foreach (var slots in _lately.Values)
                slots[passed % Slots] = 0;
        }
        _slot = Math.Max(_slot, now);
    }
}
