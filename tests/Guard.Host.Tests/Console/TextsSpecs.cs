using System.Globalization;
using System.Text.RegularExpressions;
using System.Xml.Linq;
using Guard.Host.Web.Texts;
using Xunit;

namespace Guard.Host.Tests.Console;

/// <summary>English and German say the same, and say all that the pages ask for and nothing else.</summary>
public sealed partial class TextsSpecs
{
    private static readonly string Web = Path.Combine(Repository.Root, "src", "Guard.Host", "Web");

    private static readonly IReadOnlyDictionary<string, string> English = Read("Texts.resx");
    private static readonly IReadOnlyDictionary<string, string> German = Read("Texts.de.resx");

    [Fact]
    public void Both_languages_have_the_same_keys()
    {
        Assert.Empty(English.Keys.Except(German.Keys));
        Assert.Empty(German.Keys.Except(English.Keys));
        Assert.True(English.Count > 300, "hardly any texts were read");
    }

    [Fact]
    public void Both_languages_fill_in_the_same_values()
    {
        var differing = English.Where(pair => !Holes(pair.Value).SetEquals(Holes(German[pair.Key]))).Select(pair => pair.Key);
        Assert.Empty(differing);
    }

    [Theory]
    [InlineData("en", "Romania")]
    [InlineData("de", "Rumänien")]
    public void Countries_are_called_as_the_reader_calls_them(string language, string name)
    {
        CultureInfo.CurrentUICulture = Languages.Find(language);
        Assert.Equal(name, Wording.Country("RO"));
    }

    [Fact]
    public void Every_reason_is_told_in_both_languages()
    {
        var codes = typeof(Guard.Messages.Decisions.ReasonCodes).GetFields().Select(field => (string)field.GetRawConstantValue()!).ToArray();
        Assert.NotEmpty(codes);
        Assert.DoesNotContain(codes, code => !English.ContainsKey($"reason.{code}"));
    }

    /// <summary>Names, codes and words that both languages have.</summary>
    [Fact]
    public void No_english_is_left_in_german()
    {
        var left = German.Where(pair => EnglishWord().IsMatch(Quoted().Replace(pair.Value, ""))).Select(pair => $"{pair.Key}: {pair.Value}");
        Assert.Empty(left);
        var alike = German
            .Where(pair =>
                English[pair.Key] == pair.Value
                && pair.Value.Any(char.IsLetter)
                && pair.Value.Split(' ').Length > 2
                && !pair.Value.Contains("{0} {1}", StringComparison.Ordinal)
            )
            .Select(pair => $"{pair.Key}: {pair.Value}");
        Assert.Empty(alike);
    }

    [Fact]
    public void A_word_hangs_on_whether_there_is_one()
    {
        CultureInfo.CurrentCulture = CultureInfo.CurrentUICulture = Languages.Find("en");
        Assert.Equal("1 hour", Wording.Say("lock.hours", 1));
        Assert.Equal("8 hours", Wording.Say("lock.hours", 8));
        CultureInfo.CurrentCulture = CultureInfo.CurrentUICulture = Languages.Find("de");
        Assert.Equal("1 Stunde", Wording.Say("lock.hours", 1));
        Assert.Equal("8 Stunden", Wording.Say("lock.hours", 8));
    }

    [Fact]
    public void Every_text_of_both_languages_can_be_filled_in()
    {
        foreach (var language in new[] { "en", "de" })
        {
            CultureInfo.CurrentCulture = CultureInfo.CurrentUICulture = Languages.Find(language);
            foreach (var key in English.Keys)
            {
                foreach (var value in new[] { "1", "7" })
                    Assert.DoesNotMatch(@"\{\d|\|.*\}|^\[", Wording.Say(key, value, value, value, value, value, value, value, value));
            }
        }
    }

    [Fact]
    public void Every_key_that_a_page_asks_for_is_there()
    {
        var missing = Asked()
            .Where(key => !key.EndsWith('*') && !English.ContainsKey(key))
            .Concat(Asked().Where(key => key.EndsWith('*') && !English.Keys.Any(known => known.StartsWith(key[..^1], StringComparison.Ordinal))));
        Assert.Empty(missing);
    }

    [Fact]
    public void No_key_is_left_that_nobody_asks_for()
    {
        var asked = Asked().ToHashSet();
        var literals = Sources().SelectMany(text => Literal().Matches(text).Select(match => match.Groups[1].Value)).ToHashSet();
        var prefixes = asked
            .Where(key => key.EndsWith('*'))
            .Select(key => key[..^1])
            .Concat(Sources().SelectMany(text => Begun().Matches(text).Select(match => match.Groups[1].Value)))
            .ToArray();
        Assert.DoesNotContain(
            English.Keys,
            key => !asked.Contains(key) && !literals.Contains(key) && !prefixes.Any(prefix => key.StartsWith(prefix, StringComparison.Ordinal))
        );
    }

    /// <summary>Keys given to Say and Has; one that is put together ends with an asterisk where the first hole is.</summary>
    private static List<string> Asked() =>
        [
            .. Sources()
                .SelectMany(text => Call().Matches(text).Select(match => match.Groups[1].Value))
                .Select(key => key.IndexOf('{') is var hole && hole >= 0 ? key[..hole] + "*" : key)
                .Distinct(),
        ];

    private static IEnumerable<string> Sources() =>
        Directory
            .EnumerateFiles(Web, "*", SearchOption.AllDirectories)
            .Where(file => file.EndsWith(".razor", StringComparison.Ordinal) || file.EndsWith(".cs", StringComparison.Ordinal))
            .Select(File.ReadAllText);

    private static HashSet<string> Holes(string text) => [.. Hole().Matches(text).Select(match => match.Value)];

    private static Dictionary<string, string> Read(string file) =>
        XDocument
            .Load(Path.Combine(Web, "Texts", file))
            .Root!.Elements("data")
            .ToDictionary(data => data.Attribute("name")!.Value, data => data.Element("value")!.Value);

    [GeneratedRegex(@"\b(?:Say|Has)\(\$?""([^""]+)""")]
    private static partial Regex Call();

    [GeneratedRegex(@"""([a-z][a-z-]*\.[A-Za-z0-9.-]+)""")]
    private static partial Regex Literal();

    [GeneratedRegex(@"\$""([a-z][a-z-]*\.[a-z-]*)\{")]
    private static partial Regex Begun();

    /// <summary>Words that no German text has.</summary>
    [GeneratedRegex(@"\b(?:the|and|of|is|are|not|with|from|this|that|you|your|were|for)\b", RegexOptions.IgnoreCase)]
    private static partial Regex EnglishWord();

    /// <summary>Settings and commands are called the same everywhere.</summary>
    [GeneratedRegex(@"[\w.-]+\.[\w.-]+|accountguard [\w -]+")]
    private static partial Regex Quoted();

    [GeneratedRegex(@"\{\d")]
    private static partial Regex Hole();
}
