using Guard.Messages.Places;

namespace Guard.Host.Intake.Logs.Daemons;

/// <summary>Addresses that are no stranger's: loopback, RFC 1918, RFC 6598, link-local and unique local ones.</summary>
internal static class PrivateNetwork
{
    public static bool Has(NetworkAddress address)
    {
        if (address.IsIPv4)
        {
            var bits = (uint)address.Bits;
            return bits >> 24 is 10 or 127 || bits >> 20 == 0xAC1 || bits >> 16 is 0xC0A8 or 0xA9FE || bits >> 22 == 0x191;
        }
        return address.IsIPv6 && (address.Bits == UInt128.One || address.Bits >> 121 == 0x7E || address.Bits >> 118 == 0x3FA);
    }
}
