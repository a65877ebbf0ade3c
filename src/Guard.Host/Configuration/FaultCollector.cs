namespace Guard.Host.Configuration;

/// <summary>Collects mistakes and warnings. One that several policies inherit is told once, where it was written.</summary>
public sealed class FaultCollector
{
    /// <summary>Nobody reads more, and a hostile file could hold hundreds of thousands.</summary>
    private const int Most = 1000;

    private readonly HashSet<ConfigurationFault> _faults = [];
    private readonly HashSet<ConfigurationFault> _warnings = [];
    private readonly HashSet<string> _asked = [];

    public bool IsFull => _faults.Count >= Most;

    public IReadOnlyList<ConfigurationFault> Faults => Ordered(_faults);

    public IReadOnlyList<ConfigurationFault> Warnings => Ordered(_warnings);

    /// <summary>Every key that a reader asked for, whether it was there or not: what the reference has to explain.</summary>
    public IReadOnlySet<string> Asked => _asked;

    public void Add(Origin origin, string problem, string expected) =>
        Add(new ConfigurationFault(origin.File, origin.Line, origin.Key.ToString(), problem, expected));

    public void Add(ConfigurationFault fault)
    {
        if (!IsFull)
            _faults.Add(fault);
    }

    public void Warn(Origin origin, string problem, string expected)
    {
        if (_warnings.Count < Most)
            _warnings.Add(new ConfigurationFault(origin.File, origin.Line, origin.Key.ToString(), problem, expected));
    }

    public void Ask(string key) => _asked.Add(key);

    private static ConfigurationFault[] Ordered(IEnumerable<ConfigurationFault> faults) =>
        [.. faults.OrderBy(fault => fault.File, StringComparer.Ordinal).ThenBy(fault => fault.Line)];
}
