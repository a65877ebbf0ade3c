using System.Collections.Immutable;
using Guard.Actors.Policies.Geography;
using Guard.Messages.Places;

namespace Guard.Host.Geo;

/// <summary>Names private, reserved and other special addresses (IANA IPv4 and IPv6 special-purpose address registries, RFC 6890).</summary>
public static class AddressKinds
{
    private static readonly ImmutableArray<(NetworkPrefix Prefix, AddressKind Kind)> Special =
    [
        .. new (string Prefix, AddressKind Kind)[]
        {
            ("0.0.0.0/8", AddressKind.Reserved),
            ("10.0.0.0/8", AddressKind.Private),
            ("100.64.0.0/10", AddressKind.CarrierNat),
            ("127.0.0.0/8", AddressKind.Loopback),
            ("169.254.0.0/16", AddressKind.LinkLocal),
            ("172.16.0.0/12", AddressKind.Private),
            ("192.0.0.0/24", AddressKind.Reserved),
            ("192.0.2.0/24", AddressKind.Documentation),
            ("192.168.0.0/16", AddressKind.Private),
            ("198.18.0.0/15", AddressKind.Reserved),
            ("198.51.100.0/24", AddressKind.Documentation),
            ("203.0.113.0/24", AddressKind.Documentation),
            ("224.0.0.0/4", AddressKind.Multicast),
            ("240.0.0.0/4", AddressKind.Reserved),
            ("::/128", AddressKind.Reserved),
            ("::1/128", AddressKind.Loopback),
            ("64:ff9b:1::/48", AddressKind.Private),
            ("100::/64", AddressKind.Reserved),
            ("2001:db8::/32", AddressKind.Documentation),
            ("3fff::/20", AddressKind.Documentation),
            ("fc00::/7", AddressKind.Private),
            ("fe80::/10", AddressKind.LinkLocal),
            ("ff00::/8", AddressKind.Multicast),
        }.Select(row => (NetworkPrefix.TryParse(row.Prefix, out var prefix) ? prefix : throw new FormatException(row.Prefix), row.Kind)),
    ];

    public static AddressKind Of(NetworkAddress address)
    {
        if (address.IsNone)
            return AddressKind.Unknown;
        foreach (var (prefix, kind) in Special)
        {
            if (prefix.Contains(address))
                return kind;
        }
        return AddressKind.Public;
    }
}
