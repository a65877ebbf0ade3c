using System.Net;
using Guard.Actors.Policies.Geography;
using Guard.Messages.Places;
using MaxMind.Db;
using MaxMind.GeoIP2;

namespace Guard.Host.Geo;

/// <summary>One loaded database file, of any kind we understand.</summary>
public abstract class GeoDatabase : IDisposable
{
    public required string File { get; init; }

    public required string Type { get; init; }

    public required DateTime Built { get; init; }

    /// <summary>Adds what this file knows of the address.</summary>
    public abstract Place Add(Place place, IPAddress address);

    public abstract void Dispose();

    /// <summary>
    /// Opens a file. MaxMind's own kinds are read with MaxMind.GeoIP2; flat files (<c>country_code</c> records), which that library answers with
    /// silence, with MaxMind.Db's reader. Everything is held in memory, so that the file may be replaced at any time.
    /// </summary>
    /// <exception cref="IOException">It cannot be read.</exception>
    /// <exception cref="InvalidDatabaseException">It is no such database.</exception>
    /// <exception cref="InvalidDataException">It is no such table.</exception>
    public static GeoDatabase Open(string file)
    {
        if (file.EndsWith(".csv", StringComparison.Ordinal) || AsTable.Is(file))
        {
            return new AsDatabase(AsTable.Read(file))
            {
                File = file,
                Type = "AS table",
                Built = System.IO.File.GetLastWriteTimeUtc(file),
            };
        }
        var reader = new Reader(file, FileAccessMode.Memory);
        var metadata = reader.Metadata;
        var known =
            metadata.DatabaseType.StartsWith("GeoIP2-", StringComparison.Ordinal) || metadata.DatabaseType.StartsWith("GeoLite2-", StringComparison.Ordinal);
        if (!known)
            return new FlatDatabase(reader)
            {
                File = file,
                Type = metadata.DatabaseType,
                Built = metadata.BuildDate,
            };
        reader.Dispose();
        return new MaxMindDatabase(new DatabaseReader(file, FileAccessMode.Memory))
        {
            File = file,
            Type = metadata.DatabaseType,
            Built = metadata.BuildDate,
        };
    }
}

/// <summary>MaxMind's City, Country, Enterprise, ASN, ISP and Anonymous-IP files.</summary>
internal sealed class MaxMindDatabase(DatabaseReader reader) : GeoDatabase
{
    public override Place Add(Place place, IPAddress address)
    {
        if (Type.Contains("City", StringComparison.Ordinal))
            return reader.TryCity(address, out var city) && city is not null ? WithCity(place, city) : place;
        if (Type.Contains("Country", StringComparison.Ordinal))
            return reader.TryCountry(address, out var country) && country?.Country.IsoCode is { } code ? place with { Country = code } : place;
        if (Type.Contains("ASN", StringComparison.Ordinal))
            return reader.TryAsn(address, out var system) && system?.AutonomousSystemNumber is { } number ? place with { Asn = (uint)number } : place;
        if (Type.Contains("Anonymous", StringComparison.Ordinal) && reader.TryAnonymousIP(address, out var anonymous) && anonymous is not null)
        {
            var flags =
                (anonymous.IsAnonymous ? AnonymousNetwork.Anonymous : 0)
                | (anonymous.IsAnonymousVpn ? AnonymousNetwork.Vpn : 0)
                | (anonymous.IsHostingProvider ? AnonymousNetwork.Hosting : 0)
                | (anonymous.IsPublicProxy ? AnonymousNetwork.PublicProxy : 0)
                | (anonymous.IsResidentialProxy ? AnonymousNetwork.ResidentialProxy : 0)
                | (anonymous.IsTorExitNode ? AnonymousNetwork.Tor : 0);
            return place with { Anonymous = flags };
        }
        return place;
    }

    private static Place WithCity(Place place, MaxMind.GeoIP2.Responses.CityResponse city)
    {
        var code = city.Country.IsoCode ?? place.Country;
        var part = city.MostSpecificSubdivision.IsoCode;
        // The least specific subdivision is the one that lists name: GB-SCT, not GB-EDH.
        var first = city.Subdivisions.Count > 0 ? city.Subdivisions[0].IsoCode : part;
        return place with
        {
            Country = code,
            Subdivision = first is null || code.Length == 0 ? place.Subdivision : $"{code}-{first}",
            Latitude = (float?)city.Location.Latitude ?? place.Latitude,
            Longitude = (float?)city.Location.Longitude ?? place.Longitude,
        };
    }

    public override void Dispose() => reader.Dispose();
}

/// <summary>Ranges of addresses with the system that announces them.</summary>
internal sealed class AsDatabase(AsTable table) : GeoDatabase
{
    public override Place Add(Place place, IPAddress address) =>
        table.Find(NetworkAddress.From(address)) is > 0 and var system ? place with { Asn = system } : place;

    public override void Dispose() { }
}

/// <summary>Files with flat records, as the @ip-location-db packages have them.</summary>
internal sealed class FlatDatabase(Reader reader) : GeoDatabase
{
    public override Place Add(Place place, IPAddress address)
    {
        var record = reader.Find<Dictionary<string, object>>(address);
        if (record is null)
            return place;
        if (record.TryGetValue("country_code", out var country) && country is string code && Countries.IndexOf(code) >= 0)
            place = place with { Country = code };
        if (record.TryGetValue("autonomous_system_number", out var system) && uint.TryParse(system.ToString(), out var number))
            place = place with { Asn = number };
        if (record.TryGetValue("latitude", out var latitude) && record.TryGetValue("longitude", out var longitude))
            place = place with { Latitude = Convert.ToSingle(latitude), Longitude = Convert.ToSingle(longitude) };
        return place;
    }

    public override void Dispose() => reader.Dispose();
}
