using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using Guard.Host.Configuration;
using Guard.Host.Inspection;
using Guard.Host.Node;
using Guard.Host.Node.Health;
using Guard.Host.Node.Questions;
using Guard.Host.Platform;
using Guard.Host.Running.Setup;
using Guard.Host.Texts;
using Guard.Messages.Policies;

namespace Guard.Host.Commands;

/// <summary><c>accountguard status</c>: in about ten lines what a running guard reads, what it does, how it is, and what to do next.</summary>
internal static class StatusCommand
{
    /// <summary>Before the last word of a process in its log.</summary>
    private const string Fatal = " FTL] ";

    /// <summary>Less than a page of a database, in bytes.</summary>
    private const long Page = 4096;

    private const int ShownSources = 4;
    private const int ShownFindings = 3;
    private const int SummaryColumns = 6;

    public static Command Create(Option<string?> config, Option<string[]> set, Option<string> format, Func<string[]?, IReadOnlyDictionary<string, string>> sets)
    {
        var command = new Command("status", "Show what a running guard reads, what it does, how it is, and what to do next. Exit 1 when something is at fault.")
        {
            config,
            set,
            format,
        };
        command.SetAction(
            (result, cancellation) =>
                RunAsync(result.GetValue(config), sets(result.GetValue(set)), result.GetValue(format) == "json", Console.Out, cancellation)
        );
        return command;
    }

    internal static async Task<int> RunAsync(
        string? config,
        IReadOnlyDictionary<string, string> sets,
        bool json,
        TextWriter output,
        CancellationToken cancellation
    )
    {
        var loaded = GuardConfiguration.Load(config, sets);
        if (loaded.Settings is not { } settings)
            return ConfigurationMistakes.Refuse(loaded.Faults, Console.Error);
        try
        {
            var status = await AskAsync(new InspectionClient(settings.InspectionSocket), settings.Mode, cancellation).ConfigureAwait(false);
            if (json)
                output.WriteLine(JsonSerializer.Serialize(status, JsonSerializerOptions.Web));
            else
                Write(status, output);
            return status.Faults.Count == 0 ? 0 : 1;
        }
        catch (InspectionException failure)
        {
            Console.Error.WriteLine(failure.Message);
            if (await LastWordAsync(new ProcessRunner(), cancellation).ConfigureAwait(false) is { } why)
                Console.Error.WriteLine($"why it ended: {IncidentText.Safe(why)}");
            if (IsFull(settings.DataDirectory))
                Console.Error.WriteLine($"the file system of {settings.DataDirectory} is full");
            Console.Error.WriteLine("journalctl -u accountguard says more");
            return 1;
        }
    }

    /// <summary>What a guard that did not start, or died, said last of it in systemd's journal; null: nothing.</summary>
    private static async Task<string?> LastWordAsync(ProcessRunner runner, CancellationToken cancellation)
    {
        try
        {
            var said = await runner
                .Run(new ProcessRequest("journalctl", "--unit=accountguard.service", "--boot", "--output=cat", "--lines=50", "--no-pager"), cancellation)
                .ConfigureAwait(false);
            return Array.FindLast(said.Output.Split('\n'), line => line.Contains(Fatal, StringComparison.Ordinal)) is { } line
                ? line[(line.IndexOf(Fatal, StringComparison.Ordinal) + Fatal.Length)..]
                : null;
        }
        catch (EnforcementException)
        {
            // A machine without systemd.
            return null;
        }
    }

    private static bool IsFull(string directory)
    {
        try
        {
            return new DriveInfo(directory).AvailableFreeSpace < Page;
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException or ArgumentException)
        {
            return false;
        }
    }

    private static async Task<Status> AskAsync(InspectionClient guard, GuardMode mode, CancellationToken cancel)
    {
        var findings = new List<Finding>();
        await foreach (var item in guard.AskAsync([HealthWords.Command], cancel).ConfigureAwait(false))
        {
            if (item.Cells.Length > 0)
                findings.Add(HealthWords.Read(item.Cells).Finding);
        }
        var columns = Vocabulary.Parse(["intake"]).Command.Columns.Select((column, at) => (column.Name, at)).ToDictionary(one => one.Name, one => one.at);
        var sources = new List<Source>();
        await foreach (var item in guard.AskAsync(["intake"], cancel).ConfigureAwait(false))
        {
            if (item.Cells.Length > 0)
                sources.Add(
                    new Source(
                        item.Cells[columns["source"]].Text,
                        item.Cells[columns["kind"]].Text,
                        (long)item.Cells[columns["lines"]].Number,
                        (long)item.Cells[columns["asked"]].Number,
                        item.Cells[columns["problem"]].Text
                    )
                );
        }
        var seen = new ActivitySummary(0, false, new Dictionary<Rung, int>());
        await foreach (var item in guard.AskAsync(["summary"], cancel).ConfigureAwait(false))
        {
            // The first column says which node it is.
            if (item.Cells.Length > 0)
                seen = Together(seen, NodeQuestions.Summary.Read(item.Cells[^SummaryColumns..]));
        }
        return new Status(
            mode.ToString().ToLowerInvariant(),
            sources,
            seen,
            await CountAsync(guard, ["locks", "list"], cancel).ConfigureAwait(false),
            await CountAsync(guard, ["blocks", "list"], cancel).ConfigureAwait(false),
            [.. findings.Where(finding => finding.Level == FindingLevel.Fault).Select(Problem.Of)],
            [.. findings.Where(finding => finding.Level == FindingLevel.Warning).Select(Problem.Of)]
        );
    }

    private static ActivitySummary Together(ActivitySummary one, ActivitySummary other) =>
        new(
            one.Accounts + other.Accounts,
            one.More || other.More,
            one.Rungs.Concat(other.Rungs).GroupBy(rung => rung.Key).ToDictionary(rung => rung.Key, rung => rung.Sum(count => count.Value))
        );

    private static async Task<int> CountAsync(InspectionClient guard, string[] words, CancellationToken cancel)
    {
        var count = 0;
        await foreach (var item in guard.AskAsync(words, cancel).ConfigureAwait(false))
            count += item.Cells.Length > 0 ? 1 : 0;
        return count;
    }

    internal static void Write(Status status, TextWriter output)
    {
        output.WriteLine(
            status.Mode == "observe"
                ? "AccountGuard runs in observe mode: it watches and reports, and refuses, locks and blocks nothing"
                : "AccountGuard runs in enforce mode"
        );
        var used = status.Sources.Where(source => source.Lines > 0 || source.Asked > 0).OrderByDescending(source => source.Lines + source.Asked).ToArray();
        foreach (var source in used.Take(ShownSources))
            output.WriteLine(
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"  {source.Kind} {IncidentText.Safe(source.Name)}: {(source.Asked > 0 ? $"asked {source.Asked:N0} times" : $"{source.Lines:N0} lines read")}"
                )
            );
        if (used.Length > ShownSources)
            output.WriteLine($"  and {used.Length - ShownSources} more: accountguard intake");
        if (used.Length == 0)
            output.WriteLine("  nothing was read yet");
        output.WriteLine(Accounts(status));
        output.WriteLine($"{status.Locks} accounts are locked, {status.Blocks} networks blocked");
        output.WriteLine(status.Faults.Count == 0 ? "It is well" : $"At fault: {status.Faults.Count}");
        foreach (var problem in status.Faults.Concat(status.Warnings).Take(ShownFindings))
            output.WriteLine(
                $"  {IncidentText.Safe(problem.Check)}: {IncidentText.Safe(problem.Text)}{(problem.Remedy.Length > 0 ? $"; {IncidentText.Safe(problem.Remedy)}" : "")}"
            );
        output.WriteLine(
            "Next: "
                + (
                    used.Length == 0 ? "accountguard setup finds the logs of this machine; accountguard doctor says what is missing"
                    : status.Faults.Count > 0 ? "accountguard doctor"
                    : !status.Sources.Any(source => source.Asked > 0) && MailServerHere
                        ? "accountguard setup --mail-server lets the mail server ask the guard and heed its locks"
                    : status.Mode == "observe"
                        ? "accountguard inspect top score shows the strangest accounts; when the reports are to your liking: mode = enforce"
                    : "accountguard inspect tail shows decisions as they are made"
                )
        );
    }

    private static bool MailServerHere =>
        new[] { "/etc/postfix/main.cf", "/etc/dovecot/dovecot.conf", "/etc/mail/sendmail.mc", "/etc/exim4/update-exim4.conf.conf" }.Any(Path.Exists)
        && !new MailServerSetup(new MachineFiles("/"), new ProcessRunner()).IsApplied;

    private static string Accounts(Status status)
    {
        var rungs = status
            .Seen.Rungs.Where(rung => rung.Value > 0)
            .OrderByDescending(rung => rung.Key)
            .Select(rung => $"{rung.Value} {IncidentText.Name(rung.Key)}");
        var text = string.Join(", ", rungs);
        return string.Create(
            CultureInfo.InvariantCulture,
            $"{(status.Seen.More ? "More than " : "")}{status.Seen.Accounts:N0} accounts seen since the guard's start: {(
                text.Length == 0 ? "none stands out"
                : status.Mode == "observe" ? $"in enforce mode there would be {text}"
                : text
            )}"
        );
    }

    internal sealed record Source(string Name, string Kind, long Lines, long Asked, string Problem);

    internal sealed record Problem(string Check, string Text, string Remedy)
    {
        public static Problem Of(Finding finding) => new(finding.Check, finding.Text, finding.Remedy);
    }

    /// <param name="Seen">Accounts since the guard's start, and where they stand.</param>
    /// <param name="Locks">Accounts that are kept locked.</param>
    /// <param name="Blocks">Networks that are kept blocked.</param>
    internal sealed record Status(
        string Mode,
        IReadOnlyList<Source> Sources,
        ActivitySummary Seen,
        int Locks,
        int Blocks,
        IReadOnlyList<Problem> Faults,
        IReadOnlyList<Problem> Warnings
    );
}
