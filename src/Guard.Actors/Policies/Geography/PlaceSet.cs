using System.Collections.Immutable;
using Guard.Messages.Places;

namespace Guard.Actors.Policies.Geography;

/// <summary>
/// A set of places written as words: countries, continents, UN M49 regions, subdivisions, networks, autonomous systems and kinds of networks.
/// <c>!word</c> takes out. Compiled for the hot path.
/// </summary>
public sealed class PlaceSet
{
    private readonly PlaceMatch _in;
    private readonly PlaceMatch _out;

    private PlaceSet(ImmutableArray<string> words, PlaceMatch inside, PlaceMatch outside)
    {
        Words = words;
        _in = inside;
        _out = outside;
    }

    public ImmutableArray<string> Words { get; }

    public bool Contains(Place place) => _in.Matches(place) && !_out.Matches(place);

    /// <summary>Whether all that lies in another set surely lies in this one: true is certain, false may be caution.</summary>
    public bool Covers(PlaceSet other) => _in.Covers(other._in) && other._out.Covers(_out);

    /// <summary>Reads words; <paramref name="error"/> says which one is not understood and what was expected.</summary>
    public static bool TryParse(IEnumerable<string> words, out PlaceSet set, out string? error)
    {
        var all = words.ToImmutableArray();
        var inside = new PlaceMatch();
        var outside = new PlaceMatch();
        error = null;
        foreach (var word in all)
        {
            var text = word.Trim();
            var match = inside;
            if (text.StartsWith('!'))
            {
                match = outside;
                text = text[1..].Trim();
            }
            if (!PlaceWords.Add(match, text, out error))
                break;
        }
        // Only exclusions mean everything but these.
        if (all.Length > 0 && all.All(word => word.TrimStart().StartsWith('!')))
            inside.Everything = true;
        set = new PlaceSet(all, inside, outside);
        return error is null;
    }

    /// <summary>Whether it names countries, continents and regions only: what it matches can be told without an address.</summary>
    public bool IsOfCountries => _in.IsOfCountries && _out.IsOfCountries;

    public override string ToString() => string.Join(", ", Words);
}
