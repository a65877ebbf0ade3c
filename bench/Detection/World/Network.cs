using Guard.Messages.Places;

namespace Guard.Bench.Detection.World;

/// <summary>What a network is for.</summary>
public enum NetworkKind
{
    /// <summary>An access provider with dynamic addresses.</summary>
    Home,

    /// <summary>A mobile carrier: many customers behind few addresses.</summary>
    Mobile,

    /// <summary>Fixed addresses of offices, hotels and cafés.</summary>
    Business,

    /// <summary>Servers: web applications, VPN exits, rented bots.</summary>
    Hosting,
}

/// <summary>The addresses of one provider in one country. Every address is a pure function of keys, so that nothing has to be remembered from day to
/// day.</summary>
/// <param name="Base">First IPv4 address of the block.</param>
/// <param name="Length">Its prefix length.</param>
/// <param name="Six">The upper half of its IPv6 /32, or 0.</param>
public sealed record Network(Country Country, NetworkKind Kind, uint Asn, uint Base, int Length, ulong Six, double Latitude, double Longitude)
{
    /// <summary>A line with dynamic addresses: each period another one out of the pool that its region has.</summary>
    /// <param name="poolBits">Size of the pool: 16 is a /16, 18 a /14.</param>
    public NetworkAddress Line(ulong customer, long period, int poolBits)
    {
        var pools = 1u << (32 - Length - poolBits);
        var pool = (uint)(Dice.Hash(customer, Asn, 1) % pools);
        return NetworkAddress.FromIPv4(Base + (pool << poolBits) + Host(Dice.Hash(customer, (ulong)period, Asn), poolBits));
    }

    /// <summary>A device of an IPv6 line: the prefix is the line's, the suffix the device's for a day (RFC 8981).</summary>
    public NetworkAddress SixLine(ulong customer, long period, ulong device, int day)
    {
        // A /56 of the customer within the /32, and its first /64.
        var prefix = Six | (Dice.Hash(customer, (ulong)period, Asn, 6) & 0xFFFFFF00);
        return NetworkAddress.FromIPv6(((UInt128)prefix << 64) | Dice.Hash(device, (ulong)day, 7));
    }

    /// <summary>A customer's fixed address.</summary>
    public NetworkAddress Fixed(ulong customer) => NetworkAddress.FromIPv4(Base + Host(Dice.Hash(customer, Asn, 2), 32 - Length));

    /// <summary>One of the few public addresses behind which a carrier or VPN hides its customers.</summary>
    public NetworkAddress Shared(ulong session, int exits) => NetworkAddress.FromIPv4(Base + 0x1000 + (uint)(Dice.Hash(session, Asn, 3) % (ulong)exits) * 5);

    public bool Contains(NetworkAddress address) => address.IsIPv4 && ((uint)address.Bits ^ Base) >> (32 - Length) == 0;

    /// <summary>Never the network's own or broadcast address of a /24.</summary>
    private static uint Host(ulong hash, int bits)
    {
        var host = (uint)(hash & ((1UL << bits) - 1));
        return (host & 0xFF) is 0 or 255 ? host ^ 0x55 : host;
    }
}
