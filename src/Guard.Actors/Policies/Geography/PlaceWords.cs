using System.Globalization;
using Guard.Messages.Places;

namespace Guard.Actors.Policies.Geography;

/// <summary>Understands one place word.</summary>
internal static class PlaceWords
{
    private const string Expected =
        "a country (GB), continent (EU, Europe, continent:AS), UN M49 region (154), subdivision (GB-SCT), network (192.0.2.0/24), asn:64500, private, unknown, anonymous, vpn, tor, hosting or *";

    public static bool Add(PlaceMatch match, string word, out string? error)
    {
        error = null;
        if (AddKind(match, word.ToLowerInvariant()) || AddCountry(match, word) || AddRegion(match, word) || AddNetwork(match, word))
            return true;
        error = $"'{word}' is not a place; expected {Expected}{Suggest(word)}";
        return false;
    }

    private static bool AddKind(PlaceMatch match, string word)
    {
        switch (word)
        {
            case "*":
                match.Everything = true;
                return true;
            case "private":
                match.Private = true;
                return true;
            case "unknown":
                match.Unknown = true;
                return true;
            case "anonymous":
                match.Anonymous |= (AnonymousNetwork)0xFF;
                return true;
            case "vpn":
                match.Anonymous |= AnonymousNetwork.Vpn;
                return true;
            case "tor":
                match.Anonymous |= AnonymousNetwork.Tor;
                return true;
            case "hosting":
                match.Anonymous |= AnonymousNetwork.Hosting;
                return true;
            case "proxy":
                match.Anonymous |= AnonymousNetwork.PublicProxy | AnonymousNetwork.ResidentialProxy;
                return true;
            default:
                return false;
        }
    }

    private static bool AddCountry(PlaceMatch match, string word)
    {
        var upper = word.ToUpperInvariant();
        // AF, AN, AS, NA and SA are countries as well as continents: alone they mean the country.
        if (Countries.Find(upper) is { } country)
        {
            match.Add(country);
            return true;
        }
        var continent = upper.StartsWith("CONTINENT:", StringComparison.Ordinal) ? upper[10..] : upper;
        var code = Countries
            .Continents.FirstOrDefault(known => known.Key == continent || string.Equals(known.Value, word, StringComparison.OrdinalIgnoreCase))
            .Key;
        if (code is not null)
        {
            foreach (var member in Countries.All.Where(member => member.Continent == code))
                match.Add(member);
            return true;
        }
        var named = Countries.All.FirstOrDefault(candidate => string.Equals(candidate.Name, word, StringComparison.OrdinalIgnoreCase));
        if (named is null)
            return false;
        match.Add(named);
        return true;
    }

    private static bool AddRegion(PlaceMatch match, string word)
    {
        var text = word.StartsWith("m49:", StringComparison.OrdinalIgnoreCase) ? word[4..] : word;
        if (!int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number))
            number = Countries.Regions.FirstOrDefault(region => string.Equals(region.Value, word, StringComparison.OrdinalIgnoreCase)).Key;
        if (number == 0 || !Countries.Regions.ContainsKey(number))
            return false;
        foreach (var member in Countries.All.Where(member => number == 1 || member.Regions.Contains(number)))
            match.Add(member);
        return true;
    }

    private static bool AddNetwork(PlaceMatch match, string word)
    {
        if (word.StartsWith("asn:", StringComparison.OrdinalIgnoreCase))
        {
            if (!uint.TryParse(word.AsSpan(4), NumberStyles.None, CultureInfo.InvariantCulture, out var system))
                return false;
            match.AddSystem(system);
            return true;
        }
        if (NetworkPrefix.TryParse(word, out var network))
        {
            match.Add(network);
            return true;
        }
        if (
            word.Length is < 4 or > 6
            || word[2] != '-'
            || Countries.Find(word[..2].ToUpperInvariant()) is null
            || !word.AsSpan(3).ContainsOnlyLettersAndDigits()
        )
            return false;
        match.AddSubdivision(word.ToUpperInvariant());
        return true;
    }

    private static bool ContainsOnlyLettersAndDigits(this ReadOnlySpan<char> text)
    {
        foreach (var c in text)
        {
            if (!char.IsAsciiLetterOrDigit(c))
                return false;
        }
        return true;
    }

    private static string Suggest(string word) => PlaceSuggestions.Of(word) is { Length: > 0 } near ? $"; did you mean {near}?" : "";
}
