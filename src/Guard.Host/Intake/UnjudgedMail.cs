using Guard.Messages.Places;

namespace Guard.Host.Intake;

/// <summary>
/// Counts mail that was sent through the server and belongs to nobody: no login, and no sender rule of the configuration. Per host that handed it in,
/// for a bounded number of hosts; added to by one thread, read from anywhere.
/// </summary>
public sealed class UnjudgedMail
{
    private const int MaxHosts = 1000;

    private readonly Lock _counting = new();
    private readonly Dictionary<NetworkAddress, long> _hosts = [];
    private long _total;

    /// <summary>Messages.</summary>
    public long Total => Interlocked.Read(ref _total);

    /// <param name="host">Who handed it in; no address when a local process did of which the user is not told.</param>
    public void Add(NetworkAddress host)
    {
        Interlocked.Increment(ref _total);
        lock (_counting)
        {
            if (_hosts.TryGetValue(host, out var count) || _hosts.Count < MaxHosts)
                _hosts[host] = count + 1;
        }
    }

    /// <summary>The hosts with the most messages, most first.</summary>
    public IReadOnlyList<KeyValuePair<NetworkAddress, long>> Top(int hosts)
    {
        lock (_counting)
            return [.. _hosts.OrderByDescending(host => host.Value).ThenBy(host => host.Key.ToString(), StringComparer.Ordinal).Take(hosts)];
    }

    /// <summary>Such as <c>192.0.2.7 (31), 192.0.2.9 (4)</c>.</summary>
    public string Words(int hosts) => string.Join(", ", Top(hosts).Select(host => $"{(host.Key.IsNone ? "this machine" : host.Key)} ({host.Value})"));
}
