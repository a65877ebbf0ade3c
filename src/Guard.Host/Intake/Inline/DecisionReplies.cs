using System.Collections.Concurrent;
using System.Globalization;
using Akka.Actor;
using Guard.Messages.Decisions;

namespace Guard.Host.Intake.Inline;

/// <summary>
/// One address to which all decisions come, known apart by their request's id: a question costs an entry in a table, where Akka's Ask makes an actor,
/// a path and a registration for each. Other nodes reach it like any temporary actor.
/// </summary>
internal sealed class DecisionReplies : MinimalActorRef
{
    private readonly ConcurrentDictionary<string, TaskCompletionSource<Decision>> _waiting = new();

    /// <summary>A late answer to a question of the process before this one must not pass for one of ours.</summary>
    private readonly string _process = Guid.NewGuid().ToString("N")[..12];

    private long _asked;

    public DecisionReplies(ActorSystem system)
    {
        Provider = ((ExtendedActorSystem)system).Provider;
        Path = Provider.TempPath();
        Provider.RegisterTempActor(this, Path);
    }

    public override ActorPath Path { get; }

    public override IActorRefProvider Provider { get; }

    /// <summary>Questions that are not answered yet.</summary>
    public int Waiting => _waiting.Count;

    /// <param name="command">Makes the question, given its id.</param>
    /// <exception cref="TimeoutException">No answer came within the limit.</exception>
    public async Task<Decision> AskAsync(IActorRef whom, Func<string, object> command, TimeSpan limit, CancellationToken cancel)
    {
        var id = _process + Interlocked.Increment(ref _asked).ToString("x", CultureInfo.InvariantCulture);
        // Not on the entity's thread: who asked goes on with sockets.
        var answer = new TaskCompletionSource<Decision>(TaskCreationOptions.RunContinuationsAsynchronously);
        _waiting[id] = answer;
        try
        {
            whom.Tell(command(id), this);
            return await answer.Task.WaitAsync(limit, cancel).ConfigureAwait(false);
        }
        finally
        {
            _waiting.TryRemove(id, out _);
        }
    }

    protected override void TellInternal(object message, IActorRef sender)
    {
        if (message is Decision decision && _waiting.TryRemove(decision.RequestId, out var answer))
            answer.TrySetResult(decision);
    }
}
