using System.Collections.Immutable;
using System.Runtime.CompilerServices;
using Guard.Actors.Enforcement;
using Guard.Host.Enforcement;
using Guard.Host.Texts;
using Guard.Messages.Enforcement;
using Guard.Messages.Inspection;

namespace Guard.Host.Node.Questions;

/// <summary>Side effects that are not carried out yet, and how each way of carrying them out does.</summary>
public sealed class OutboxQuestion() : NodeQuestion<OutboxItem>("outbox")
{
    private const int MaxEffects = 100;

    private static readonly ImmutableArray<(OutboxKind Kind, string Word)> Words =
    [
        (OutboxKind.Worker, "worker"),
        (OutboxKind.Reports, "reports"),
        (OutboxKind.Report, "report"),
        (OutboxKind.DeadLetter, "dead letter"),
        (OutboxKind.Effects, "effects"),
        (OutboxKind.Effect, "effect"),
    ];

    public static string Word(OutboxKind kind) => Words.First(known => known.Kind == kind).Word;

    public override async IAsyncEnumerable<OutboxItem> AnswerAsync(
        InspectedNode node,
        ImmutableArray<string> parameters,
        [EnumeratorCancellation] CancellationToken cancel
    )
    {
        foreach (var worker in node.Workers)
        {
            var status = await node.AskAsync<WorkerStatus>(worker, GetWorkerStatus.Instance, cancel).ConfigureAwait(false);
            var refused = status.Refused.Count == 0 ? "" : $"{status.Refused.Count} refused for good, last: {status.Refused[^1]}";
            yield return new OutboxItem(
                OutboxKind.Worker,
                status.Name,
                status.Wanted,
                status.Pending,
                status.Failures,
                null,
                status.LastError.Length > 0 ? status.LastError : refused
            )
            {
                LastSuccess = status.LastSuccess,
                LastFailure = status.LastFailure,
            };
        }
        if (node.Reports is { } reports)
        {
            foreach (var item in Reports(await node.AskAsync<ReportSnapshot>(reports, ReportDelivery.List.Instance, cancel).ConfigureAwait(false)))
                yield return item;
        }
        var owed = node.Entities.Owed.OrderBy(effect => effect.At).ToArray();
        yield return new OutboxItem(OutboxKind.Effects, "all accounts", owed.Length, owed.Length, null, owed.Length == 0 ? null : owed[0].At, "");
        foreach (var effect in owed.Take(MaxEffects))
            yield return new OutboxItem(
                OutboxKind.Effect,
                effect.User.Value,
                1,
                1,
                null,
                effect.At,
                $"{effect.Kind.ToString().ToLowerInvariant()} {effect.Address}".Trim()
            );
    }

    /// <summary>What waits to be told, what is being delivered, and dead letters with their reason.</summary>
    private static IEnumerable<OutboxItem> Reports(ReportSnapshot outbox)
    {
        var open = outbox.Open.Where(dispatch => dispatch.Dead.Length == 0).OrderBy(dispatch => dispatch.At).ToArray();
        var dead = outbox.Open.Where(dispatch => dispatch.Dead.Length > 0).OrderByDescending(dispatch => dispatch.At).ToArray();
        yield return new OutboxItem(
            OutboxKind.Reports,
            "all",
            outbox.Waiting.Length + open.Length,
            open.Length,
            dead.Length,
            open.Length == 0 ? null : open[0].At,
            $"{outbox.Waiting.Length} wait to be told together{(outbox.Dropped == 0 ? "" : $"; {outbox.Dropped} found no room")}"
        );
        foreach (var dispatch in open.Take(MaxEffects))
            yield return new OutboxItem(OutboxKind.Report, dispatch.Id, 1, 1, null, dispatch.At, Of(dispatch));
        foreach (var dispatch in dead.Take(MaxEffects))
            yield return new OutboxItem(OutboxKind.DeadLetter, dispatch.Id, 0, 0, 1, dispatch.At, $"{Of(dispatch)}: {IncidentText.Safe(dispatch.Dead)}");
    }

    private static string Of(ReportDispatch dispatch)
    {
        var first = IncidentText.Safe(IncidentText.Subject(dispatch.Items[0].Effect));
        return $"{dispatch.Target.Channel.ToString().ToLowerInvariant()} to {IncidentText.Safe(dispatch.Target.Recipient)}, {dispatch.Items.Length} of {first}{(dispatch.Digest ? " and others" : "")}";
    }

    public override ImmutableArray<Cell> Write(OutboxItem item) =>
        [
            Word(item.Kind),
            item.Name,
            item.Wanted,
            item.Pending,
            item.Failures is { } failures ? failures : Cell.Empty,
            item.Since,
            item.Detail,
            item.LastSuccess,
            item.LastFailure,
        ];

    public override OutboxItem Read(ImmutableArray<Cell> row) =>
        new(
            Words.FirstOrDefault(known => known.Word == row[0].Text).Kind,
            row[1].Text,
            (int)row[2].Number,
            (int)row[3].Number,
            row[4].Kind == CellKind.Number ? (int)row[4].Number : null,
            row[5].Kind == CellKind.Time ? row[5].Time : null,
            row[6].Text
        )
        {
            LastSuccess = At(row, 7),
            LastFailure = At(row, 8),
        };

    /// <summary>Null also from a node that does not tell it yet.</summary>
    private static DateTimeOffset? At(ImmutableArray<Cell> row, int cell) => row.Length > cell && row[cell].Kind == CellKind.Time ? row[cell].Time : null;
}
