using System.Collections.Immutable;
using System.Runtime.CompilerServices;
using System.Threading.Channels;
using Akka.Actor;
using Guard.Host.Node;
using Guard.Messages.Inspection;

namespace Guard.Host.Inspection;

/// <summary>A row of an answer, or a note about the answer itself, such as a node that is silent.</summary>
public readonly record struct InspectionItem(ImmutableArray<Cell> Cells, string Note);

/// <summary>Runs commands of the vocabulary: here, or on every node of the cluster.</summary>
public sealed class Inspector(InspectedNode node)
{
    private const int MostWaiting = 10_000;

    /// <summary>How long another node may be silent at first.</summary>
    private static readonly TimeSpan NodePatience = TimeSpan.FromSeconds(5);

    /// <exception cref="InspectionException">No answer is possible.</exception>
    public async IAsyncEnumerable<InspectionItem> RunAsync(InspectionCommand command, InspectionArguments arguments, IReadOnlyList<string> words, [EnumeratorCancellation] CancellationToken cancel)
    {
        if (command.Scope == InspectionScope.Anywhere)
        {
            await foreach (var row in command.Answer(node, arguments, cancel).ConfigureAwait(false))
                yield return new InspectionItem(row, "");
            yield break;
        }
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        var items = Channel.CreateBounded<InspectionItem>(new BoundedChannelOptions(MostWaiting) { FullMode = command.Endless ? BoundedChannelFullMode.DropOldest : BoundedChannelFullMode.Wait });
        var gathering = Task.WhenAll(OtherNodes.Of(node.System).Select(other => GatherAsync(other, command.Endless, words, items.Writer, stop.Token)).Prepend(OwnAsync(command, arguments, items.Writer, stop.Token)));
        var closing = gathering.ContinueWith(done => items.Writer.TryComplete(done.Exception?.GetBaseException()), CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
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

    private async Task OwnAsync(InspectionCommand command, InspectionArguments arguments, ChannelWriter<InspectionItem> into, CancellationToken cancel)
    {
        try
        {
            await foreach (var row in command.Answer(node, arguments, cancel).ConfigureAwait(false))
                await into.WriteAsync(new InspectionItem(row.Insert(0, node.Name), ""), cancel).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (cancel.IsCancellationRequested)
        {
        }
    }

    /// <summary>Asks another node's inspection actor.</summary>
    private async Task GatherAsync(Address other, bool endless, IReadOnlyList<string> words, ChannelWriter<InspectionItem> into, CancellationToken cancel)
    {
        var name = InspectedNode.NameOf(other);
        var answers = Channel.CreateBounded<Inspected>(new BoundedChannelOptions(MostWaiting) { FullMode = BoundedChannelFullMode.DropOldest });
        var ask = new Inspect(Guid.NewGuid().ToString("N"), [.. words]);
        var asker = node.System.ActorOf(InquiryActor.Props(new RootActorPath(other) / "user" / InspectionActor.Name, ask, answers.Writer));
        try
        {
            using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancel);
            if (!endless)
                patience.CancelAfter(NodePatience);
            await foreach (var answer in answers.Reader.ReadAllAsync(patience.Token).ConfigureAwait(false))
            {
                if (answer.Error.Length > 0)
                    await into.WriteAsync(new InspectionItem([], $"{name}: {answer.Error}"), cancel).ConfigureAwait(false);
                foreach (var row in answer.Rows)
                    await into.WriteAsync(new InspectionItem(row.Insert(0, name), ""), cancel).ConfigureAwait(false);
                if (answer.Last)
                    return;
            }
        }
        catch (OperationCanceledException) when (!cancel.IsCancellationRequested)
        {
            await into.WriteAsync(new InspectionItem([], $"{name} did not answer in time"), cancel).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
        }
        finally
        {
            node.System.Stop(asker);
        }
    }
}
