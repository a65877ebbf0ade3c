using System.CommandLine;
using Guard.Host.Configuration;
using Guard.Host.Inspection;
using Guard.Host.Node;

namespace Guard.Host.Commands;

/// <summary>
/// <c>accountguard off</c>: lifts every lock and every block of a running guard and lets held mail go, and waits until that is done on the machine. What packages do
/// before they are removed.
/// </summary>
internal static class OffCommand
{
    private const string Reason = "accountguard off";

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan LookEvery = TimeSpan.FromMilliseconds(300);

    public static Command Create(Option<string?> config, Option<string[]> set, Func<string[]?, IReadOnlyDictionary<string, string>> sets)
    {
        var command = new Command("off", "Lift every lock and every block, and let held mail go. The guard runs on; mode = observe keeps it from acting again.")
        {
            config,
            set,
        };
        command.SetAction((result, cancellation) => RunAsync(result.GetValue(config), sets(result.GetValue(set)), cancellation));
        return command;
    }

    private static async Task<int> RunAsync(string? config, IReadOnlyDictionary<string, string> sets, CancellationToken cancellation)
    {
        var loaded = GuardConfiguration.Load(config, sets);
        if (loaded.Settings is not { } settings)
            return CheckConfigCommand.Refuse(loaded.Faults, Console.Error);
        var guard = new InspectionClient(settings.InspectionSocket);
        try
        {
            var locked = (await RowsAsync(guard, ["locks", "list"], "user", cancellation).ConfigureAwait(false)).Distinct().ToArray();
            foreach (var user in locked)
                await RowsAsync(guard, ["user", "release", user, Reason], "result", cancellation).ConfigureAwait(false);
            var blocked = await RowsAsync(guard, ["blocks", "list"], "network", cancellation).ConfigureAwait(false);
            foreach (var network in blocked)
                await RowsAsync(guard, ["blocks", "remove", network, Reason], "result", cancellation).ConfigureAwait(false);
            Console.Out.WriteLine($"{locked.Length} accounts released, {blocked.Count} blocks lifted");
            return await UntilDoneAsync(guard, cancellation).ConfigureAwait(false);
        }
        catch (InspectionException failure)
        {
            Console.Error.WriteLine(failure.Message);
            return 1;
        }
    }

    private static async Task<int> UntilDoneAsync(InspectionClient guard, CancellationToken cancellation)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        patience.CancelAfter(Patience);
        IReadOnlyList<string> left = [];
        try
        {
            do
            {
                left = await LeftAsync(guard, patience.Token).ConfigureAwait(false);
                if (left.Count == 0)
                    return 0;
                await Task.Delay(LookEvery, patience.Token).ConfigureAwait(false);
            } while (true);
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            Console.Error.WriteLine($"not done within {Patience.TotalSeconds:0} s: {string.Join("; ", left)}");
            return 1;
        }
    }

    /// <summary>What the ways of enforcement still have to do.</summary>
    private static async Task<IReadOnlyList<string>> LeftAsync(InspectionClient guard, CancellationToken cancellation)
    {
        var columns = ColumnsOf("outbox");
        var left = new List<string>();
        await foreach (var item in guard.AskAsync(["outbox"], cancellation).ConfigureAwait(false))
        {
            if (item.Cells.Length > 0 && item.Cells[columns["pending"]].Number > 0)
                left.Add($"{item.Cells[columns["name"]].Text} {item.Cells[columns["detail"]].Text}".TrimEnd());
        }
        return left;
    }

    private static async Task<IReadOnlyList<string>> RowsAsync(InspectionClient guard, string[] words, string column, CancellationToken cancellation)
    {
        var at = ColumnsOf(words)[column];
        var cells = new List<string>();
        await foreach (var item in guard.AskAsync(words, cancellation).ConfigureAwait(false))
        {
            if (item.Cells.Length > at)
                cells.Add(item.Cells[at].Text);
        }
        return cells;
    }

    private static Dictionary<string, int> ColumnsOf(params string[] words) =>
        Vocabulary.Parse(words).Command.Columns.Select((column, at) => (column.Name, at)).ToDictionary(one => one.Name, one => one.at);
}
