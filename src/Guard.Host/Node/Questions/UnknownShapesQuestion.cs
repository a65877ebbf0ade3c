using System.Collections.Immutable;
using Guard.Host.Intake.Logs.Shapes;
using Guard.Messages.Inspection;

namespace Guard.Host.Node.Questions;

/// <summary>The shapes of lines that known daemons wrote and that were not understood.</summary>
public sealed class UnknownShapesQuestion() : NodeQuestion<UnknownShape>("intake unknown")
{
    public override IAsyncEnumerable<UnknownShape> AnswerAsync(InspectedNode node, ImmutableArray<string> parameters, CancellationToken cancel) =>
        AtOnce(node.Intake.Unknown.Snapshot(), cancel);

    public override ImmutableArray<Cell> Write(UnknownShape item) => [item.Count, item.Daemon, item.Program, item.Shape, item.Example];

    public override UnknownShape Read(ImmutableArray<Cell> row) => new(row[1].Text, row[2].Text, row[3].Text, (long)row[0].Number, row[4].Text);
}
