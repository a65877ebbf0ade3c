using System.Collections.Immutable;
using Guard.Messages.Inspection;
using Guard.Messages.Policies;

namespace Guard.Host.Node.Questions;

/// <summary>How many accounts a node saw since its start, and how many stand on each rung.</summary>
public sealed class SummaryQuestion() : NodeQuestion<ActivitySummary>("summary")
{
    private static readonly Rung[] Rungs = [Rung.Reported, Rung.Restricted, Rung.Suspended, Rung.Blocked];

    public override IAsyncEnumerable<ActivitySummary> AnswerAsync(InspectedNode node, ImmutableArray<string> parameters, CancellationToken cancel) =>
        AtOnce([node.Entities.Activity.Summary()], cancel);

    public override ImmutableArray<Cell> Write(ActivitySummary item) =>
        [item.Accounts, item.More ? "yes" : "no", .. Rungs.Select<Rung, Cell>(rung => item.Rungs.GetValueOrDefault(rung))];

    public override ActivitySummary Read(ImmutableArray<Cell> row) =>
        new((int)row[0].Number, row[1].Text == "yes", Rungs.Zip(row.Skip(2), (rung, cell) => (rung, Count: (int)cell.Number)).ToDictionary());
}
