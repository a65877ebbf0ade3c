using Guard.Actors.Policies.Geography;
using Guard.Messages.Places;

namespace Guard.Actors.Enforcement.Blocking;

/// <summary>
/// What a firewall backend blocks: one IPv4 address, an IPv4 /24, or an IPv6 /64. A fixed few lengths let every backend look addresses up in
/// hash sets, where an element neither overlaps nor conflicts with another.
/// </summary>
public static class BlockScope
{
    public const int Network4 = 24;
    public const int Network6 = 64;

    /// <summary>The address itself for IPv4, its /64 for IPv6, of which one customer has them all.</summary>
    public static NetworkPrefix Of(NetworkAddress address)
    {
        if (address.IsNone)
            throw new ArgumentException("no address to block", nameof(address));
        return address.IsIPv4 ? new NetworkPrefix(address, 32) : new NetworkPrefix(address.Prefix(Network6), Network6);
    }

    /// <summary>The /24 around an IPv4 address; IPv6 is judged by /64 already.</summary>
    public static NetworkPrefix Around(NetworkAddress address) => address.IsIPv4 ? new NetworkPrefix(address.Prefix(Network4), Network4) : Of(address);

    /// <summary>The network as backends take it, or an explanation of why they cannot.</summary>
    public static NetworkPrefix Of(NetworkPrefix network)
    {
        var address = network.Network;
        if (address.IsIPv6 && network.Length >= Network6)
            return Of(address);
        if (address.IsIPv4 && network.Length is 32 or Network4)
            return new NetworkPrefix(address.Prefix(network.Length), network.Length);
        throw new ArgumentException($"{network} cannot be blocked: only IPv4 addresses, IPv4 /24 and IPv6 /64 can", nameof(network));
    }
}
