namespace Guard.Host.Intake.PostfixPolicy;

/// <summary>
/// Questions about one message are decided one after another: a server that was answered without the guard, because that was late, goes on to its next
/// question while the one before is still being decided, and what that counts would be counted twice.
/// </summary>
internal sealed class MessageTurns
{
    private readonly Lock _lock = new();

    /// <summary>The latest question of each message that has one under way.</summary>
    private readonly Dictionary<PolicyTransactionKey, Turn> _latest = [];

    /// <summary>Waits for the questions before. Of a question that tells nothing of its message there are none.</summary>
    public async ValueTask<Turn> EnterAsync(PolicyRequest request)
    {
        var key = PolicyTransactionKey.Of(request);
        var turn = new Turn(this, key ?? default);
        if (key is null)
            return turn;
        Turn? before;
        lock (_lock)
        {
            _latest.TryGetValue(turn.Key, out before);
            _latest[turn.Key] = turn;
        }
        if (before is not null)
            await before.Over.ConfigureAwait(false);
        return turn;
    }

    private void Leave(Turn turn)
    {
        lock (_lock)
        {
            if (_latest.TryGetValue(turn.Key, out var latest) && latest == turn)
                _latest.Remove(turn.Key);
        }
    }

    /// <summary>One question's turn, until it is disposed of.</summary>
    public sealed class Turn(MessageTurns turns, PolicyTransactionKey key) : IDisposable
    {
        private readonly TaskCompletionSource _over = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public PolicyTransactionKey Key => key;

        public Task Over => _over.Task;

        public void Dispose()
        {
            turns.Leave(this);
            _over.TrySetResult();
        }
    }
}
