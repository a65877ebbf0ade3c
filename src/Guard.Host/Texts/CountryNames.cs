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

    private static FrozenDictionary<string, string> ReadGerman()
    {
        using var reader = new StreamReader(typeof(CountryNames).Assembly.GetManifestResourceStream("Guard.Host.Texts.countries.german.txt")!);
        return reader.ReadToEnd().Split('\n').Where(line => line.Length > 3 && line[0] != '#').ToFrozenDictionary(line => line[..2], line => line[3..].Trim());
    }
}
