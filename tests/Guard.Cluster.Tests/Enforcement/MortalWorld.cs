namespace Guard.Cluster.Tests.Enforcement;

/// <summary>
/// Counts the steps at which a process can be killed: before and behind each write of its journal and each deed on its machine. At the chosen one everything
/// stops: what is under way never comes back, and nothing is written or done any more. Between two steps a process leaves no trace, so that these are all the
/// places where it can die.
/// </summary>
internal sealed class MortalWorld(int diesAt)
{
    private readonly Lock _gate = new();
    private readonly List<string> _passed = [];

    public TaskCompletionSource Died { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public bool IsDead => Died.Task.IsCompleted;

    /// <summary>What the process was about to do, or had done, when it died.</summary>
    public string Last
    {
        get
        {
            lock (_gate)
                return _passed.Count == 0 ? "nothing" : _passed[^1];
        }
    }

    /// <summary>Whether the process still lives after this step.</summary>
    /// <param name="then">Done with it, when it does.</param>
    public bool Pass(string what, Action? then = null)
    {
        lock (_gate)
        {
            if (IsDead)
                return false;
            _passed.Add(what);
            if (_passed.Count - 1 != diesAt)
            {
                then?.Invoke();
                return true;
            }
            Died.SetResult();
            return false;
        }
    }

    /// <summary>Never comes back when the process is dead.</summary>
    public Task Step(string what, Action? then = null) => Pass(what, then) ? Task.CompletedTask : new TaskCompletionSource().Task;
}
