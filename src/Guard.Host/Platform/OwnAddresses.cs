using System.Collections.Frozen;
using System.Net;
using System.Net.NetworkInformation;

namespace Guard.Host.Platform;

/// <summary>The addresses of this machine, looked at again every ten seconds.</summary>
internal sealed class OwnAddresses(TimeProvider time)
{
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(10);

    private volatile Found? _found;

    public static OwnAddresses Machine { get; } = new(TimeProvider.System);

    public bool Contains(IPAddress address)
    {
        if (IPAddress.IsLoopback(address))
            return true;
        var found = _found;
        if (found is null || time.GetUtcNow() - found.At >= Pause)
            _found = found = Look();
        return found.Addresses.Contains(address);
    }

    private Found Look()
    {
        try
        {
            return new Found(
                time.GetUtcNow(),
                NetworkInterface
                    .GetAllNetworkInterfaces()
                    .SelectMany(static one => one.GetIPProperties().UnicastAddresses)
                    .Select(static one => one.Address)
                    .ToFrozenSet()
            );
        }
        catch (NetworkInformationException)
        {
            return new Found(time.GetUtcNow(), FrozenSet<IPAddress>.Empty);
        }
    }

    private sealed record Found(DateTimeOffset At, FrozenSet<IPAddress> Addresses);
}
