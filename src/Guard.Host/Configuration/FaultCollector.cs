namespace Guard.Host.Configuration;

/// <summary>Collects mistakes with their places.</summary>
public sealed class FaultCollector
{
    private readonly List<(string File, KeyLocator Locator)> _files = [];
    private readonly List<ConfigurationFault> _faults = [];

    public IReadOnlyList<ConfigurationFault> Faults => [.. _faults.Distinct().OrderBy(fault => fault.File).ThenBy(fault => fault.Line)];

    public void Read(string file, KeyLocator locator) => _files.Add((file, locator));

    public void Add(string key, string problem, string expected)
    {
        foreach (var (file, locator) in _files)
        {
            if (locator.LineOf(key) is var line && line > 0)
            {
                _faults.Add(new ConfigurationFault(file, line, key, problem, expected));
                return;
            }
        }
        _faults.Add(new ConfigurationFault(_files.Count > 0 ? _files[0].File : "command line", 0, key, problem, expected));
    }

    public void Add(ConfigurationFault fault) => _faults.Add(fault);
}
