using System.CommandLine;
using System.CommandLine.Parsing;
using System.Text.RegularExpressions;
using Guard.Host.Commands;
using Guard.Host.Inspection;
using Guard.Host.Node;
using Xunit;

namespace Guard.Host.Tests.Commands;

/// <summary>Every call of the program that a document shows is one that the program takes.</summary>
public sealed partial class DocumentedCommandSpecs
{
    private static readonly RootCommand Root = CommandTree.Create();

    public static TheoryData<string> Documents =>
        [
            .. Directory
                .EnumerateFiles(Path.Combine(Repository.Root, "docs"), "*.md", SearchOption.AllDirectories)
                .Concat(Directory.EnumerateFiles(Repository.Root, "*.md"))
                .Select(file => Path.GetRelativePath(Repository.Root, file))
                .Order(StringComparer.Ordinal),
        ];

    [Theory]
    [MemberData(nameof(Documents))]
    public void What_a_document_shows_is_taken(string document)
    {
        var wrong = new List<string>();
        foreach (var (line, whole) in Shown(File.ReadAllText(Path.Combine(Repository.Root, document))))
            wrong.AddRange(ShellWords.Ours(line).SelectMany(words => Wrong(words, whole)).Select(fault => $"{line}\n    {fault}"));
        Assert.True(wrong.Count == 0, string.Join('\n', wrong));
    }

    [Fact]
    public void There_are_calls_to_look_at() =>
        Assert.True(
            Documents.SelectMany(row => Shown(File.ReadAllText(Path.Combine(Repository.Root, row.Data)))).SelectMany(one => ShellWords.Ours(one.Line)).Count()
                > 120
        );

    [Theory]
    [InlineData("accountguard statsu")]
    [InlineData("runuser -u accountguard -- accountguard learn --fast /var/log/mail.log")]
    [InlineData("sudo accountguard queue lst | less")]
    [InlineData("accountguard inspect top scroe")]
    public void A_wrong_call_is_seen(string line) => Assert.NotEmpty(ShellWords.Ours(line).SelectMany(words => Wrong(words, true)));

    /// <param name="whole">A call to be pasted; else a command is only named, without what it is about.</param>
    private static IEnumerable<string> Wrong(string[] words, bool whole)
    {
        // A setting, in a document's HOCON.
        if (words is ["{", ..])
            return [];
        var parsed = Root.Parse(words);
        var faults = parsed
            .Errors.Where(error =>
                whole || parsed.UnmatchedTokens.Count > 0 || error.SymbolResult is ArgumentResult { Tokens.Count: > 0 } or OptionResult { Tokens.Count: > 0 }
            )
            .Select(error => error.Message)
            .ToArray();
        if (faults.Length > 0 || parsed.CommandResult.Command.Name != "inspect" || parsed.GetValue<string[]>("COMMAND") is not { Length: > 0 } asked)
            return faults;
        try
        {
            if (asked is not ["help"])
                Vocabulary.Parse(asked);
            return [];
        }
        catch (InspectionException mistake)
        {
            return [mistake.Message];
        }
    }

    /// <summary>The lines of code blocks, and the code in sentences.</summary>
    private static IEnumerable<(string Line, bool Whole)> Shown(string text)
    {
        var parts = Fence().Split(text);
        for (var i = 0; i < parts.Length; i++)
        {
            if (i % 2 == 1)
                foreach (var line in parts[i].Replace("\\\n", " ", StringComparison.Ordinal).Split('\n'))
                    yield return (line.Trim(), true);
            else
                foreach (Match span in Code().Matches(parts[i]))
                    yield return (Alternatives().Replace(span.Groups[1].Value, "").Replace(" …", "", StringComparison.Ordinal), false);
        }
    }

    [GeneratedRegex("^ *```.*$", RegexOptions.Multiline)]
    private static partial Regex Fence();

    [GeneratedRegex("`([^`\n]*)`")]
    private static partial Regex Code();

    /// <summary>In a sentence the first of several words stands for all: [--grade sending\|strange].</summary>
    [GeneratedRegex(@"\\?\|[^\s\]|\\]+|[\[\]]")]
    private static partial Regex Alternatives();
}
