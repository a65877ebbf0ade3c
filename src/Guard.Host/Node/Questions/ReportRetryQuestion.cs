using System.Collections.Immutable;
using System.Runtime.CompilerServices;
using Guard.Actors.Enforcement;
using Guard.Messages.Inspection;

namespace Guard.Host.Node.Questions;

/// <summary>Tries dead letters among the reports anew; the answer is how many. Its one parameter, which may be missing, is a report's id.</summary>
public sealed class ReportRetryQuestion() : NodeQuestion<int>("reports retry")
{
    public override async IAsyncEnumerable<int> AnswerAsync(
        InspectedNode node,
        ImmutableArray<string> parameters,
        [EnumeratorCancellation] CancellationToken cancel
    )
    {
        if (node.Reports is { } reports)
            yield return (
                await node.AskAsync<ReportDelivery.Retried>(reports, new ReportDelivery.Retry(parameters.FirstOrDefault() ?? ""), cancel).ConfigureAwait(false)
            ).Count;
    }

    public override ImmutableArray<Cell> Write(int item) => [item];

    public override int Read(ImmutableArray<Cell> row) => (int)row[0].Number;
}
