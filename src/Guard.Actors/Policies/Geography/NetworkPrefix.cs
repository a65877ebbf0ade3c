using Guard.Messages.Places;

namespace Guard.Actors.Policies.Geography;

/// <summary>A network in CIDR form.</summary>
public readonly record struct NetworkPrefix(NetworkAddress Network, int Length)
{
    public bool Contains(NetworkAddress address) => address.IsIPv4 == Network.IsIPv4 && !address.IsNone && address.Prefix(Length) == Network;

    /// <summary>Two prefixes have an address in common exactly when the shorter one contains the other's base.</summary>
    public bool Overlaps(NetworkPrefix other) => Length <= other.Length ? Contains(other.Network) : other.Contains(Network);

    /// <summary>Reads <c>192.0.2.0/24</c>, <c>2001:db8::/32</c> or a single address. Bits behind the prefix are cleared.</summary>
    public static bool TryParse(string text, out NetworkPrefix prefix)
    {
        prefix = default;
        var slash = text.IndexOf('/');
        if (!NetworkAddress.TryParse(slash < 0 ? text : text[..slash], out var address))
            return false;
        var width = address.IsIPv4 ? 32 : 128;
        var length = width;
        if (slash >= 0 && (!int.TryParse(text.AsSpan(slash + 1), System.Globalization.NumberStyles.None, null, out length) || length > width))
            return false;
        prefix = new NetworkPrefix(address.Prefix(length), length);
        return true;
    }

    public override string ToString() => $"{Network}/{Length}";
}
