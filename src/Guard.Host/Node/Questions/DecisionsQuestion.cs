using System.Collections.Immutable;
using Guard.Host.Texts;
using Guard.Messages.Identity;
using Guard.Messages.Inspection;
using Guard.Messages.Policies;

namespace Guard.Host.Node.Questions;

/// <summary>Decisions as they are made, until the asker has enough. Its one parameter, which may be missing, is an account or a site.</summary>
public sealed class DecisionsQuestion() : NodeQuestion<SeenDecision>("tail", endless: true)
{
    public override IAsyncEnumerable<SeenDecision> AnswerAsync(InspectedNode node, ImmutableArray<string> parameters, CancellationToken cancel) =>
        node.Entities.Decisions.FollowAsync(parameters.FirstOrDefault()?.ToLowerInvariant(), cancel);

    public override ImmutableArray<Cell> Write(SeenDecision item) =>
        [
            (DateTimeOffset?)item.At,
            item.User.Value,
            item.What,
            item.Address,
            item.Country,
            item.Score,
            IncidentText.Name(item.Rung),
            item.Detail,
            item.Site.Value,
        ];

    public override SeenDecision Read(ImmutableArray<Cell> row) =>
        new(
            row[0].Time,
            new UserId(row[1].Text),
            new SiteId(row.Length > 8 ? row[8].Text : ""),
            row[2].Text,
            row[3].Text,
            row[4].Text,
            row[5].Number,
            Enum.TryParse<Rung>(row[6].Text, ignoreCase: true, out var rung) ? rung : Rung.Normal,
            row[7].Text
        );
}
