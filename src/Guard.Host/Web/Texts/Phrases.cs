using System.Globalization;
using System.Text.RegularExpressions;

namespace Guard.Host.Web.Texts;

/// <summary>
/// What nodes say of themselves and of what was done, in the reader's language. Nodes speak English, also to each other and to scripts; phrases.german.txt holds
/// their phrases, with holes for what differs. What is not in it stays as it is.
/// </summary>
public static partial class Phrases
{
    /// <summary>Longer ones are no phrases.</summary>
    private const int MaxLength = 2000;

    private static readonly string[] MomentForms = ["yyyy-MM-dd", "yyyy-MM-dd HH:mm", "yyyy-MM-dd HH:mm:ss"];

    private static readonly Lazy<Phrase[]> German = new(ReadGerman);

    public static string Of(string text) => text.Length is > 0 and <= MaxLength && CultureInfo.CurrentUICulture.Name == "de" ? InGerman(text, 2) : text;

    /// <summary>Several at once, <c>;</c> between them. A phrase may hold one itself.</summary>
    public static string Each(string text)
    {
        var parts = text.Split("; ");
        string[] said = [.. parts.Select(Of)];
        return said.Zip(parts).All(pair => pair.Item1 != pair.Item2) ? string.Join("; ", said)
            : Of(text) is var whole && whole != text ? whole
            : string.Join("; ", said);
    }

    /// <param name="depth">A hole may hold a phrase itself.</param>
    private static string InGerman(string text, int depth)
    {
        foreach (var phrase in German.Value)
        {
            if (phrase.English.Match(text) is { Success: true } match)
                return Hole().Replace(phrase.Translation, hole => Filled(match.Groups[$"h{hole.Groups[1].Value}"].Value, depth));
        }
        return text;
    }

    private static string Filled(string value, int depth) => Figure(value) ?? (depth > 0 ? InGerman(value, depth - 1) : value);

    /// <summary>A number or a moment as the reader's language writes it; null for anything else. A number without point and comma may be a name and stays.</summary>
    private static string? Figure(string value) =>
        Grouped().IsMatch(value) && decimal.TryParse(value, NumberStyles.Number, CultureInfo.InvariantCulture, out var number)
            ? number.ToString(value.Contains('.', StringComparison.Ordinal) ? "#,0.##" : "#,0", CultureInfo.CurrentCulture)
        : Moment().IsMatch(value) && DateTime.TryParseExact(value.TrimEnd('Z'), MomentForms, CultureInfo.InvariantCulture, DateTimeStyles.None, out var at)
            ? at.ToString(value.Length > 10 ? "g" : "d", CultureInfo.CurrentCulture) + (value[^1] == 'Z' ? " UTC" : "")
        : null;

    /// <summary>What says most is tried first, and what may begin with anything last.</summary>
    private static Phrase[] ReadGerman()
    {
        using var reader = new StreamReader(typeof(Phrases).Assembly.GetManifestResourceStream("Guard.Host.Web.Texts.phrases.german.txt")!);
        return
        [
            .. reader
                .ReadToEnd()
                .Split('\n', StringSplitOptions.RemoveEmptyEntries)
                .Where(line => line[0] != '#')
                .Select(line => line.Split(" => ", 2))
                .OrderBy(parts => parts[0].StartsWith('{'))
                .ThenByDescending(parts => Hole().Replace(parts[0], "").Length)
                .Select(parts => new Phrase(Pattern(parts[0]), parts[1].Trim())),
        ];
    }

    private static Regex Pattern(string english)
    {
        var parts = Hole().Split(english);
        // Text and hole numbers take turns.
        var pattern = string.Concat(parts.Select((part, index) => index % 2 == 0 ? Regex.Escape(part) : $"(?<h{part}>.+?)"));
        // What fills a hole may be a stranger's word: the time it takes grows with its length and no faster.
        return new Regex($"^{pattern}$", RegexOptions.CultureInvariant | RegexOptions.Singleline | RegexOptions.NonBacktracking);
    }

    [GeneratedRegex(@"^(\d{1,3}(,\d{3})+|\d+(?=\.))(\.\d{1,2})?$")]
    private static partial Regex Grouped();

    [GeneratedRegex(@"^\d{4}-\d\d-\d\d( \d\d:\d\d(:\d\d)?Z?)?$")]
    private static partial Regex Moment();

    [GeneratedRegex(@"\{(\d)\}")]
    private static partial Regex Hole();

    private sealed record Phrase(Regex English, string Translation);
}
