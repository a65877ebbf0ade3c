using Guard.Messages.Places;

namespace Guard.Actors.Behaviour;

/// <summary>The names under which a place is remembered: country, wide and narrow network, autonomous system.</summary>
public readonly record struct PlaceKeys(ulong Country, ulong Wide, ulong Narrow, ulong Asn)
{
    private const ulong WideMark = 1UL << 62;
    private const ulong NarrowMark = 1UL << 63;

    private const ulong PoolMark = 1UL << 60;

    /// <summary>Whose addresses they are: the provider's in a country, or all of a country where the provider is not known. Two networks of one pool are
    /// not independent. No narrow or wide key is the same number.</summary>
    public static ulong Pool(Place place) =>
        place is { Country.Length: 0, Asn: 0 } ? 0 : PoolMark | ((ulong)place.Asn << 16) | (CountryKey(place.Country) & 0xFFFF);

    public static PlaceKeys Of(Place place) => new(CountryKey(place.Country), WideKey(place.Address), NarrowKey(place.Address), place.Asn);

    /// <summary>Two capital letters as a number; 0 when unknown.</summary>
    public static ulong CountryKey(string country) => country.Length == 2 ? ((ulong)country[0] << 8) | country[1] : 0;

    public static string CountryName(ulong key) => key == 0 ? "" : new string([(char)(key >> 8), (char)(key & 0xFF)]);

    /// <summary>IPv4 /16, IPv6 /48.</summary>
    public static ulong WideKey(NetworkAddress address) =>
        address switch
        {
            { IsIPv4: true } => WideMark | ((ulong)address.Bits >> 16),
            { IsIPv6: true } => (WideMark | NarrowMark) | ((ulong)(address.Bits >> 80) & (WideMark - 1)),
            _ => 0,
        };

    /// <summary>IPv4 /24, IPv6 /64. The top bits of an IPv6 prefix are always 001 for global addresses, so they can be marked over.</summary>
    public static ulong NarrowKey(NetworkAddress address) =>
        address switch
        {
            { IsIPv4: true } => (ulong)address.Bits >> 8,
            { IsIPv6: true } => NarrowMark | (ulong)(address.Bits >> 64),
            _ => 0,
        };

    /// <summary>A narrow key as a prefix for people.</summary>
    public static string NarrowName(ulong key)
    {
        if (key == 0)
            return "";
        if (key >> 60 == 1)
            return $"{CountryName(key & 0xFFFF)}{((key >> 16) & uint.MaxValue) switch { 0 => "", var asn => $" AS{asn}" }}".Trim();
        if ((key & NarrowMark) == 0)
            return $"{NetworkAddress.FromIPv4((uint)(key << 8))}/24";
        return $"{NetworkAddress.FromIPv6((UInt128)(key & ~NarrowMark) << 64)}/64";
    }
}
