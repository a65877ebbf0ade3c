using System.Text.RegularExpressions;
using Xunit;

namespace Guard.EndToEnd.Tests.Running;

/// <summary>The built program, command by command: help with an example, what was meant, a manual page, no colours.</summary>
public sealed partial class CommandTreeTests
{
    private static readonly Lazy<IReadOnlyDictionary<string, string>> Helps = new(Walk);

    [Fact]
    public void Every_command_has_help_with_an_example_of_itself()
    {
        Assert.True(Helps.Value.Count > 25, string.Join('\n', Helps.Value.Keys));
        Assert.All(
            Helps.Value,
            command =>
            {
                Assert.Contains("Description:", command.Value, StringComparison.Ordinal);
                var example = command.Value[command.Value.IndexOf("Example:", StringComparison.Ordinal)..];
                Assert.Contains($"accountguard {command.Key}".TrimEnd(), example, StringComparison.Ordinal);
            }
        );
    }

    [Fact]
    public void Every_command_that_reads_the_configuration_finds_the_installed_one_by_itself() =>
        Assert.All(
            Helps.Value.Values.Where(help => help.Contains("--config", StringComparison.Ordinal)),
            help => Assert.Contains("/etc/accountguard/", help, StringComparison.Ordinal)
        );

    [Fact]
    public void Every_command_has_a_manual_page_in_the_packages()
    {
        var pages = Path.Combine(GuardProgram.Root, "bin", "packaging", "manual", "man8");
        Requirement.That(Directory.Exists(pages), "needs the manual pages: make packages");
        Assert.All(
            Helps.Value.Keys.Where(command => !command.Contains(' ', StringComparison.Ordinal)),
            command => Assert.True(File.Exists(Path.Combine(pages, $"{$"accountguard-{command}".TrimEnd('-')}.8.gz")), command)
        );
    }

    [Fact]
    public void Help_has_no_colours() => Assert.All(Helps.Value.Values, help => Assert.DoesNotContain("\e", help, StringComparison.Ordinal));

    [Theory]
    [InlineData("statsu", "status")]
    [InlineData("docter", "doctor")]
    [InlineData("qeue", "queue")]
    [InlineData("status --fromat json", "--format")]
    [InlineData("setup --pritn", "--print")]
    public void A_slip_of_the_finger_is_told_what_was_meant(string words, string meant)
    {
        using var guard = new GuardProgram();
        var (_, error, code) = guard.Guard(words.Split(' '));
        Assert.Equal(2, code);
        Assert.Matches($@"did you mean .*{Regex.Escape(meant)}\b", error);
    }

    [Fact]
    public void A_word_that_is_near_to_nothing_is_told_where_the_commands_are()
    {
        using var guard = new GuardProgram();
        var (_, error, code) = guard.Guard("hippopotamus");
        Assert.Equal(2, code);
        Assert.DoesNotContain("did you mean", error, StringComparison.Ordinal);
        Assert.Contains("accountguard --help", error, StringComparison.Ordinal);
    }

    /// <summary>The help of every command by its words, the program itself by none; each command's help names those below it.</summary>
    private static Dictionary<string, string> Walk()
    {
        using var guard = new GuardProgram();
        var helps = new Dictionary<string, string>();
        var left = new Queue<string>([""]);
        while (left.TryDequeue(out var command))
        {
            var (help, error, code) = guard.Guard([.. command.Split(' ', StringSplitOptions.RemoveEmptyEntries), "--help"]);
            Assert.True(code == 0, $"{command} --help: {code} {error}");
            helps.Add(command, help);
            if (help.IndexOf("\nCommands:", StringComparison.Ordinal) is >= 0 and var below)
                foreach (Match name in Names().Matches(help[below..help.IndexOf("\nExample:", StringComparison.Ordinal)]))
                    left.Enqueue($"{command} {name.Groups[1].Value}".Trim());
        }
        return helps;
    }

    [GeneratedRegex(@"^  (?:[a-z-]+, )*([a-z][a-z-]*)", RegexOptions.Multiline)]
    private static partial Regex Names();
}
