using System.Collections.Immutable;
using Guard.Host.Texts;
using Guard.Messages.Identity;
using Guard.Messages.Inspection;
using Guard.Messages.Policies;

namespace Guard.Host.Node.Questions;

/// <summary>The busiest accounts of a node since its start, or with the parameter <c>score</c> the strangest.</summary>
public sealed class ActivityQuestion() : NodeQuestion<ActiveAccount>("top")
{
    private const int MaxAccounts = 20;

    public override IAsyncEnumerable<ActiveAccount> AnswerAsync(InspectedNode node, ImmutableArray<string> parameters, CancellationToken cancel) =>
        AtOnce(node.Entities.Activity.Top(parameters.FirstOrDefault() == "score", MaxAccounts), cancel);

    public override ImmutableArray<Cell> Write(ActiveAccount item) =>
        [
            item.User.Value,
            item.Site.Value,
            Math.Round(item.Activity, 1),
            Math.Round(item.Score, 1),
            IncidentText.Name(item.Rung),
            (DateTimeOffset?)item.LastSeen,
        ];

    public override ActiveAccount Read(ImmutableArray<Cell> row) =>
        new(
            new UserId(row[0].Text),
            new SiteId(row[1].Text),
            row[2].Number,
            row[3].Number,
            Enum.TryParse<Rung>(row[4].Text, ignoreCase: true, out var rung) ? rung : Rung.Normal,
            row[5].Time
        );
}
