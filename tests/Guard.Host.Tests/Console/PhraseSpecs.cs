using System.Globalization;
using System.Text.RegularExpressions;
using Guard.Host.Web.Texts;
using Xunit;

namespace Guard.Host.Tests.Console;

/// <summary>What nodes say of themselves is German for whoever reads German.</summary>
public sealed partial class PhraseSpecs
{
    private static readonly string Host = Path.Combine(Repository.Root, "src", "Guard.Host");

    public PhraseSpecs() => CultureInfo.CurrentCulture = CultureInfo.CurrentUICulture = Languages.Find("de");

    [Theory]
    [InlineData("ends: the lock (everything) in lock-command", "endet: die Kontosperre (alles) in lock-command")]
    [InlineData("failed 3 times in a row, 5 wanted, 2 to be done: permission denied", "3-mal in Folge gescheitert, 5 gewollt, 2 zu tun: permission denied")]
    [InlineData(
        "ends: 192.0.2.7/32 blocked in the firewall until 2026-04-15 10:02 UTC",
        "endet: 192.0.2.7/32 in der Firewall gesperrt bis 15.04.2026 10:02 UTC"
    )]
    [InlineData(
        "ends: the reaction: blocked, locked, and its strange addresses blocked in the firewall until 2026-04-15 10:02:23 UTC",
        "endet: die Reaktion: blockiert, gesperrt, und seine fremden Adressen in der Firewall gesperrt bis 15.04.2026 10:02 UTC"
    )]
    [InlineData("127.0.0.1:4053: 2 deleted", "127.0.0.1:4053: 2 gelöscht")]
    [InlineData("intake /var/log/mail.log", "Eingang /var/log/mail.log")]
    [InlineData("58.6 GiB are free in data", "58,6 GiB sind frei in data")]
    [InlineData("1,234 bytes are not read, and for 7 s nothing went on", "1.234 Bytes sind nicht gelesen, und seit 7 s ging nichts weiter")]
    [InlineData("0 wait to be told together", "nichts wartet auf einen gesammelten Bericht")]
    [InlineData("cluster", "Cluster")]
    public void A_phrase_is_said_in_german_with_what_it_holds(string english, string german) => Assert.Equal(german, Phrases.Of(english));

    [Theory]
    [InlineData("")]
    [InlineData("whatever a newer node says")]
    [InlineData("<script>alert(1)</script>")]
    public void What_is_no_phrase_stays_as_it_is(string text) => Assert.Equal(text, Phrases.Of(text));

    [Fact]
    public void In_english_nothing_is_changed()
    {
        CultureInfo.CurrentUICulture = Languages.Find("en");
        Assert.Equal("nothing to do", Phrases.Of("nothing to do"));
    }

    [Fact]
    public void Every_finding_of_health_and_its_remedy_has_a_german_phrase()
    {
        var said = Directory
            .EnumerateFiles(Path.Combine(Host, "Node", "Health"), "*.cs")
            .Append(Path.Combine(Host, "Running", "ConsoleData.cs"))
            .Append(Path.Combine(Host, "Running", "NodeIntake.cs"))
            .Append(Path.Combine(Host, "Web", "WebServer.cs"))
            .SelectMany(file => Calls(File.ReadAllText(file), Findings()))
            .SelectMany(call => Said(call, IsNamed(call) ? 1 : 0))
            .ToHashSet();
        Assert.True(said.Count > 40, $"hardly any findings were read: {said.Count}");
        Assert.DoesNotContain(said, text => Phrases.Of(text) == text);
    }

    [Fact]
    public void Every_mistake_in_a_policy_and_every_rule_that_never_fires_has_a_german_phrase()
    {
        var said = new[] { "QuotaReader", "DeadRules", "PolicyWarnings" }
            .Select(reader => Path.Combine(Host, "Configuration", $"{reader}.cs"))
            .Append(Path.Combine(Host, "ConsoleModel", "Policies", "PolicyBounds.cs"))
            // A quotation mark inside a text does not end it.
            .SelectMany(file => Calls(File.ReadAllText(file).Replace("\\\"", "\x01", StringComparison.Ordinal), Mistakes()))
            .SelectMany(call => Said(call, 0))
            .Select(text => text.Replace('\x01', '"'))
            .ToHashSet();
        Assert.True(said.Count > 25, $"hardly any mistakes were read: {said.Count}");
        Assert.DoesNotContain(said, text => Phrases.Of(text) == text);
    }

    [Theory]
    [InlineData("192.0.2.7/32 is blocked until 2026-04-15 10:02:07Z", "192.0.2.7/32 ist gesperrt bis 15.04.2026 10:02 UTC")]
    [InlineData(
        "192.0.2.0/24 is never blocked; lifted: 192.0.2.7/32; whatever a newer node says",
        "192.0.2.0/24 wird nie gesperrt; aufgehoben: 192.0.2.7/32; whatever a newer node says"
    )]
    [InlineData("absolved; what was seen is usual from now on", "freigesprochen; was auffiel, gilt ab jetzt als gewohnt")]
    public void What_has_come_of_an_act_is_said_in_german_part_by_part(string english, string german) => Assert.Equal(german, Phrases.Each(english));

    /// <summary>The texts of a call, their holes filled.</summary>
    private static IEnumerable<string> Said(string call, int skipped) =>
        Texts().Matches(call).Skip(skipped).Select(text => Hole().Replace(text.Groups[1].Value, "7")).Where(text => Words().IsMatch(text));

    /// <summary>What stands between the brackets of each call.</summary>
    private static IEnumerable<string> Calls(string source, Regex begun)
    {
        foreach (Match begin in begun.Matches(source))
        {
            var (depth, at) = (1, begin.Index + begin.Length);
            var from = at;
            for (var text = false; depth > 0 && at < source.Length; at++)
            {
                if (source[at] == '"')
                    text = !text;
                else if (!text)
                    depth +=
                        source[at] == '(' ? 1
                        : source[at] == ')' ? -1
                        : 0;
            }
            yield return source[from..(at - 1)];
        }
    }

    /// <summary>Whether the name of the check is written out in the call.</summary>
    private static bool IsNamed(string call) => Named().IsMatch(call);

    [GeneratedRegex(@"Finding\.(?:Ok|Warning|Fault)\(")]
    private static partial Regex Findings();

    [GeneratedRegex(@"(?:\.Fault|\.Warn|faults\.Add|new PolicyMistake)\(")]
    private static partial Regex Mistakes();

    [GeneratedRegex(@"^\s*\$?""")]
    private static partial Regex Named();

    [GeneratedRegex(@"""((?:[^""{}]|\{[^{}""]*\})*)""")]
    private static partial Regex Texts();

    [GeneratedRegex(@"\{[^{}]*\}")]
    private static partial Regex Hole();

    /// <summary>Two words of a language, at least.</summary>
    [GeneratedRegex(@"[a-z]{2,} [a-z]{2,}")]
    private static partial Regex Words();
}
