using Akka.Actor;
using Akka.Event;
using Guard.Actors.Enforcement;
using Guard.Host.Enforcement;
using Guard.Host.Platform;
using Guard.Messages.Enforcement;

namespace Guard.Host.Reports;

/// <summary>
/// Delivers on one way, one report after the other. Trouble of the way holds all back, a refusal for now only the one; both are tried again, later each time.
/// </summary>
public sealed class ReportWorker(string name, IReportChannel channel, TimeSpan firstRetry) : UntypedActor, IWithTimers
{
    private static readonly TimeSpan LongestRetry = TimeSpan.FromMinutes(5);

    private readonly LinkedList<Entry> _entries = new();
    private readonly Backoff _backoff = new(firstRetry, LongestRetry);
    private readonly ILoggingAdapter _log = Context.GetLogger();
    private readonly CancellationTokenSource _stopped = new();
    private DateTimeOffset _pausedUntil;
    private bool _busy;
    private string _lastError = "";
    private string _lastRefused = "";
    private int _refused;

    public ITimerScheduler Timers { get; set; } = null!;

    public static Props Props(string name, IReportChannel channel, TimeSpan firstRetry) =>
        Akka.Actor.Props.Create(() => new ReportWorker(name, channel, firstRetry));

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
            case ReportDelivery.Deliver deliver:
                if (Find(deliver.Dispatch.Id) is { } known)
                    known.Ledger = Sender;
                else
                    _entries.AddLast(new Entry(deliver.Dispatch, Sender, new Backoff(firstRetry, LongestRetry)));
                break;
            case ReportDelivery.Forget forget:
                if (Find(forget.Id) is { } forgotten)
                    _entries.Remove(forgotten);
                break;
            case ReportDelivery.TryNow:
                _pausedUntil = default;
                foreach (var entry in _entries)
                    entry.NotBefore = default;
                break;
            case Finished finished:
                _busy = false;
                Finish(finished);
                break;
            case Go:
                break;
            case GetWorkerStatus:
                Sender.Tell(
                    new WorkerStatus(
                        name,
                        _entries.Count,
                        _entries.Count,
                        _backoff.Failures,
                        _lastError,
                        _refused == 0 ? [] : [.. Enumerable.Repeat(_lastRefused, _refused)]
                    )
                );
                return;
            default:
                Unhandled(message);
                return;
        }
        Next();
    }

    private Entry? Find(string id) => _entries.FirstOrDefault(entry => entry.Dispatch.Id == id);

    private void Next()
    {
        if (_busy || _entries.Count == 0)
            return;
        var now = DateTimeOffset.UtcNow;
        var due = now < _pausedUntil ? null : _entries.FirstOrDefault(entry => entry.NotBefore <= now);
        if (due is null)
        {
            var next = _entries.Min(entry => entry.NotBefore);
            var wait = (next > _pausedUntil ? next : _pausedUntil) - now;
            Timers.StartSingleTimer(nameof(Go), Go.Instance, wait > TimeSpan.FromMilliseconds(1) ? wait : TimeSpan.FromMilliseconds(1));
            return;
        }
        _busy = true;
        SendAsync(due).PipeTo(Self);
    }

    private async Task<Finished> SendAsync(Entry entry)
    {
        try
        {
            // Files are read and texts made before the first await: never on the actor's thread.
            await Task.Run(() => channel.SendAsync(entry.Dispatch, _stopped.Token), _stopped.Token).ConfigureAwait(false);
            return new Finished(entry, null);
        }
        // Whatever a template, a certificate or a server does, the report is tried again.
        catch (Exception failure) when (failure is not OutOfMemoryException)
        {
            return new Finished(entry, failure);
        }
    }

    private void Finish(Finished finished)
    {
        var (entry, failure) = finished;
        switch (failure)
        {
            case null:
                if (_backoff.Succeed() is var before and > 0)
                    _log.Info("{Name} works again after {Count} failures", name, before);
                _lastError = "";
                _entries.Remove(entry);
                entry.Ledger.Tell(new ReportDelivery.Delivered(entry.Dispatch.Id, ""));
                break;
            case ReportRefusedException refused:
                _backoff.Succeed();
                (_lastRefused, _refused) = (refused.Message, Math.Min(100, _refused + 1));
                _entries.Remove(entry);
                entry.Ledger.Tell(new ReportDelivery.Delivered(entry.Dispatch.Id, refused.Message));
                break;
            case ReportDeferredException deferred:
                _lastError = deferred.Message;
                if (entry.Backoff.Fail())
                    _log.Warning("{Name}: {Id} is deferred ({Count} in a row): {Error}", name, entry.Dispatch.Id, entry.Backoff.Failures, deferred.Message);
                entry.NotBefore = DateTimeOffset.UtcNow + entry.Backoff.Delay;
                break;
            default:
                _lastError = failure.Message;
                if (_backoff.Fail())
                    _log.Warning("{Name} failed ({Count} in a row), trying again: {Error}", name, _backoff.Failures, failure.Message);
                _pausedUntil = DateTimeOffset.UtcNow + _backoff.Delay;
                break;
        }
    }

    private sealed class Entry(ReportDispatch dispatch, IActorRef ledger, Backoff backoff)
    {
        public ReportDispatch Dispatch { get; } = dispatch;

        public IActorRef Ledger { get; set; } = ledger;

        public Backoff Backoff { get; } = backoff;

        public DateTimeOffset NotBefore { get; set; }
    }

    private sealed record Finished(Entry Entry, Exception? Failure) : INoSerializationVerificationNeeded;

    private sealed class Go : INoSerializationVerificationNeeded
    {
        public static readonly Go Instance = new();
    }
}
