using Akka.Actor;
using Akka.Event;
using Guard.Host.Platform;
using Guard.Host.Telemetry;

namespace Guard.Host.Enforcement;

/// <summary>How one way of enforcement stands.</summary>
/// <param name="Pending">Changes that are not made yet.</param>
/// <param name="Failures">Failures in a row.</param>
/// <param name="Refused">What can never be done here, and why.</param>
public sealed record WorkerStatus(string Name, int Wanted, int Pending, int Failures, string LastError, IReadOnlyList<string> Refused)
{
    /// <summary>When it last did what it was asked; null: not since the start.</summary>
    public DateTimeOffset? LastSuccess { get; init; }

    /// <summary>When it last failed; null: not since the start.</summary>
    public DateTimeOffset? LastFailure { get; init; }

    /// <summary>A call runs now.</summary>
    public bool Calling { get; init; }

    /// <summary>A call runs, or is waited for after a failure.</summary>
    public bool Busy { get; init; }
}

/// <summary>Asks a worker for its <see cref="WorkerStatus"/>.</summary>
public sealed class GetWorkerStatus
{
    public static readonly GetWorkerStatus Instance = new();
}

/// <summary>
/// Brings one backend into line with what is wanted, one call at a time. What comes while a call runs is put together for the next one; what failed is tried
/// again, later each time, for as long as it is wanted. Now and then everything is compared with what stands.
/// </summary>
public abstract class EnforcementWorker<TKey, TWanted>(string name, TimeSpan firstRetry) : UntypedActor, IWithTimers
    where TKey : notnull
{
    private const int MaxRefused = 1000;

    private static readonly TimeSpan LongestRetry = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan Compare = TimeSpan.FromMinutes(5);

    private readonly Dictionary<TKey, TWanted> _wanted = [];
    private readonly Dictionary<TKey, Wish> _pending = [];
    private readonly Backoff _backoff = new(firstRetry, LongestRetry);
    private readonly List<string> _refused = [];
    private readonly ILoggingAdapter _log = Context.GetLogger();
    private readonly CancellationTokenSource _stopped = new();
    private bool _reconcile;
    private bool _busy;
    private bool _calling;
    private string _lastError = "";
    private DateTimeOffset? _lastSuccess;
    private DateTimeOffset? _lastFailure;

    public ITimerScheduler Timers { get; set; } = null!;

    /// <summary>Makes changes; returns what it refuses for good, in words.</summary>
    protected abstract Task<IReadOnlyCollection<string>> Apply(
        IReadOnlyCollection<TWanted> add,
        IReadOnlyCollection<TKey> remove,
        CancellationToken cancellation
    );

    /// <summary>Makes exactly this stand.</summary>
    protected abstract Task<IReadOnlyCollection<string>> Reconcile(IReadOnlyCollection<TWanted> wanted, CancellationToken cancellation);

    /// <summary>Reads what a ledger says; false when it is none of its messages.</summary>
    protected abstract bool Read(object message);

    protected void All(IEnumerable<KeyValuePair<TKey, TWanted>> wanted)
    {
        _wanted.Clear();
        foreach (var (key, value) in wanted)
            _wanted[key] = value;
        _pending.Clear();
        _reconcile = true;
    }

    protected void Want(TKey key, TWanted wanted)
    {
        _wanted[key] = wanted;
        _pending[key] = new Wish(true, wanted);
    }

    /// <summary>Compares what stands with what is wanted as soon as nothing else runs.</summary>
    protected void CompareSoon() => _reconcile = true;

    /// <summary>How much is wanted.</summary>
    protected int WantedCount => _wanted.Count;

    protected ILoggingAdapter Logger => _log;

    protected string Name => name;

    /// <summary>Compares what stands with what is wanted once more after a while, for what was under way when it was looked at.</summary>
    protected void CompareIn(TimeSpan delay) => Timers.StartSingleTimer(nameof(CompareIn), CompareNow.Instance, delay);

    protected bool IsWanted(TKey key) => _wanted.ContainsKey(key);

    protected void End(TKey key)
    {
        _wanted.Remove(key);
        _pending[key] = new Wish(false, default!);
    }

    protected override void PreStart()
    {
        Timers.StartPeriodicTimer(nameof(Compare), CompareNow.Instance, Compare);
        base.PreStart();
    }

    protected override void PostStop()
    {
        _stopped.Cancel();
        _stopped.Dispose();
        base.PostStop();
    }

    protected override void OnReceive(object message)
    {
        switch (message)
        {
            case CompareNow:
                _reconcile = true;
                break;
            case Retry:
                _busy = false;
                break;
            case Finished finished:
                Finish(finished);
                break;
            case GetWorkerStatus:
                Sender.Tell(
                    new WorkerStatus(name, _wanted.Count, _pending.Count, _backoff.Failures, _lastError, [.. _refused])
                    {
                        Busy = _busy,
                        Calling = _calling,
                        LastSuccess = _lastSuccess,
                        LastFailure = _lastFailure,
                    }
                );
                return;
            default:
                if (!Read(message))
                    Unhandled(message);
                break;
        }
        Go();
    }

    private void Go()
    {
        if (_busy || (!_reconcile && _pending.Count == 0))
            return;
        _busy = _calling = true;
        var call = _reconcile
            ? new Call([.. _wanted.Values], [], [.. _pending], true)
            : new Call(
                [.. _pending.Values.Where(wish => wish.Stand).Select(wish => wish.Wanted)],
                [.. _pending.Where(pair => !pair.Value.Stand).Select(pair => pair.Key)],
                [.. _pending],
                false
            );
        _pending.Clear();
        _reconcile = false;
        Carry(call).PipeTo(Self);
    }

    private async Task<Finished> Carry(Call call)
    {
        using var span = TraceMemory.Effect(name, call.Taken.Select(taken => (object)taken.Key));
        try
        {
            // Backends read and write files before their first await: never on the actor's thread.
            var refused = await Task.Run(() => call.Whole ? Reconcile(call.Add, _stopped.Token) : Apply(call.Add, call.Remove, _stopped.Token), _stopped.Token)
                .ConfigureAwait(false);
            return new Finished(call, null, refused);
        }
        catch (Exception failure)
            when (failure is IOException or UnauthorizedAccessException or OperationCanceledException or ArgumentException or System.Data.Common.DbException)
        {
            return new Finished(call, failure, []);
        }
    }

    private void Finish(Finished finished)
    {
        _calling = false;
        var changes = finished.Call.Whole ? 0 : finished.Call.Add.Count + finished.Call.Remove.Count;
        GuardMeters.Enforced(name, "refused", finished.Refused.Count);
        GuardMeters.Enforced(
            name,
            finished.Failure is null ? "done" : "failed",
            finished.Failure is null ? changes - finished.Refused.Count : Math.Max(1, changes)
        );
        if (finished.Failure is null)
        {
            _lastSuccess = DateTimeOffset.UtcNow;
            Refuse(finished);
            if (_backoff.Succeed() is var before and > 0)
                _log.Info("{Name} works again after {Count} failures", name, before);
            _lastError = "";
            _busy = false;
            return;
        }
        // Newer words go before those of the call that failed.
        foreach (var (key, wish) in finished.Call.Taken)
            _pending.TryAdd(key, wish);
        _reconcile |= finished.Call.Whole;
        _lastError = finished.Failure.Message;
        _lastFailure = DateTimeOffset.UtcNow;
        if (_backoff.Fail())
            _log.Warning("{Name} failed ({Count} in a row), trying again: {Error}", name, _backoff.Failures, finished.Failure.Message);
        Timers.StartSingleTimer(nameof(Retry), Retry.Instance, _backoff.Delay);
    }

    /// <summary>Told once, not at every comparison.</summary>
    private void Refuse(Finished finished)
    {
        foreach (var why in finished.Refused.Except(_refused).ToArray())
        {
            _log.Warning("{Name}: refused for good: {Why}", name, why);
            _refused.Add(why);
        }
        // A comparison says all there is to refuse.
        if (finished.Call.Whole)
            _refused.RemoveAll(why => !finished.Refused.Contains(why));
        else if (_refused.Count > MaxRefused)
            _refused.RemoveRange(0, _refused.Count - MaxRefused);
    }

    /// <param name="Stand">It shall stand; else it shall go.</param>
    private readonly record struct Wish(bool Stand, TWanted Wanted);

    private sealed record Call(IReadOnlyCollection<TWanted> Add, IReadOnlyCollection<TKey> Remove, KeyValuePair<TKey, Wish>[] Taken, bool Whole);

    private sealed record Finished(Call Call, Exception? Failure, IReadOnlyCollection<string> Refused) : INoSerializationVerificationNeeded;

    private sealed class Retry : INoSerializationVerificationNeeded
    {
        public static readonly Retry Instance = new();
    }

    private sealed class CompareNow : INoSerializationVerificationNeeded
    {
        public static readonly CompareNow Instance = new();
    }
}
