using System.Diagnostics;
using System.Text.RegularExpressions;
using Guard.Host.Inspection;
using Xunit;

namespace Guard.Host.Tests.Running;

/// <summary>The built program itself, as a shell starts it.</summary>
public sealed partial class ProgramSpecs
{
    private static readonly string[] Documents =
    [
        Path.Combine(Repository.Root, "README.md"),
        .. Directory.GetFiles(Path.Combine(Repository.Root, "docs"), "*.md", SearchOption.AllDirectories),
        .. Directory.GetFiles(Path.Combine(Repository.Root, "hocon"), "*.conf"),
    ];

    [Fact]
    public async Task Every_command_that_a_document_tells_to_type_is_there()
    {
        var names = await NamesAsync();
        var told = Documents.SelectMany(file => Typed(File.ReadAllLines(file)).Select(words => (File: Path.GetFileName(file), Words: words))).ToArray();
        Assert.InRange(told.Length, 50, 10_000);
        Assert.All(told, one => Assert.True(names.Contains(one.Words[0]), $"{one.File}: accountguard {string.Join(' ', one.Words)}"));
        var inspected = Vocabulary.Commands.Select(command => command.Name).ToArray();
        Assert.All(
            told.Where(one => one.Words is ["inspect", var word, ..] && char.IsAsciiLetter(word[0])),
            one =>
                Assert.True(
                    inspected.Contains(one.Words[1]) || inspected.Contains(string.Join(' ', one.Words.Skip(1).Take(2))) || one.Words[1] == "help",
                    $"{one.File}: accountguard {string.Join(' ', one.Words)}"
                )
        );
    }

    /// <summary>What stands in fences and behind backticks; prose is not typed.</summary>
    private static IEnumerable<string[]> Typed(string[] lines)
    {
        var fenced = false;
        foreach (var line in lines)
        {
            if (line.StartsWith("```", StringComparison.Ordinal))
                fenced = !fenced;
            var found = fenced ? Fenced().Matches(line) : Quoted().Matches(line);
            foreach (Match match in found)
                yield return match.Groups[1].Value.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        }
    }

    [GeneratedRegex(@"^\s*(?:sudo )?accountguard ([a-z][a-z-]*(?: [a-z-]+)*)")]
    private static partial Regex Fenced();

    [GeneratedRegex(@"`(?:sudo )?accountguard ([a-z][a-z-]*(?: [a-z-]+)*)")]
    private static partial Regex Quoted();

    [Fact]
    public async Task Its_commands_are_listed_each_once()
    {
        var names = await NamesAsync();
        Assert.Contains("run", names);
        Assert.Contains("replay", names);
        Assert.Contains("blocks", names);
        Assert.Equal(names.Distinct(), names);
    }

    [Fact]
    public async Task A_command_that_is_misspelt_is_told_with_what_was_meant()
    {
        var (_, error, code) = await RunAsync("expalin", "info@example.com");
        Assert.Equal(2, code);
        Assert.Contains("there is no command 'expalin'; did you mean explain?", error, StringComparison.Ordinal);
    }

    private static async Task<string[]> NamesAsync()
    {
        var (text, error, code) = await RunAsync("--help");
        Assert.True(code == 0, error);
        return
        [
            .. text[text.IndexOf("Commands:", StringComparison.Ordinal)..]
                .Split('\n')
                .Skip(1)
                // An alias stands before the name: "fetch-country-data, fetch-geo-data  Fetch …".
                .SelectMany(line => (line.Split("  ", StringSplitOptions.RemoveEmptyEntries).FirstOrDefault() ?? "").Split(", "))
                .Select(name => name.Split(' ')[0])
                .Where(name => name.Length > 0),
        ];
    }

    private static async Task<(string Text, string Error, int Code)> RunAsync(params string[] words)
    {
        using var process = Process.Start(
            new ProcessStartInfo("dotnet", [typeof(Guard.Host.Running.GuardNode).Assembly.Location, .. words])
            {
                RedirectStandardOutput = true,
                RedirectStandardError = true,
            }
        )!;
        var error = process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        var text = await process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        return (text, await error, process.ExitCode);
    }
}
