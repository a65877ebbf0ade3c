using System.Collections.Immutable;
using System.Globalization;
using Guard.Host.Archive;
using Guard.Host.ConsoleModel.Contracts;
using Guard.Host.Intake;
using Guard.Host.Node;
using Guard.Host.Node.Questions;

namespace Guard.Host.ConsoleModel.ReadModel;

/// <summary>How the sources, the ways of enforcement and the console's own records of each node do.</summary>
internal sealed class NodeHealth(InspectedNode node, RecordsWriter writer, ObservationArchive? archive)
{
    private const double LongLag = 60;

    public async Task<ImmutableArray<HealthItem>> LookAsync(CancellationToken cancel)
    {
        var items = ImmutableArray.CreateBuilder<HealthItem>();
        foreach (var item in await NodeInquiry.ListAsync(node, NodeQuestions.Intake, [], cancel).ConfigureAwait(false))
            items.Add(item.Item is { } source ? Source(item.Node, source) : Silent(item.Node, item.Note));
        foreach (var item in await NodeInquiry.ListAsync(node, NodeQuestions.Outbox, [], cancel).ConfigureAwait(false))
        {
            if (item.Item is { Kind: OutboxKind.Worker or OutboxKind.Effects } worker)
                items.Add(Worker(item.Node, worker));
        }
        items.Add(Own("records", writer.Trouble, writer.Left, []));
        if (archive is not null)
            items.Add(Own("archive", archive.Trouble, archive.Left, [KeyValuePair.Create("megabytes", Number(archive.Bytes / 1e6))]));
        return items.ToImmutable();
    }

    private static HealthItem Silent(string node, string note) => new(node, "node", "silent", false, note, []);

    private static HealthItem Source(string node, IntakeReading source)
    {
        var lag = Math.Round(source.Lag.TotalSeconds, 1);
        // A few answers without the guard happen at a restart; more than one in a thousand is worth a look.
        var good = source.Problem.Length == 0 && lag < LongLag && (source.Unanswered == 0 || source.Unanswered < source.Asked / 1000.0);
        var summary =
            source.Problem.Length > 0 ? source.Problem
            : source.Notice.Length > 0 ? source.Notice
            : source.Asked > 0 ? $"{Number(source.Asked)} asked, {Number(source.Unanswered)} answered without the guard"
            : lag > 0 ? $"{Number(lag)} s behind"
            : "up to date";
        return new HealthItem(
            node,
            "intake",
            source.Name,
            good,
            summary,
            [
                KeyValuePair.Create("kind", source.Kind),
                KeyValuePair.Create("lines", Number(source.Lines)),
                KeyValuePair.Create("ignored", Number(source.Ignored)),
                KeyValuePair.Create("unparsed", Number(source.Unparsed)),
                KeyValuePair.Create("foreign", Number(source.Foreign)),
                KeyValuePair.Create("lost", Number(source.Lost)),
                KeyValuePair.Create("misdated", Number(source.Misdated)),
                KeyValuePair.Create("behind-bytes", Number(source.BehindBytes)),
                KeyValuePair.Create("lag-seconds", Number(lag)),
                KeyValuePair.Create("asked", Number(source.Asked)),
                KeyValuePair.Create("unanswered", Number(source.Unanswered)),
            ]
        );
    }

    private static HealthItem Worker(string node, OutboxItem worker) =>
        new(
            node,
            "enforcement",
            worker.Name,
            worker.Failures is null or 0,
            worker.Detail.Length > 0 ? worker.Detail
                : worker.Pending > 0 ? $"{Number(worker.Pending)} to be done"
                : "done",
            [
                KeyValuePair.Create("wanted", Number(worker.Wanted)),
                KeyValuePair.Create("pending", Number(worker.Pending)),
                KeyValuePair.Create("failures", Number(worker.Failures ?? 0)),
            ]
        );

    private HealthItem Own(string name, string trouble, long left, ImmutableArray<KeyValuePair<string, string>> more) =>
        new(
            node.Name,
            "console",
            name,
            trouble.Length == 0 && left == 0,
            trouble.Length > 0 ? trouble
                : left > 0 ? $"{left} left out"
                : "up to date",
            [KeyValuePair.Create("left-out", Number(left)), .. more]
        );

    private static string Number(double value) => value.ToString("0.#", CultureInfo.InvariantCulture);
}
