using Akka.Actor;
using Guard.Host.Intake.Inline;
using Guard.Messages.Decisions;
using Guard.Messages.Identity;
using Guard.Messages.Policies;
using Xunit;

namespace Guard.Host.Tests.Inline;

public sealed class DecisionRepliesSpecs : IDisposable
{
    private static readonly TimeSpan Long = TimeSpan.FromSeconds(30);
    private readonly ActorSystem _system = ActorSystem.Create("replies", "akka.loglevel = OFF");
    private readonly DecisionReplies _replies;

    public DecisionRepliesSpecs() => _replies = new DecisionReplies(_system);

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private static Decision Answer(string id) => new(new UserId("info@example.com"), id, Verdict.Allow, Verdict.Allow, Rung.Normal, null, 0, []);

    /// <summary>Answers in the reverse order, as soon as so many have asked.</summary>
    private sealed class Backwards(int together) : UntypedActor
    {
        private readonly Stack<(string Id, IActorRef Who)> _asked = new();

        protected override void OnReceive(object message)
        {
            _asked.Push(((string)message, Sender));
            if (_asked.Count < together)
                return;
            while (_asked.TryPop(out var one))
                one.Who.Tell(Answer(one.Id));
        }
    }

    [Fact(DisplayName = "Many questions at once get each its own answer, in whatever order they are answered")]
    public async Task Own()
    {
        const int questions = 200;
        var actor = _system.ActorOf(Props.Create(() => new Backwards(questions)));
        var asked = Enumerable
            .Range(0, questions)
            .Select(_ =>
            {
                var sent = "";
                var answer = _replies.AskAsync(actor, id => sent = id, Long, Cancel);
                return (Id: sent, Answer: answer);
            })
            .ToArray();
        Assert.Equal(questions, asked.Select(one => one.Id).Distinct().Count());
        foreach (var (id, answer) in asked)
            Assert.Equal(id, (await answer).RequestId);
        Assert.Equal(0, _replies.Waiting);
    }

    [Fact(DisplayName = "A question that nobody answers ends with its time, leaves nothing behind, and a late answer harms nobody")]
    public async Task Unanswered()
    {
        var sent = "";
        await Assert.ThrowsAsync<TimeoutException>(() => _replies.AskAsync(ActorRefs.Nobody, id => sent = id, TimeSpan.FromMilliseconds(20), Cancel));
        Assert.Equal(0, _replies.Waiting);
        _replies.Tell(Answer(sent), ActorRefs.NoSender);
        _replies.Tell("no decision at all", ActorRefs.NoSender);
        using var given = new CancellationTokenSource();
        var waiting = _replies.AskAsync(ActorRefs.Nobody, id => id, Long, given.Token);
        await given.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => waiting);
        Assert.Equal(0, _replies.Waiting);
    }

    [Fact(DisplayName = "Another node finds it by its path")]
    public async Task ByPath()
    {
        var sent = "";
        var waiting = _replies.AskAsync(ActorRefs.Nobody, id => sent = id, Long, Cancel);
        var found = ((ExtendedActorSystem)_system).Provider.ResolveActorRef(_replies.Path.ToSerializationFormat());
        found.Tell(Answer(sent), ActorRefs.NoSender);
        Assert.Equal(sent, (await waiting).RequestId);
    }

    public void Dispose() => _system.Dispose();
}
