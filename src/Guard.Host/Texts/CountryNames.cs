using System.Collections.Frozen;
using Guard.Actors.Policies.Geography;

namespace Guard.Host.Texts;

/// <summary>Countries as the reader's language calls them. The program runs without the system's cultures, so German names come with it.</summary>
public static class CountryNames
{
    private static readonly Lazy<FrozenDictionary<string, string>> German = new(ReadGerman);

    /// <param name="code">ISO 3166-1 alpha-2; what is none comes back as it is.</param>
    /// <param name="language">By its name: without the system's cultures all of them have the invariant's two letters.</param>
    public static string Of(string code, string language) =>
        language.StartsWith("de", StringComparison.OrdinalIgnoreCase) && German.Value.TryGetValue(code, out var german) ? german : Countries.NameOf(code);

    /// <summary>Behind "aus" and "in" in German: those with an article are declined, "aus der Ukraine".</summary>
    /// <param name="code">ISO 3166-1 alpha-2; what is none comes back as it is.</param>
    public static string GermanDative(string code) => WithArticle.TryGetValue(code, out var declined) ? declined : Of(code, "de");

    private static readonly FrozenDictionary<string, string> WithArticle = new Dictionary<string, string>
    {
        ["AE"] = "den Vereinigten Arabischen Emiraten",
        ["BS"] = "den Bahamas",
        ["CD"] = "dem Kongo",
        ["CF"] = "der Zentralafrikanischen Republik",
        ["CG"] = "der Republik Kongo",
        ["CH"] = "der Schweiz",
        ["CI"] = "der Elfenbeinküste",
        ["CK"] = "den Cookinseln",
        ["CZ"] = "der Tschechischen Republik",
        ["DO"] = "der Dominikanischen Republik",
        ["EH"] = "der Westsahara",
        ["FK"] = "den Falklandinseln",
        ["FO"] = "den Färöern",
        ["GB"] = "dem Vereinigten Königreich",
        ["IQ"] = "dem Irak",
        ["IR"] = "dem Iran",
        ["KM"] = "den Komoren",
        ["KY"] = "den Kaimaninseln",
        ["LB"] = "dem Libanon",
        ["MH"] = "den Marshallinseln",
        ["MN"] = "der Mongolei",
        ["MP"] = "den Nördlichen Marianen",
        ["MV"] = "den Malediven",
        ["NL"] = "den Niederlanden",
        ["PH"] = "den Philippinen",
        ["SB"] = "den Salomonen",
        ["SC"] = "den Seychellen",
        ["SD"] = "dem Sudan",
        ["SK"] = "der Slowakei",
        ["SS"] = "dem Südsudan",
        ["TC"] = "den Turks- und Caicosinseln",
        ["TD"] = "dem Tschad",
        ["TR"] = "der Türkei",
        ["UA"] = "der Ukraine",
        ["US"] = "den Vereinigten Staaten von Amerika",
        ["VA"] = "der Vatikanstadt",
        ["VG"] = "den Britischen Jungferninseln",
        ["VI"] = "den Amerikanischen Jungferninseln",
        ["YE"] = "dem Jemen",
    }.ToFrozenDictionary();

    private static FrozenDictionary<string, string> ReadGerman()
    {
        using var reader = new StreamReader(typeof(CountryNames).Assembly.GetManifestResourceStream("Guard.Host.Texts.countries.german.txt")!);
        return reader.ReadToEnd().Split('\n').Where(line => line.Length > 3 && line[0] != '#').ToFrozenDictionary(line => line[..2], line => line[3..].Trim());
    }
}
