using System.Collections.Immutable;
using Akka.Actor;
using Guard.Messages.Inspection;

namespace Guard.Host.Node.Questions;

/// <summary>Answers other nodes about this one. An asker that stops, or whose node is gone, is answered no further.</summary>
public sealed class QuestionActor : ReceiveActor
{
    /// <summary>Its name under <c>/user</c>, the same on every node.</summary>
    public const string Name = "inspection";

    private readonly Dictionary<string, (IActorRef Asker, CancellationTokenSource Stop)> _asked = [];

    public QuestionActor(InspectedNode node)
    {
        Receive<Inspect>(ask =>
        {
            var stop = new CancellationTokenSource();
            if (!_asked.TryAdd(ask.Id, (Sender, stop)))
                return;
            Context.Watch(Sender);
            _ = AnswerAsync(node, ask, Sender, Self, stop.Token);
        });
        Receive<StopInspecting>(ended => End(ended.Id));
        Receive<Terminated>(gone =>
        {
            foreach (var id in _asked.Where(one => one.Value.Asker.Equals(gone.ActorRef)).Select(one => one.Key).ToArray())
                End(id);
        });
    }

    public static Props Props(InspectedNode node) => Akka.Actor.Props.Create(() => new QuestionActor(node));

    protected override void PostStop()
    {
        foreach (var id in _asked.Keys.ToArray())
            End(id);
        base.PostStop();
    }

    private void End(string id)
    {
        if (!_asked.Remove(id, out var asked))
            return;
        asked.Stop.Cancel();
        asked.Stop.Dispose();
        Context.Unwatch(asked.Asker);
    }

    /// <summary>Runs beside the actor: rows may come for hours.</summary>
    private static async Task AnswerAsync(InspectedNode node, Inspect ask, IActorRef asker, IActorRef self, CancellationToken stop)
    {
        const int MaxAtOnce = 100;
        var error = "";
        try
        {
            var (question, parameters) = NodeQuestions.Find(ask.Words);
            var rows = ImmutableArray.CreateBuilder<ImmutableArray<Cell>>();
            await foreach (var row in question.RowsAsync(node, parameters, stop).ConfigureAwait(false))
            {
                rows.Add(row);
                if (!question.Endless && rows.Count < MaxAtOnce)
                    continue;
                asker.Tell(new Inspected(ask.Id, rows.ToImmutable(), "", false), self);
                rows.Clear();
            }
            asker.Tell(new Inspected(ask.Id, rows.ToImmutable(), "", false), self);
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            return;
        }
        catch (Exception failure)
        {
            // Whatever went wrong is the asker's to know; this node goes on.
            error = failure.Message;
        }
        asker.Tell(new Inspected(ask.Id, [], error, true), self);
        self.Tell(new StopInspecting(ask.Id));
    }
}
