using System.Collections.Immutable;
using Guard.Host.Enforcers;
using Guard.Messages.Inspection;

namespace Guard.Host.Inspection;

/// <summary>Commands about side effects that are not carried out yet.</summary>
internal static class OutboxWords
{
    private const int MostEffects = 100;

    public static ImmutableArray<InspectionCommand> Commands { get; } =
    [
        new("outbox", "What is still to be done: effects that accounts wait for, and what each way of enforcement has to do, with its last error.", [], InspectionScope.EveryNode,
            [
                new("kind", CellKind.Text), new("name", CellKind.Text), new("wanted", CellKind.Number), new("pending", CellKind.Number),
                new("failures", CellKind.Number), new("since", CellKind.Time), new("detail", CellKind.Text),
            ],
            ShowAsync),
    ];

    private static async IAsyncEnumerable<ImmutableArray<Cell>> ShowAsync(InspectedNode node, InspectionArguments given, [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancel)
    {
        foreach (var worker in node.Workers)
        {
            var status = await node.AskAsync<WorkerStatus>(worker, GetWorkerStatus.Instance, cancel).ConfigureAwait(false);
            var refused = status.Refused.Count == 0 ? "" : $"{status.Refused.Count} refused for good, last: {status.Refused[^1]}";
            yield return ["worker", status.Name, status.Wanted, status.Pending, status.Failures, Cell.Empty, status.LastError.Length > 0 ? status.LastError : refused];
        }
        var owed = node.Entities.Owed.OrderBy(effect => effect.At).ToArray();
        yield return ["effects", "all accounts", owed.Length, owed.Length, Cell.Empty, owed.Length == 0 ? Cell.Empty : (DateTimeOffset?)owed[0].At, Cell.Empty];
        foreach (var effect in owed.Take(MostEffects))
            yield return ["effect", effect.User.Value, 1, 1, Cell.Empty, (DateTimeOffset?)effect.At, $"{effect.Kind.ToString().ToLowerInvariant()} {effect.Address}".Trim()];
    }
}
