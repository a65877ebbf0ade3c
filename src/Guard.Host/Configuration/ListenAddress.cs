using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace Guard.Host.Configuration;

/// <summary>Where an intake listens, as an admin writes it: <c>127.0.0.1:10031</c>, <c>[::1]:10031</c> or <c>unix:/run/accountguard/policy</c>.</summary>
public static class ListenAddress
{
    private const string UnixPrefix = "unix:";

    /// <summary>sun_path of Linux has 108 bytes with its closing zero.</summary>
    private const int LongestPath = 107;

    public static bool TryParse(string text, out EndPoint endPoint)
    {
        endPoint = new IPEndPoint(IPAddress.None, 0);
        if (text.StartsWith(UnixPrefix, StringComparison.Ordinal))
        {
            var path = text[UnixPrefix.Length..];
            if (!path.StartsWith('/') || System.Text.Encoding.UTF8.GetByteCount(path) > LongestPath)
                return false;
            endPoint = new UnixDomainSocketEndPoint(path);
            return true;
        }
        var colon = text.LastIndexOf(':');
        if (colon <= 0 || !ushort.TryParse(text.AsSpan(colon + 1), NumberStyles.None, CultureInfo.InvariantCulture, out var port))
            return false;
        var host = text[..colon];
        var bracketed = host.StartsWith('[') && host.EndsWith(']');
        // A bare IPv6 address with a port is ambiguous.
        if (host.Contains(':', StringComparison.Ordinal) != bracketed || !IPAddress.TryParse(bracketed ? host[1..^1] : host, out var address))
            return false;
        endPoint = new IPEndPoint(address, port);
        return true;
    }
}
