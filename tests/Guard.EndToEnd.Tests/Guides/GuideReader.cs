using System.Diagnostics;
using System.Globalization;
using Guard.EndToEnd.Tests.Install;
using Xunit;

namespace Guard.EndToEnd.Tests.Guides;

/// <summary>Does what a guide says, in its order, on the machines that it is about, and compares what it shows.</summary>
/// <param name="machines">By the names that the guide gives them; "" is the only one of a guide that names none.</param>
internal sealed class GuideReader(string page, IReadOnlyDictionary<string, BootedMachine> machines, ITestOutputHelper output)
{
    /// <summary>Where an admin stands who logged in, and where they copied the package to.</summary>
    private const string Home = "cd /root";

    private int _commands;
    private Stopwatch _time = new();

    public static string Folder => Path.Combine(GuardProgram.Root, "docs", "guides");

    public async Task FollowAsync()
    {
        var text = await File.ReadAllTextAsync(Path.Combine(Folder, page), TestContext.Current.CancellationToken);
        _time = Stopwatch.StartNew();
        foreach (var step in Guide.Read(text))
            await DoAsync(step, text);
        output.WriteLine(Told($"{page}: all {_commands} commands, {_time.Elapsed.TotalSeconds:0} s"));
    }

    private async Task DoAsync(Step step, string page)
    {
        switch (step)
        {
            case Step.Commands { Text: var text }:
                _commands += text.Split('\n').Count(line => line.Length > 0 && !char.IsWhiteSpace(line[0]) && line[0] is not '#');
                Bash(step, text);
                break;
            case Step.Meanwhile { Text: var text }:
                Bash(step, text);
                break;
            case Step.Copied copied:
                foreach (var file in copied.Files)
                {
                    Machine(copied).Must("mkdir", "-p", Path.GetDirectoryName(file)!);
                    Machine(copied).Write(file, Machine(copied with { Machine = copied.From }).Must("cat", file));
                }
                break;
            case Step.Lines { Path: var path, Text: var text, Anew: var anew }:
                var before = anew ? "" : Machine(step).Run("cat", path).Out;
                Machine(step).Write(path, before + text);
                break;
            case Step.Dialogue dialogue:
                _commands++;
                await AskAsync(dialogue);
                break;
            case Step.NotRun { Text: var text, Reason: var reason }:
                output.WriteLine($"{At(step)}: not run, {reason}: {text.Split('\n')[0]}");
                break;
            case Step.FirstValue:
                var said = Told($"{_commands} commands");
                output.WriteLine($"{At(step)}: first value after {said}, {Told($"{_time.Elapsed.TotalSeconds:0} s")}");
                Assert.Contains(said, page, StringComparison.Ordinal);
                break;
        }
    }

    private async Task AskAsync(Step.Dialogue dialogue)
    {
        string? missing = null;
        var (text, error, code) = ("", "", 0);
        bool Answered()
        {
            (text, error, code) = Machine(dialogue).Run("bash", "-c", $"{Home}\n{dialogue.Command}");
            missing = Answer.Missing(dialogue.Shown, text + error);
            return missing is null && code != 0 == dialogue.Fails;
        }
        if (Answered())
            return;
        string Said() => $"{At(dialogue)}: {dialogue.Command}: {code}, without »{missing}«\n{text}{error}\n{Journal(dialogue)}";
        Assert.True(dialogue.Until, Said());
        await GuardProgram.UntilAsync(Answered, Said);
    }

    private void Bash(Step step, string text)
    {
        // The failing line, as the guide has it.
        var (said, error, code) = Machine(step).Run("bash", "-c", $"{Home}; set -Eeuo pipefail; trap 'echo \"fails: $BASH_COMMAND\" >&2' ERR\n{text}");
        Assert.True(code == 0, $"{At(step)}: {code}\n{text}\n{said}{error}\n{Journal(step)}");
    }

    private BootedMachine Machine(Step step) =>
        machines.TryGetValue(step.Machine, out var machine)
            ? machine
            : throw new FormatException($"{At(step)}: there is no machine »{step.Machine}«, but {string.Join(", ", machines.Keys)}");

    private string Journal(Step step) =>
        Machine(step)
            .Run("journalctl", "-n", "40", "--no-pager", "-u", "accountguard*", "-u", "postfix*", "-u", "dovecot", "-u", "sendmail", "-u", "exim4")
            .Out;

    private string At(Step step) => Told($"docs/guides/{page}:{step.Line}");

    private static string Told(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
