using System.Globalization;
using Guard.Actors.Policies.Geography;
using Guard.Messages.Places;

namespace Guard.Host.Geo;

/// <summary>What an admin knows better than any database: networks with their places. The longest prefix wins.</summary>
public sealed class PlaceOverrides
{
    private readonly (NetworkPrefix Prefix, Place Place)[] _longestFirst;

    private PlaceOverrides(IEnumerable<(NetworkPrefix Prefix, Place Place)> rows) => _longestFirst = [.. rows.OrderByDescending(row => row.Prefix.Length)];

    public static PlaceOverrides None { get; } = new([]);

    public int Count => _longestFirst.Length;

    /// <summary>Reads lines <c>CIDR COUNTRY [SUBDIVISION|-] [ASN|-] [LATITUDE LONGITUDE]</c>; # starts a comment.</summary>
    /// <exception cref="FormatException">A line cannot be read; the message has its number.</exception>
    public static PlaceOverrides Read(IEnumerable<string> lines)
    {
        var rows = new List<(NetworkPrefix, Place)>();
        var number = 0;
        foreach (var line in lines)
        {
            number++;
            var text = line.Split('#')[0].Trim();
            if (text.Length == 0)
                continue;
            var words = text.Split((char[])[' ', '\t'], StringSplitOptions.RemoveEmptyEntries);
            if (words.Length < 2 || !NetworkPrefix.TryParse(words[0], out var prefix) || Countries.Find(words[1].ToUpperInvariant()) is not { } country)
                throw new FormatException($"line {number}: expected a network and a country such as '192.0.2.0/24 GB', found '{text}'");
            var place = new Place(default, Country: country.Code, Subdivision: Word(words, 2));
            if (Word(words, 3) is { Length: > 0 } asn)
                place = place with
                {
                    Asn = uint.TryParse(asn, out var system) ? system : throw new FormatException($"line {number}: '{asn}' is no system number"),
                };
            if (words.Length >= 6)
            {
                place = place with
                {
                    Latitude = float.TryParse(words[4], CultureInfo.InvariantCulture, out var latitude)
                        ? latitude
                        : throw new FormatException($"line {number}: '{words[4]}' is no latitude"),
                    Longitude = float.TryParse(words[5], CultureInfo.InvariantCulture, out var longitude)
                        ? longitude
                        : throw new FormatException($"line {number}: '{words[5]}' is no longitude"),
                };
            }
            rows.Add((prefix, place));
        }
        return new PlaceOverrides(rows);
    }

    public Place? Find(NetworkAddress address)
    {
        foreach (var (prefix, place) in _longestFirst)
        {
            if (prefix.Contains(address))
                return place with { Address = address, Kind = AddressKinds.Of(address) };
        }
        return null;
    }

    private static string Word(string[] words, int index) => index < words.Length && words[index] != "-" ? words[index] : "";
}
