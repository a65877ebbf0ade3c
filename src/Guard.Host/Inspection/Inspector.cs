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
    /// <summary>Writes down what is done, before it is done and what came out; null: nobody does.</summary>
    public ActAudit? Acts { get; init; }

    /// <exception cref="InspectionException">No answer is possible.</exception>
    public async IAsyncEnumerable<InspectionItem> RunAsync(
        InspectionCommand command,
        InspectionArguments arguments,
        [EnumeratorCancellation] CancellationToken cancel
    )
    {
        Name(arguments);
        if (command.Act.Length > 0 && Acts is { } acts)
        {
            foreach (var item in await acts.RunAsync(command, arguments, () => ListAsync(command, arguments, cancel), Words, cancel).ConfigureAwait(false))
                yield return item;
            yield break;
        }
        await foreach (var item in RowsAsync(command, arguments, cancel).ConfigureAwait(false))
            yield return item;

        static IEnumerable<ImmutableArray<Cell>> Words(List<InspectionItem> items) => items.Select(item => item.Note.Length > 0 ? ["", item.Note] : item.Cells);
    }

    /// <summary>The whole answer of a command that has one.</summary>
    /// <exception cref="InspectionException">There is none, or no answer is possible.</exception>
    public Task<object> AnswerAsync(InspectionCommand command, InspectionArguments arguments, CancellationToken cancel)
    {
        if (command.Whole is not { } whole || command.RowsOf is not { } rows)
            throw new InspectionException($"'{command.Name}' answers in rows: inspect it");
        Name(arguments);
        return command.Act.Length > 0 && Acts is { } acts
            ? acts.RunAsync(command, arguments, () => whole(node, arguments, cancel), rows, cancel)
            : whole(node, arguments, cancel);
    }

    /// <summary>What is said where no answer came.</summary>
    public Task<string> SilenceAsync() => node.SilenceAsync(CancellationToken.None);

    private async IAsyncEnumerable<InspectionItem> RowsAsync(
        InspectionCommand command,
        InspectionArguments arguments,
        [EnumeratorCancellation] CancellationToken cancel
    )
    {
        if (command.Gather is { } gather)
        {
            await foreach (var item in gather(node, arguments, cancel).ConfigureAwait(false))
                yield return item;
            yield break;
        }
        await foreach (var row in command.Answer(node, arguments, cancel).ConfigureAwait(false))
            yield return new InspectionItem(row, "");
    }

    private async Task<List<InspectionItem>> ListAsync(InspectionCommand command, InspectionArguments arguments, CancellationToken cancel)
    {
        var items = new List<InspectionItem>();
        await foreach (var item in RowsAsync(command, arguments, cancel).ConfigureAwait(false))
            items.Add(item);
        return items;
    }

    private void Name(InspectionArguments arguments)
    {
        if (node.Names is { } names)
            arguments.Resolve = names.Resolve;
    }
}
