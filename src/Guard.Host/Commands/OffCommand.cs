using System.CommandLine;
using Guard.Host.Configuration;
using Guard.Host.Enforcement;
using Guard.Host.Inspection;
using Guard.Host.Node;
using Guard.Host.Platform;

namespace Guard.Host.Commands;

/// <summary>
/// <c>accountguard off</c>: lifts everything that the guard has set. A running guard does it on all nodes; where none answers, it is done on this machine, as
/// when the package is removed.
/// </summary>
internal static class OffCommand
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan LookEvery = TimeSpan.FromMilliseconds(300);

    public static Command Create(Option<string?> config, Option<string[]> set, Option<string> format, Func<string[]?, IReadOnlyDictionary<string, string>> sets)
    {
        var command = new Command("off", "Lift all locks, blocks and limits that the guard has set, on all nodes, and say what. Held mail stays held.")
        {
            config,
            set,
            format,
        };
        command.SetAction(
            (result, cancellation) =>
                RunAsync(
                    result.GetValue(config),
                    sets(result.GetValue(set)),
                    OutputFormat.Rows(result.GetValue(format)),
                    Console.Out,
                    Console.Error,
                    cancellation
                )
        );
        return command;
    }

    public static async Task<int> RunAsync(
        string? config,
        IReadOnlyDictionary<string, string> sets,
        RowFormat format,
        TextWriter output,
        TextWriter errors,
        CancellationToken cancellation
    )
    {
        var loaded = GuardConfiguration.Load(config, sets);
        if (loaded.Settings is not { } settings)
            return ConfigurationMistakes.Refuse(loaded.Faults, errors);
        if (File.Exists(settings.InspectionSocket))
        {
            var said = new StringWriter();
            var guard = new InspectionClient(settings.InspectionSocket);
            if (await InspectCommand.AskAsync(guard, ["off"], format, output, said, cancellation).ConfigureAwait(false) == 0)
                return await UntilDoneAsync(guard, errors, cancellation).ConfigureAwait(false);
            await errors.WriteLineAsync($"{said.ToString().Trim()}; on this machine alone:").ConfigureAwait(false);
        }
        return await HereAsync(settings, format, output, errors, cancellation).ConfigureAwait(false);
    }

    /// <summary>A running guard answers when it is decided; what removes the guard next has to wait until it is done on the machine.</summary>
    private static async Task<int> UntilDoneAsync(InspectionClient guard, TextWriter errors, CancellationToken cancellation)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        patience.CancelAfter(Patience);
        IReadOnlyList<string> left = [];
        try
        {
            while ((left = await LeftAsync(guard, patience.Token).ConfigureAwait(false)).Count > 0)
                await Task.Delay(LookEvery, patience.Token).ConfigureAwait(false);
            return 0;
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            await errors.WriteLineAsync($"not done within {Patience.TotalSeconds:0} s: {string.Join("; ", left)}").ConfigureAwait(false);
            return 1;
        }
        catch (InspectionException failure)
        {
            await errors.WriteLineAsync(failure.Message).ConfigureAwait(false);
            return 1;
        }
    }

    /// <summary>What the ways of enforcement still have to do.</summary>
    private static async Task<IReadOnlyList<string>> LeftAsync(InspectionClient guard, CancellationToken cancellation)
    {
        var columns = Vocabulary.Parse(["outbox"]).Command.Columns.Select((column, at) => (column.Name, at)).ToDictionary(one => one.Name, one => one.at);
        var left = new List<string>();
        await foreach (var item in guard.AskAsync(["outbox"], cancellation).ConfigureAwait(false))
        {
            if (item.Cells.Length > 0 && item.Cells[columns["pending"]].Number > 0)
                left.Add($"{item.Cells[columns["name"]].Text} {item.Cells[columns["detail"]].Text}".TrimEnd());
        }
        return left;
    }

    /// <summary>Without a guard: what stands here is asked of the machine itself.</summary>
    private static async Task<int> HereAsync(GuardSettings settings, RowFormat format, TextWriter output, TextWriter errors, CancellationToken cancellation)
    {
        var state = Path.Combine(settings.DataDirectory, "enforcement");
        var failed = 0;
        var rows = new List<Row>();
        try
        {
            Directory.CreateDirectory(state);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            await errors.WriteLineAsync(failure.Message).ConfigureAwait(false);
            return 1;
        }
        var backends = EnforcementBackends.Of(settings, new ProcessRunner(), state);
        if (backends.Firewall is { } firewall)
            await TryAsync(
                    "blocks",
                    async () =>
                    {
                        var standing = await firewall.List(cancellation).ConfigureAwait(false);
                        var limits = backends.Limiter is { } limiter ? await limiter.Limits(cancellation).ConfigureAwait(false) : [];
                        await firewall.Apply([], [.. standing.Select(one => one.Network)], cancellation).ConfigureAwait(false);
                        if (limits.Count > 0)
                            await backends.Limiter!.Limit([], [.. limits.Select(one => one.Network)], cancellation).ConfigureAwait(false);
                        await firewall.Tidy(cancellation).ConfigureAwait(false);
                        return [.. standing.Concat(limits).Select(one => one.Network.ToString())];
                    }
                )
                .ConfigureAwait(false);
        var sql = EnforcementBackends.Sql(settings, state);
        foreach (var one in sql is null ? backends.Locks : backends.Locks.Add(sql))
            await TryAsync(
                    one.Name,
                    async () =>
                    {
                        var standing = await one.Backend.List(cancellation).ConfigureAwait(false);
                        await one.Backend.Reconcile([], cancellation).ConfigureAwait(false);
                        return [.. standing.Select(locked => locked.User.Value)];
                    }
                )
                .ConfigureAwait(false);
        if (backends.Queue is { } queue)
            foreach (var held in (await queue.List(null, cancellation).ConfigureAwait(false)).GroupBy(held => held.User))
            {
                var text = AccountWayBack.HeldText(held.Key, held.Count());
                rows.Add(new Row("mail", held.Key.Value, text));
                if (format == RowFormat.Text)
                    await output.WriteLineAsync($"mail: {text}").ConfigureAwait(false);
            }
        if (format != RowFormat.Text)
            OutputFormat.WriteRows(output, format, rows, row => row.Result);
        return failed;

        async Task TryAsync(string what, Func<Task<string[]>> lift)
        {
            try
            {
                var lifted = await lift().ConfigureAwait(false);
                rows.AddRange(lifted.Select(name => new Row(what, name, "lifted")));
                if (format == RowFormat.Text)
                    await output
                        .WriteLineAsync(lifted.Length == 0 ? $"{what}: nothing stood" : $"{what}: lifted {string.Join(", ", lifted)}")
                        .ConfigureAwait(false);
            }
            catch (Exception failure) when (failure is IOException or UnauthorizedAccessException or System.Data.Common.DbException)
            {
                failed = 1;
                await errors.WriteLineAsync($"{what}: {failure.Message}").ConfigureAwait(false);
            }
        }
    }

    /// <summary>The columns of the running guard's answer.</summary>
    private sealed record Row(string What, string Name, string Result);
}
