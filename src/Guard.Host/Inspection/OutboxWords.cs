using System.Collections.Immutable;
using Guard.Actors.Enforcement;
using Guard.Host.Enforcement;
using Guard.Host.Node;
using Guard.Host.Texts;
using Guard.Messages.Enforcement;
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
        new("reports retry", "Try dead letters among the reports anew.", [InspectionArgument.May("ID", ArgumentKind.Word, "one of them; else all")], InspectionScope.EveryNode, [new("revived", CellKind.Number)], RetryAsync),
    ];

    private static async IAsyncEnumerable<ImmutableArray<Cell>> RetryAsync(InspectedNode node, InspectionArguments given, [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancel)
    {
        if (node.Reports is { } reports)
            yield return [(await node.AskAsync<ReportDelivery.Retried>(reports, new ReportDelivery.Retry(given.Word("ID") ?? ""), cancel).ConfigureAwait(false)).Count];
    }

    /// <summary>What waits to be told, what is being delivered, and dead letters with their reason.</summary>
    private static IEnumerable<ImmutableArray<Cell>> Reports(ReportSnapshot outbox)
    {
        var open = outbox.Open.Where(dispatch => dispatch.Dead.Length == 0).OrderBy(dispatch => dispatch.At).ToArray();
        var dead = outbox.Open.Where(dispatch => dispatch.Dead.Length > 0).OrderByDescending(dispatch => dispatch.At).ToArray();
        yield return ["reports", "all", outbox.Waiting.Length + open.Length, open.Length, dead.Length, open.Length == 0 ? Cell.Empty : (DateTimeOffset?)open[0].At,
            outbox.Dropped == 0 ? $"{outbox.Waiting.Length} wait to be told together" : $"{outbox.Waiting.Length} wait to be told together; {outbox.Dropped} found no room"];
        foreach (var dispatch in open.Take(MostEffects))
            yield return ["report", dispatch.Id, 1, 1, Cell.Empty, (DateTimeOffset?)dispatch.At, Of(dispatch)];
        foreach (var dispatch in dead.Take(MostEffects))
            yield return ["dead letter", dispatch.Id, 0, 0, 1, (DateTimeOffset?)dispatch.At, $"{Of(dispatch)}: {IncidentText.Safe(dispatch.Dead)}"];
    }

    private static string Of(ReportDispatch dispatch) =>
        $"{dispatch.Target.Channel.ToString().ToLowerInvariant()} to {IncidentText.Safe(dispatch.Target.Recipient)}, {dispatch.Items.Length} of {IncidentText.Safe(IncidentText.Subject(dispatch.Items[0].Effect))}{(dispatch.Digest ? " and others" : "")}";

    private static async IAsyncEnumerable<ImmutableArray<Cell>> ShowAsync(InspectedNode node, InspectionArguments given, [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancel)
    {
        foreach (var worker in node.Workers)
        {
            var status = await node.AskAsync<WorkerStatus>(worker, GetWorkerStatus.Instance, cancel).ConfigureAwait(false);
            var refused = status.Refused.Count == 0 ? "" : $"{status.Refused.Count} refused for good, last: {status.Refused[^1]}";
            yield return ["worker", status.Name, status.Wanted, status.Pending, status.Failures, Cell.Empty, status.LastError.Length > 0 ? status.LastError : refused];
        }
        if (node.Reports is { } reports)
        {
            foreach (var row in Reports(await node.AskAsync<ReportSnapshot>(reports, ReportDelivery.List.Instance, cancel).ConfigureAwait(false)))
                yield return row;
        }
        var owed = node.Entities.Owed.OrderBy(effect => effect.At).ToArray();
        yield return ["effects", "all accounts", owed.Length, owed.Length, Cell.Empty, owed.Length == 0 ? Cell.Empty : (DateTimeOffset?)owed[0].At, Cell.Empty];
        foreach (var effect in owed.Take(MostEffects))
            yield return ["effect", effect.User.Value, 1, 1, Cell.Empty, (DateTimeOffset?)effect.At, $"{effect.Kind.ToString().ToLowerInvariant()} {effect.Address}".Trim()];
    }
}
