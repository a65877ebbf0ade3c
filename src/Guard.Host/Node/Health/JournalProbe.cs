using System.Diagnostics;
using Akka.Actor;
using Akka.Event;
using Akka.Persistence;
using Guard.Actors.Entities;

namespace Guard.Host.Node.Health;

/// <summary>
/// Writes a word to the snapshot store now and then, over the former one: a guard that nobody talks to writes nothing, and its readiness must still tell
/// whether the database takes writes. Own engines commit it with everything else that waits.
/// </summary>
internal sealed class JournalProbe : ReceiveActor, IWithTimers
{
    private static readonly TimeSpan Every = TimeSpan.FromSeconds(10);

    /// <summary>No answer for so long is a failure; stores answer sooner by their own limits.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private readonly string _id;
    private readonly IActorRef _store;
    private readonly ILoggingAdapter _log = Context.GetLogger();
    private long _askedAt;
    private long _writtenAt;
    private string _failure = "nothing was written yet";

    public JournalProbe(string node, int part)
    {
        _id = "probe-" + node;
        _store = Persistence.Instance.Apply(Context.System).SnapshotStoreFor(JournalParts.Of(Context.System).SnapshotsOf(part));
        Receive<Probe>(_ => Ask());
        Receive<SaveSnapshotSuccess>(_ =>
        {
            if (_writtenAt != 0 && _failure.Length > 0)
                _log.Info("The journal can be written again");
            (_askedAt, _writtenAt, _failure) = (0, Stopwatch.GetTimestamp(), "");
        });
        Receive<SaveSnapshotFailure>(failure =>
        {
            if (_failure != failure.Cause.Message)
                _log.Error("The journal cannot be written: {0}", failure.Cause.Message);
            (_askedAt, _failure) = (0, failure.Cause.Message);
        });
        Receive<GetState>(_ => Sender.Tell(new State(_writtenAt == 0 ? null : Stopwatch.GetElapsedTime(_writtenAt), Late ? "no answer" : _failure)));
        Ask();
    }

    public ITimerScheduler Timers { get; set; } = null!;

    private bool Late => _askedAt != 0 && Stopwatch.GetElapsedTime(_askedAt) > Patience;

    /// <param name="node">Each node writes a word of its own.</param>
    /// <param name="part">Of a parted journal, from 0.</param>
    public static Props Props(string node, int part) => Akka.Actor.Props.Create(() => new JournalProbe(node, part));

    protected override void PreStart()
    {
        Timers.StartPeriodicTimer(nameof(Probe), Probe.Instance, Every);
        base.PreStart();
    }

    private void Ask()
    {
        if (_askedAt != 0 && !Late)
            return;
        _askedAt = Stopwatch.GetTimestamp();
        _store.Tell(new SaveSnapshot(new SnapshotMetadata(_id, 1, DateTimeOffset.UtcNow.UtcDateTime), "written"));
    }

    /// <param name="Ago">Since the last word was written; null when none was.</param>
    /// <param name="Failure">Empty when the last attempt succeeded.</param>
    public sealed record State(TimeSpan? Ago, string Failure) : INoSerializationVerificationNeeded;

    public sealed class GetState : INoSerializationVerificationNeeded
    {
        public static readonly GetState Instance = new();
    }

    private sealed class Probe : INoSerializationVerificationNeeded
    {
        public static readonly Probe Instance = new();
    }
}
