using System.Collections.Frozen;
using System.Globalization;

namespace Guard.Actors.Policies.Geography;

/// <summary>How far countries are from each other at least, for places of which no more than the country is known.</summary>
public static class CountryPlaces
{
    private sealed record Extent(double Kilometres, (double Latitude, double Longitude)[] Places);

    private static readonly FrozenDictionary<string, Extent> Known = Read();

    public static bool Knows(string country) => Known.ContainsKey(country);

    /// <summary>Kilometres between the nearest places of two countries, wherever in them; 0 for neighbours, within one, and where one is not known.</summary>
    public static double Kilometres(string country, string other)
    {
        if (country == other || !Known.TryGetValue(country, out var one) || !Known.TryGetValue(other, out var two))
            return 0;
        var least = double.MaxValue;
        foreach (var from in one.Places)
        {
            foreach (var to in two.Places)
                least = Math.Min(least, GreatCircle.Kilometres(from.Latitude, from.Longitude, to.Latitude, to.Longitude));
        }
        return Math.Max(0, least - one.Kilometres - two.Kilometres);
    }

    private static FrozenDictionary<string, Extent> Read()
    {
        var known = new Dictionary<string, Extent>();
        foreach (var line in CountryPlaceTable.Text.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))
        {
            var fields = line.Split('|');
            var numbers = fields[2].Split(' ');
            var places = new (double, double)[numbers.Length / 2];
            for (var i = 0; i < places.Length; i++)
                places[i] = (Number(numbers[2 * i]), Number(numbers[2 * i + 1]));
            known.Add(fields[0], new Extent(Number(fields[1]), places));
        }
        return known.ToFrozenDictionary();
    }

    private static double Number(string text) => double.Parse(text, CultureInfo.InvariantCulture);
}
