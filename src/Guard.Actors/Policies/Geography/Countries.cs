using System.Collections.Frozen;
using System.Collections.Immutable;

namespace Guard.Actors.Policies.Geography;

/// <summary>A country with what it lies in.</summary>
/// <param name="Code">ISO 3166-1 alpha-2.</param>
/// <param name="Continent">GeoIP code: AF AN AS EU NA OC SA.</param>
/// <param name="Regions">UN M49 numbers, innermost first, without 001 World.</param>
/// <param name="Index">Position in the table.</param>
public sealed record Country(string Code, string Name, string Continent, ImmutableArray<int> Regions, int Index);

/// <summary>All countries, continents and regions.</summary>
public static class Countries
{
    public static ImmutableArray<Country> All { get; } = Read();

    private static readonly FrozenDictionary<string, Country> ByCode = All.ToFrozenDictionary(country => country.Code);

    private static readonly short[] Indices = MakeIndices();

    /// <summary>Continent codes with their names.</summary>
    public static FrozenDictionary<string, string> Continents { get; } =
        new Dictionary<string, string>
        {
            ["AF"] = "Africa",
            ["AN"] = "Antarctica",
            ["AS"] = "Asia",
            ["EU"] = "Europe",
            ["NA"] = "North America",
            ["OC"] = "Oceania",
            ["SA"] = "South America",
        }.ToFrozenDictionary();

    /// <summary>UN M49 regions by number.</summary>
    public static FrozenDictionary<int, string> Regions { get; } =
        new Dictionary<int, string>
        {
            [1] = "World",
            [2] = "Africa",
            [3] = "North America",
            [5] = "South America",
            [9] = "Oceania",
            [11] = "Western Africa",
            [13] = "Central America",
            [14] = "Eastern Africa",
            [15] = "Northern Africa",
            [17] = "Middle Africa",
            [18] = "Southern Africa",
            [19] = "Americas",
            [21] = "Northern America",
            [29] = "Caribbean",
            [30] = "Eastern Asia",
            [34] = "Southern Asia",
            [35] = "South-eastern Asia",
            [39] = "Southern Europe",
            [53] = "Australia and New Zealand",
            [54] = "Melanesia",
            [57] = "Micronesia",
            [61] = "Polynesia",
            [142] = "Asia",
            [143] = "Central Asia",
            [145] = "Western Asia",
            [150] = "Europe",
            [151] = "Eastern Europe",
            [154] = "Northern Europe",
            [155] = "Western Europe",
            [202] = "Sub-Saharan Africa",
            [419] = "Latin America and the Caribbean",
            [830] = "Channel Islands",
        }.ToFrozenDictionary();

    public static Country? Find(string code) => ByCode.GetValueOrDefault(code);

    public static string NameOf(string code) => Find(code)?.Name ?? (code.Length == 0 ? "an unknown country" : code);

    /// <summary>The country's position in the table, or -1; without hashing, for the hot path.</summary>
    public static int IndexOf(string code)
    {
        if (code.Length != 2)
            return -1;
        var first = code[0] - 'A';
        var second = code[1] - 'A';
        return (uint)first < 26 && (uint)second < 26 ? Indices[first * 26 + second] : -1;
    }

    private static short[] MakeIndices()
    {
        var indices = new short[26 * 26];
        Array.Fill<short>(indices, -1);
        foreach (var country in All)
            indices[(country.Code[0] - 'A') * 26 + country.Code[1] - 'A'] = (short)country.Index;
        return indices;
    }

    private static ImmutableArray<Country> Read()
    {
        var countries = ImmutableArray.CreateBuilder<Country>();
        foreach (var line in CountryTable.Text.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))
        {
            var parts = line.Split('|');
            var regions = parts[3].Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(int.Parse).ToImmutableArray();
            countries.Add(new Country(parts[0], parts[1], parts[2], regions, countries.Count));
        }
        return countries.ToImmutable();
    }
}
