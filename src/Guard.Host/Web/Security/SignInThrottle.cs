using System.Net;
using System.Net.Sockets;

namespace Guard.Host.Web.Security;

/// <summary>
/// Slows guessing down without ever shutting the owner out: failures count against the pair of account and network they came from, and against the network as a
/// whole.
/// A browser that signed in before (it holds a signed cookie) has a count of its own, so what strangers do elsewhere, or even behind the same address, never
/// delays it.
/// Held in memory, bounded; each node counts for itself.
/// </summary>
internal sealed class SignInThrottle(TimeProvider clock)
{
    private const int FreeTries = 5;
    private const int NetworkFreeTries = 40;
    private const int MaxRemembered = 50_000;

    private static readonly TimeSpan Longest = TimeSpan.FromMinutes(15);
    private static readonly TimeSpan ForgetAfter = TimeSpan.FromHours(1);

    private readonly Lock _counting = new();
    private readonly Dictionary<string, Failures> _failures = [];

    /// <summary>How long this try has to wait; zero when it may go on.</summary>
    /// <param name="device">The known browser's number; null for an unknown one.</param>
    public TimeSpan Wait(string account, IPAddress? address, string? device)
    {
        var now = clock.GetUtcNow();
        lock (_counting)
        {
            var longest = TimeSpan.Zero;
            foreach (var (key, free) in Keys(account, address, device))
            {
                if (_failures.TryGetValue(key, out var failures) && now - failures.Last < ForgetAfter && failures.Count >= free)
                {
                    var pause = TimeSpan.FromSeconds(Math.Min(Longest.TotalSeconds, 2 * Math.Pow(2, failures.Count - free)));
                    var left = failures.Last + pause - now;
                    longest = left > longest ? left : longest;
                }
            }
            return longest;
        }
    }

    public void Failed(string account, IPAddress? address, string? device)
    {
        var now = clock.GetUtcNow();
        lock (_counting)
        {
            if (_failures.Count > MaxRemembered)
                Forget(now);
            foreach (var (key, _) in Keys(account, address, device))
            {
                var before = _failures.TryGetValue(key, out var failures) && now - failures.Last < ForgetAfter ? failures.Count : 0;
                _failures[key] = new Failures(before + 1, now);
            }
        }
    }

    public void Succeeded(string account, IPAddress? address, string? device)
    {
        lock (_counting)
            _failures.Remove(Keys(account, address, device).First().Key);
    }

    private static IEnumerable<(string Key, int Free)> Keys(string account, IPAddress? address, string? device)
    {
        if (device is not null)
        {
            yield return ($"device {device} {account}", FreeTries);
            yield break;
        }
        var network = NetworkOf(address);
        yield return ($"pair {network} {account}", FreeTries);
        yield return ($"network {network}", NetworkFreeTries);
    }

    /// <summary>IPv4 by address, IPv6 by /64: what one customer has.</summary>
    private static string NetworkOf(IPAddress? address)
    {
        if (address is null)
            return "";
        if (address.IsIPv4MappedToIPv6)
            address = address.MapToIPv4();
        return address.AddressFamily == AddressFamily.InterNetworkV6 ? Convert.ToHexString(address.GetAddressBytes().AsSpan(0, 8)) : address.ToString();
    }

    private void Forget(DateTimeOffset now)
    {
        foreach (var key in _failures.Where(entry => now - entry.Value.Last > ForgetAfter).Select(entry => entry.Key).ToList())
            _failures.Remove(key);
        // Still too many: a flood from everywhere. The oldest half goes.
        if (_failures.Count > MaxRemembered)
        {
            foreach (var key in _failures.OrderBy(entry => entry.Value.Last).Take(MaxRemembered / 2).Select(entry => entry.Key).ToList())
                _failures.Remove(key);
        }
    }

    private readonly record struct Failures(int Count, DateTimeOffset Last);
}
