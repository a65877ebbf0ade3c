using System.Collections.Immutable;
using System.Runtime.CompilerServices;
using System.Threading.Channels;
using Akka.Actor;
using Guard.Messages.Inspection;

namespace Guard.Host.Node.Questions;

/// <summary>Asks every node of the cluster one question, this one too, and puts the answers together as they come.</summary>
public static class NodeInquiry
{
    private const int MaxWaiting = 10_000;

    /// <summary>How long another node may be silent at first.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    /// <exception cref="InspectionException">This node has no answer; what goes wrong at another one is a note.</exception>
    public static async IAsyncEnumerable<NodeItem<T>> AskAllAsync<T>(
        InspectedNode node,
        NodeQuestion<T> question,
        ImmutableArray<string> parameters,
        [EnumeratorCancellation] CancellationToken cancel
    )
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        var items = Channel.CreateBounded<NodeItem<T>>(
            new BoundedChannelOptions(MaxWaiting) { FullMode = question.Endless ? BoundedChannelFullMode.DropOldest : BoundedChannelFullMode.Wait }
        );
        var others = OtherNodes.Of(node.System).Select(other => GatherAsync(node, other, question, parameters, items.Writer, stop.Token));
        var gathering = Task.WhenAll(others.Prepend(OwnAsync(node, question, parameters, items.Writer, stop.Token)));
        var closing = gathering.ContinueWith(
            done => items.Writer.TryComplete(done.Exception?.GetBaseException()),
            CancellationToken.None,
            TaskContinuationOptions.ExecuteSynchronously,
            TaskScheduler.Default
        );
        try
        {
            await foreach (var item in items.Reader.ReadAllAsync(cancel).ConfigureAwait(false))
                yield return item;
        }
        finally
        {
            await stop.CancelAsync().ConfigureAwait(false);
            await closing.ConfigureAwait(false);
        }
    }

    private static async Task OwnAsync<T>(
        InspectedNode node,
        NodeQuestion<T> question,
        ImmutableArray<string> parameters,
        ChannelWriter<NodeItem<T>> into,
        CancellationToken cancel
    )
    {
        try
        {
            await foreach (var item in question.AnswerAsync(node, parameters, cancel).ConfigureAwait(false))
                await into.WriteAsync(new NodeItem<T>(node.Name, item, ""), cancel).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (cancel.IsCancellationRequested) { }
    }

    /// <summary>Asks another node's question actor.</summary>
    private static async Task GatherAsync<T>(
        InspectedNode node,
        Address other,
        NodeQuestion<T> question,
        ImmutableArray<string> parameters,
        ChannelWriter<NodeItem<T>> into,
        CancellationToken cancel
    )
    {
        var name = InspectedNode.NameOf(other);
        var answers = Channel.CreateBounded<Inspected>(new BoundedChannelOptions(MaxWaiting) { FullMode = BoundedChannelFullMode.DropOldest });
        var ask = new Inspect(Guid.NewGuid().ToString("N"), [.. question.Name.Split(' '), .. parameters]);
        var asker = node.System.ActorOf(InquiryActor.Props(new RootActorPath(other) / "user" / QuestionActor.Name, ask, answers.Writer));
        try
        {
            using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancel);
            if (!question.Endless)
                patience.CancelAfter(Patience);
            await foreach (var answer in answers.Reader.ReadAllAsync(patience.Token).ConfigureAwait(false))
            {
                if (answer.Error.Length > 0)
                    await into.WriteAsync(new NodeItem<T>(name, default, $"{name}: {answer.Error}"), cancel).ConfigureAwait(false);
                foreach (var row in answer.Rows)
                    await into.WriteAsync(new NodeItem<T>(name, question.Read(row), ""), cancel).ConfigureAwait(false);
                if (answer.Last)
                    return;
            }
        }
        catch (OperationCanceledException) when (!cancel.IsCancellationRequested)
        {
            await into.WriteAsync(new NodeItem<T>(name, default, $"{name} did not answer in time"), cancel).ConfigureAwait(false);
        }
        catch (OperationCanceledException) { }
        finally
        {
            node.System.Stop(asker);
        }
    }

    /// <summary>All answers of a question that ends.</summary>
    public static async Task<List<NodeItem<T>>> ListAsync<T>(
        InspectedNode node,
        NodeQuestion<T> question,
        ImmutableArray<string> parameters,
        CancellationToken cancel
    )
    {
        var items = new List<NodeItem<T>>();
        await foreach (var item in AskAllAsync(node, question, parameters, cancel).ConfigureAwait(false))
            items.Add(item);
        return items;
    }
}
