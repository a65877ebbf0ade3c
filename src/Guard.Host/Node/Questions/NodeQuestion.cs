using System.Collections.Immutable;
using System.Runtime.CompilerServices;
using Guard.Messages.Inspection;

namespace Guard.Host.Node.Questions;

/// <summary>
/// One thing that a node is asked about itself: console, API, health and <c>inspect</c> ask the same question and get the same typed answer. How an answer
/// crosses nodes stands here once, beside how it is read; the order of its cells never changes, new ones are added behind.
/// </summary>
/// <typeparam name="T">One item of the answer.</typeparam>
public abstract class NodeQuestion<T>(string name, bool endless = false) : INodeQuestion
{
    public string Name => name;

    public bool Endless => endless;

    /// <exception cref="InspectionException">No answer is possible.</exception>
    public abstract IAsyncEnumerable<T> AnswerAsync(InspectedNode node, ImmutableArray<string> parameters, CancellationToken cancel);

    public abstract ImmutableArray<Cell> Write(T item);

    public abstract T Read(ImmutableArray<Cell> row);

    public async IAsyncEnumerable<ImmutableArray<Cell>> RowsAsync(
        InspectedNode node,
        ImmutableArray<string> parameters,
        [EnumeratorCancellation] CancellationToken cancel
    )
    {
        await foreach (var item in AnswerAsync(node, parameters, cancel).ConfigureAwait(false))
            yield return Write(item);
    }

    /// <summary>What the node knows without asking anybody.</summary>
    protected static async IAsyncEnumerable<T> AtOnce(IEnumerable<T> items, [EnumeratorCancellation] CancellationToken cancel)
    {
        foreach (var item in items)
        {
            cancel.ThrowIfCancellationRequested();
            yield return item;
        }
        await Task.CompletedTask.ConfigureAwait(false);
    }
}
