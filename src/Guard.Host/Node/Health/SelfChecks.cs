namespace Guard.Host.Node.Health;

/// <summary>What parts of a node say of themselves, when it is asked how it does.</summary>
public sealed class SelfChecks
{
    private readonly Lock _changing = new();
    private IReadOnlyList<Func<IEnumerable<Finding>>> _parts = [];

    public IEnumerable<Finding> Look() => _parts.SelectMany(part => part());

    /// <param name="look">Called from any thread, at any time; answers at once.</param>
    public void Add(Func<IEnumerable<Finding>> look)
    {
        lock (_changing)
            _parts = [.. _parts, look];
    }
}
