using System.Collections.Immutable;
using System.Globalization;
using Guard.Host.Archive;
using Guard.Host.ConsoleModel.Contracts;
using Guard.Host.Inspection;
using Guard.Host.Node;
using Guard.Messages.Inspection;

namespace Guard.Host.ConsoleModel.ReadModel;

/// <summary>How the sources, the ways of enforcement and the console's own records of each node do.</summary>
internal sealed class NodeHealth(InspectedNode node, Inspector inspector, RecordsWriter writer, ObservationArchive? archive)
{
    private const double LongLag = 60;

    public async Task<ImmutableArray<HealthItem>> LookAsync(CancellationToken cancel)
    {
        var items = ImmutableArray.CreateBuilder<HealthItem>();
        foreach (var item in await Answers.InspectAsync(inspector, ["intake"], cancel).ConfigureAwait(false))
            items.Add(item.Note.Length > 0 ? Silent(item.Note) : Source(item.Cells));
        foreach (var item in await Answers.InspectAsync(inspector, ["outbox"], cancel).ConfigureAwait(false))
        {
            if (item.Note.Length == 0 && item.Cells[1].Text is "worker" or "effects")
                items.Add(Worker(item.Cells));
        }
        items.Add(Own("records", writer.Trouble, writer.Left, []));
        if (archive is not null)
            items.Add(Own("archive", archive.Trouble, archive.Left, [KeyValuePair.Create("megabytes", Number(archive.Bytes / 1e6))]));
        return items.ToImmutable();
    }

    private static HealthItem Silent(string note) => new(note.Split(' ')[0], "node", "silent", false, note, []);

    private static HealthItem Source(ImmutableArray<Cell> cells)
    {
        var (lag, asked, unanswered) = (cells[7].Number, cells[9].Number, cells[10].Number);
        // A few answers without the guard happen at a restart; more than one in a thousand is worth a look.
        var problem = cells[13].Text;
        var good = lag < LongLag && problem.Length == 0 && (unanswered == 0 || unanswered < asked / 1000);
        var notice = problem.Length > 0 ? problem : cells[19].Text;
        var summary = notice.Length > 0 ? notice : asked > 0 ? $"{Number(asked)} asked, {Number(unanswered)} answered without the guard" : lag > 0 ? $"{Number(lag)} s behind" : "up to date";
        return new HealthItem(cells[0].Text, "intake", cells[1].Text, good, summary,
        [
            KeyValuePair.Create("kind", cells[2].Text), KeyValuePair.Create("lines", Number(cells[3].Number)), KeyValuePair.Create("ignored", Number(cells[4].Number)), KeyValuePair.Create("unparsed", Number(cells[5].Number)), KeyValuePair.Create("foreign", Number(cells[16].Number)),
            KeyValuePair.Create("lost", Number(cells[17].Number)), KeyValuePair.Create("misdated", Number(cells[18].Number)),
            KeyValuePair.Create("behind-bytes", Number(cells[6].Number)), KeyValuePair.Create("lag-seconds", Number(lag)), KeyValuePair.Create("asked", Number(asked)), KeyValuePair.Create("unanswered", Number(unanswered)),
        ]);
    }

    private static HealthItem Worker(ImmutableArray<Cell> cells)
    {
        var (wanted, pending, failures) = (cells[3].Number, cells[4].Number, cells[5].Number);
        return new HealthItem(cells[0].Text, "enforcement", cells[2].Text, failures == 0, cells[7].Text.Length > 0 ? cells[7].Text : pending > 0 ? $"{Number(pending)} to be done" : "done",
            [KeyValuePair.Create("wanted", Number(wanted)), KeyValuePair.Create("pending", Number(pending)), KeyValuePair.Create("failures", Number(failures))]);
    }

    private HealthItem Own(string name, string trouble, long left, ImmutableArray<KeyValuePair<string, string>> more) => new(
        node.Name, "console", name, trouble.Length == 0 && left == 0, trouble.Length > 0 ? trouble : left > 0 ? $"{left} left out" : "up to date", [KeyValuePair.Create("left-out", Number(left)), .. more]);

    private static string Number(double value) => value.ToString("0.#", CultureInfo.InvariantCulture);
}
