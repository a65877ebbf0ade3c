using System.CommandLine;
using System.CommandLine.Completions;
using System.Text.RegularExpressions;
using Guard.Host.Commands;
using Xunit;

namespace Guard.Host.Tests.Commands;

/// <summary>What is asked of every command of the program, over the tree of commands itself: a new one is asked too.</summary>
public sealed class EveryCommandSpecs
{
    private static readonly RootCommand Root = CommandTree.Create();

    /// <summary>What prints no data: daemons say what happens, the others write settings or act on files that they name.</summary>
    private static readonly HashSet<string> WithoutData = ["run", "helper", "setup", "import", "restore"];

    public static TheoryData<string> All => [.. Below(Root).Select(HelpWithExample.PathOf)];

    public static TheoryData<string> Acting => [.. Below(Root).Where(command => command.Subcommands.Count == 0).Select(HelpWithExample.PathOf)];

    [Theory]
    [MemberData(nameof(All))]
    public void Its_help_ends_with_an_example_of_itself_that_parses(string name)
    {
        var help = new StringWriter();
        Root.Parse($"{name} --help").Invoke(new InvocationConfiguration { Output = help });
        var example = help.ToString()[help.ToString().IndexOf("Example:", StringComparison.Ordinal)..].Split('\n')[1].Trim();
        var lines = ShellWords.Ours(example).ToArray();
        Assert.Contains(lines, line => string.Join(' ', line).StartsWith(name, StringComparison.Ordinal));
        Assert.All(lines, line => Assert.Empty(Root.Parse(line).Errors.Select(error => $"{example}: {error.Message}")));
    }

    [Theory]
    [MemberData(nameof(All))]
    public void All_that_it_takes_is_said(string name)
    {
        var command = Find(name);
        Assert.EndsWith(".", command.Description, StringComparison.Ordinal);
        Assert.All(command.Options.Where(option => !option.Hidden), option => Assert.False(string.IsNullOrEmpty(option.Description), option.Name));
        Assert.All(command.Arguments, argument => Assert.False(string.IsNullOrEmpty(argument.Description), argument.Name));
    }

    [Theory]
    [MemberData(nameof(Acting))]
    public void What_prints_data_prints_it_as_json(string name)
    {
        var format = Find(name).Options.FirstOrDefault(option => option.Name == "--format");
        Assert.Equal(!WithoutData.Contains(name), format is not null);
        if (format is not null)
            Assert.Contains("json", format.GetCompletions(CompletionContext.Empty).Select(item => item.Label));
    }

    [Theory]
    [MemberData(nameof(All))]
    public void What_a_shell_completes_is_every_command_and_option(string name)
    {
        var command = Find(name);
        var line = $"accountguard {name} ".Replace("  ", " ", StringComparison.Ordinal);
        var output = new StringWriter();
        Root.Parse([$"[suggest:{line.Length}]", line]).Invoke(new InvocationConfiguration { Output = output });
        var said = output.ToString().Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.All(command.Subcommands.Where(one => !one.Hidden).Select(one => one.Name), one => Assert.Contains(one, said));
        Assert.All(command.Options.Where(one => !one.Hidden).Select(one => one.Name), one => Assert.Contains(one, said));
        Assert.All(command.Options.Where(one => one.Hidden).Select(one => one.Name), one => Assert.DoesNotContain(one, said));
        if (command.Arguments is [var first, ..])
            Assert.All(first.GetCompletions(CompletionContext.Empty), word => Assert.Contains(word.Label, said));
    }

    [Theory]
    [MemberData(nameof(All))]
    public void A_slip_of_the_finger_in_it_is_told_what_was_meant(string name)
    {
        var command = Find(name);
        if (command is not RootCommand)
        {
            var above = HelpWithExample.PathOf(command.Parents.OfType<Command>().First());
            Meant($"{above} {Slip(command.Name)}", command.Name);
        }
        foreach (var option in command.Options.Where(one => !one.Hidden).Select(one => one.Name))
            Meant($"{name} {Slip(option)}", option);
        foreach (var word in command.Arguments.Take(1).SelectMany(one => one.GetCompletions(CompletionContext.Empty)).Select(one => one.Label))
            Meant($"{name} {Slip(word)}", word);
    }

    [Fact]
    public void The_commands_that_were_looked_at_are_all_of_them() => Assert.True(All.Count > 35, string.Join('\n', All.Select(row => row.Data)));

    private static void Meant(string line, string meant)
    {
        var errors = new StringWriter();
        var parsed = Root.Parse(line);
        Assert.True(parsed.Errors.Count > 0, $"'{line}' is taken");
        Assert.Equal(2, NearMiss.Refuse(parsed, errors));
        Assert.Matches($@"did you mean .*{Regex.Escape(meant)}\b", errors.ToString());
    }

    /// <summary>The last two letters stand the wrong way round.</summary>
    private static string Slip(string word) => word[^1] == word[^2] ? word[..^1] : $"{word[..^2]}{word[^1]}{word[^2]}";

    private static Command Find(string name) =>
        name.Split(' ', StringSplitOptions.RemoveEmptyEntries).Aggregate((Command)Root, (above, word) => above.Subcommands.Single(one => one.Name == word));

    private static IEnumerable<Command> Below(Command command) => command.Subcommands.SelectMany(Below).Prepend(command);
}
