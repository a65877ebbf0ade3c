using System.Collections.Immutable;
using Guard.Messages.Places;

namespace Guard.Actors.Behaviour;

/// <summary>Under what addresses are kept: an IPv4 address in its /24, an IPv6 /64 in its /48; and a fixed number of buckets that each hold some
/// networks.</summary>
public static class AddressKeys
{
    /// <summary>Fixed for ever: a network keeps its bucket.</summary>
    public const int Buckets = 256;

    /// <summary>From so many accounts at home an address is an office's, a carrier's or a webmail's: too many people stand behind it.</summary>
    public const int GatewayFrom = 10;

    /// <summary>Lengths of IPv6 prefixes that providers give to one customer, narrowest first.</summary>
    public static readonly ImmutableArray<int> Wide6 = [56, 48];

    /// <summary>What one party holds: an IPv4 address, an IPv6 /64.</summary>
    public static NetworkAddress Party(NetworkAddress address) => address.IsIPv6 ? address.Prefix(64) : address;

    /// <summary>The network around it: IPv4 /24, IPv6 /48.</summary>
    public static NetworkAddress Network(NetworkAddress address) => address.Prefix(address.IsIPv6 ? 48 : 24);

    public static string NetworkName(NetworkAddress network) => $"{network}/{(network.IsIPv6 ? 48 : 24)}";

    /// <summary>A party's place within its network: the last byte of an IPv4 address, the 16 bits behind the /48.</summary>
    public static uint Within(NetworkAddress party) => party.IsIPv6 ? (uint)(party.Bits >> 64) & 0xFFFF : (uint)party.Bits & 0xFF;

    public static int BucketOf(NetworkAddress address)
    {
        var network = Network(address);
        var bits = network.IsIPv6 ? (ulong)(network.Bits >> 64) : (ulong)network.Bits << 24;
        // Neighbouring networks go to different buckets.
        bits = (bits ^ (bits >> 33)) * 0xFF51AFD7ED558CCDUL;
        bits = (bits ^ (bits >> 33)) * 0xC4CEB9FE1A85EC53UL;
        return (int)((bits ^ (bits >> 33)) % Buckets);
    }

    /// <summary>What is kept of an account's hash; never 0, which stands for no name.</summary>
    public static uint Account(ulong hash) =>
        hash == 0 ? 0
        : (uint)(hash ^ (hash >> 32)) is var folded && folded == 0 ? 1
        : folded;

    /// <summary>An address and the window in which it was counted, for reasons.</summary>
    public static string Subject(NetworkAddress address, TimeSpan window) => $"{address} ({Length(window)})";

    /// <summary>The same of a prefix.</summary>
    public static string Subject(NetworkAddress prefix, int length, TimeSpan window) => $"{prefix}/{length} ({Length(window)})";

    public static string Length(TimeSpan window) =>
        window.TotalSeconds % 86400 == 0 ? $"{window.TotalDays:0} d"
        : window.TotalSeconds % 3600 == 0 ? $"{window.TotalHours:0} h"
        : window.TotalSeconds % 60 == 0 ? $"{window.TotalMinutes:0} min"
        : $"{window.TotalSeconds:0} s";

    public static ulong Hash(string account) => StableHash.Of(account);
}
