using System.Collections.Immutable;
using System.Runtime.CompilerServices;
using Guard.Host.Node.Health;
using Guard.Messages.Inspection;

namespace Guard.Host.Node.Questions;

/// <summary>How a node does in its own eyes: the same findings that <c>/health/ready</c>, console and doctor show.</summary>
public sealed class HealthQuestion() : NodeQuestion<Finding>("health")
{
    private static readonly ImmutableArray<string> Levels = ["ok", "warning", "fault"];

    public static string Word(FindingLevel level) => Levels[(int)level];

    public override async IAsyncEnumerable<Finding> AnswerAsync(
        InspectedNode node,
        ImmutableArray<string> parameters,
        [EnumeratorCancellation] CancellationToken cancel
    )
    {
        if (node.Health is not { } health)
            yield break;
        foreach (var finding in await health.LookAsync(cancel).ConfigureAwait(false))
            yield return finding;
    }

    public override ImmutableArray<Cell> Write(Finding item) => [item.Check, Word(item.Level), item.Text, item.Remedy, item.Needed ? 1 : 0];

    public override Finding Read(ImmutableArray<Cell> row) =>
        new(row[0].Text, (FindingLevel)Math.Max(0, Levels.IndexOf(row[1].Text)), row[2].Text, row[3].Text) { Needed = row[4].Number > 0 };
}
