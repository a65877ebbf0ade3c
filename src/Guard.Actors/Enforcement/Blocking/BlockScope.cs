using System.Collections.Immutable;
using Guard.Actors.Behaviour;
using Guard.Actors.Policies.Geography;
using Guard.Messages.Places;

namespace Guard.Actors.Enforcement.Blocking;

/// <summary>
/// What a firewall backend blocks: one IPv4 address, an IPv4 /24, an IPv6 /64, /56 or /48. A fixed few lengths let every backend look addresses up in
/// hash sets, a set for each length, where an element neither overlaps nor conflicts with another.
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

    /// <summary>An IPv6 prefix of one of the wide lengths; otherwise, with 0, what one party holds.</summary>
    public static NetworkPrefix Of(NetworkAddress address, int prefixLength) =>
        prefixLength == 0 ? Of(address) : Of(new NetworkPrefix(address.Prefix(prefixLength), prefixLength));

    /// <summary>All that can be blocked and has an address in it, narrowest first.</summary>
    public static ImmutableArray<NetworkPrefix> Over(NetworkAddress address) =>
        address.IsIPv4 ? [Of(address), Around(address)] : [Of(address), .. AddressKeys.Wide6.Select(length => Of(address, length))];

    /// <summary>The /24 around an IPv4 address; IPv6 is judged by /64 already.</summary>
    public static NetworkPrefix Around(NetworkAddress address) => address.IsIPv4 ? new NetworkPrefix(address.Prefix(Network4), Network4) : Of(address);

    /// <summary>The network as backends take it, or an explanation of why they cannot.</summary>
    public static NetworkPrefix Of(NetworkPrefix network)
    {
        var address = network.Network;
        if (address.IsIPv6 && network.Length >= Network6)
            return Of(address);
        if (address.IsIPv4 ? network.Length is 32 or Network4 : AddressKeys.Wide6.Contains(network.Length))
            return new NetworkPrefix(address.Prefix(network.Length), network.Length);
        throw new ArgumentException($"{network} cannot be blocked: only IPv4 addresses, IPv4 /24 and IPv6 /64, /56 and /48 can", nameof(network));
    }
}
