using System.Collections.Immutable;
using System.Globalization;
using Guard.Actors.Policies.Geography;
using Guard.Host.Web.Texts;

namespace Guard.Host.Web.Policies;

/// <summary>A place that can be chosen for a list: a country, continent or region of the United Nations.</summary>
/// <param name="Word">As policies write it.</param>
public sealed record PlaceChoice(string Word, string Name)
{
    /// <summary>Everything that has a name, in the viewer's language.</summary>
    public static IReadOnlyList<PlaceChoice> All() =>
        [
            .. Countries.Continents.OrderBy(pair => pair.Key).Select(pair => new PlaceChoice($"continent:{pair.Key}", Wording.Say($"continent.{pair.Key}"))),
            .. Countries
                .Regions.OrderBy(pair => pair.Key)
                .Select(pair => new PlaceChoice(pair.Key.ToString("000", CultureInfo.InvariantCulture), Wording.Say($"region.{pair.Key}"))),
            .. Countries
                .All.Select(country => new PlaceChoice(country.Code, Wording.Country(country.Code)))
                .OrderBy(choice => choice.Name, StringComparer.CurrentCulture),
        ];

    /// <summary>A word of a policy for people: the place's name where it has one.</summary>
    public static string NameOf(string word)
    {
        if (Countries.Find(word.ToUpperInvariant()) is { } country)
            return Wording.Country(country.Code);
        if (word == "*")
            return Wording.Say("place.everywhere");
        var continent = word.StartsWith("continent:", StringComparison.OrdinalIgnoreCase) ? word[10..].ToUpperInvariant() : word.ToUpperInvariant();
        if (Countries.Continents.ContainsKey(continent))
            return Wording.Say($"continent.{continent}");
        return int.TryParse(word, out var number) && Countries.Regions.ContainsKey(number) ? Wording.Say($"region.{number}") : word;
    }

    /// <summary>The word for what somebody typed: a choice's name or word as it is, else the text itself, which is judged like the file's.</summary>
    public static string WordOf(string typed, IReadOnlyList<PlaceChoice> choices)
    {
        var text = typed.Trim();
        return choices
                .FirstOrDefault(choice =>
                    string.Equals(choice.Name, text, StringComparison.CurrentCultureIgnoreCase)
                    || string.Equals(choice.Word, text, StringComparison.OrdinalIgnoreCase)
                )
                ?.Word
            ?? text;
    }

    /// <summary>A list with more words. Beside a place that somebody names "everywhere" would let all others in too; beside an exception (<c>!RO</c>) it is meant.</summary>
    public static ImmutableArray<string> With(ImmutableArray<string> words, IReadOnlyCollection<string> added) =>
        [.. words.Where(word => word != "*" || added.Contains("*") || added.All(more => more.StartsWith('!'))), .. added.Where(more => !words.Contains(more))];

    /// <summary>Countries that a list of words covers.</summary>
    public static HashSet<string> CountriesOf(IEnumerable<string> words)
    {
        var list = words.ToList();
        if (list.Count == 0 || !PlaceSet.TryParse(list, out var set, out _))
            return [];
        return
        [
            .. Countries.All.Where(country => set.Contains(new Guard.Messages.Places.Place(default, Country: country.Code))).Select(country => country.Code),
        ];
    }
}
