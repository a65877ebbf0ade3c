using Guard.Messages.Places;

namespace Guard.Host.Intake.Logs.Daemons.Webmail;

/// <summary>
/// The client's own address where a web application tells its peer's and what proxies say: <c>10.0.0.2 (X-Real-IP: 192.0.2.7,X-Forwarded-For: 192.0.2.7)</c>.
/// </summary>
/// <remarks>
/// Anybody can send these headers. They are believed only of a peer in a private network, which is the site's own proxy; of a list only its end, which that
/// proxy wrote; and two that differ not at all.
/// </remarks>
internal static class ForwardedAddress
{
    /// <param name="peer">The connection's other end.</param>
    /// <param name="headers">What stands between the parentheses behind it; empty for none.</param>
    public static NetworkAddress Of(NetworkAddress peer, ReadOnlySpan<byte> headers)
    {
        if (headers.IsEmpty || !PrivateNetwork.Has(peer))
            return peer;
        var list = headers;
        NetworkAddress real = default;
        if (ByteText.Skip(ref list, "X-Real-IP: "u8))
        {
            var end = list.IndexOf((byte)',');
            if (!NetworkAddress.TryParse(end < 0 ? list : list[..end], out real))
                return default;
            list = end < 0 ? default : list[(end + 1)..];
        }
        if (!ByteText.Skip(ref list, "X-Forwarded-For: "u8))
            return list.IsEmpty ? real : default;
        var forwarded = LastOf(list);
        return real.IsNone || real == forwarded ? forwarded : default;
    }

    /// <summary>The last address of a list that is no proxy's of the site's own; none where it is no list of addresses.</summary>
    public static NetworkAddress LastOf(ReadOnlySpan<byte> list)
    {
        NetworkAddress last = default;
        while (!list.IsEmpty)
        {
            var comma = list.LastIndexOf((byte)',');
            if (!NetworkAddress.TryParse(list[(comma + 1)..].Trim((byte)' '), out var address))
                return default;
            last = address;
            if (!PrivateNetwork.Has(address) || comma < 0)
                return last;
            list = list[..comma];
        }
        return last;
    }
}
