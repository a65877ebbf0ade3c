using System.Collections.Immutable;
using System.Runtime.CompilerServices;
using Guard.Host.Node;
using Guard.Messages.Inspection;

namespace Guard.Host.Inspection;

/// <summary>A row of an answer, or a note about the answer itself, such as a node that is silent.</summary>
public readonly record struct InspectionItem(ImmutableArray<Cell> Cells, string Note);

/// <summary>Runs commands of the vocabulary: here, or on every node of the cluster.</summary>
public sealed class Inspector(InspectedNode node)
{
    /// <exception cref="InspectionException">No answer is possible.</exception>
    public async IAsyncEnumerable<InspectionItem> RunAsync(
        InspectionCommand command,
        InspectionArguments arguments,
        [EnumeratorCancellation] CancellationToken cancel
    )
    {
        Name(arguments);
        if (command.Gather is { } gather)
        {
            await foreach (var item in gather(node, arguments, cancel).ConfigureAwait(false))
                yield return item;
            yield break;
        }
        await foreach (var row in command.Answer(node, arguments, cancel).ConfigureAwait(false))
            yield return new InspectionItem(row, "");
    }

    /// <summary>The whole answer of a command that has one.</summary>
    /// <exception cref="InspectionException">No answer is possible.</exception>
    public Task<object> AnswerAsync(
        Func<InspectedNode, InspectionArguments, CancellationToken, Task<object>> whole,
        InspectionArguments arguments,
        CancellationToken cancel
    )
    {
        Name(arguments);
        return whole(node, arguments, cancel);
    }

    private void Name(InspectionArguments arguments)
    {
        if (node.Names is { } names)
            arguments.Resolve = names.Resolve;
    }
}
