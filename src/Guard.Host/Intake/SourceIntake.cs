using Akka.Actor;
using Akka.Event;
using Guard.Host.Intake.Journal;
using Guard.Host.Intake.Logs;
using Guard.Host.Intake.Routing;
using Guard.Messages.Observations;

namespace Guard.Host.Intake;

/// <summary>
/// Takes the lines of one source to the accounts in chunks, and learns when they are journaled; reading waits while too much is under way. For the
/// thread that reads the source, except where said.
/// </summary>
internal sealed class SourceIntake : IDisposable
{
    public const int ChunkSize = 4096;
    private const int OpenChunks = 8;
    private const int MaxLines = 4 * ChunkSize;

    private static int _number;

    private readonly string _name;
    private readonly LogParser _parser;
    private readonly IntakeClock _clock;
    private readonly Action<Observation>? _seen;
    private readonly SemaphoreSlim _credits = new(OpenChunks);
    private readonly IActorRefFactory _actors;
    private readonly IActorRef _source;
    private readonly FloodLimit _flood;
    private List<Observation> _chunk = [];
    private int _linesInChunk;
    private DateTimeOffset _journaledTo;
    private long _reads;
    private long _handedAt = -1;

    public SourceIntake(string name, LogParser parser, IntakeClock clock, IActorRefFactory actors, IActorRef users, Action<Observation>? seen)
    {
        (_name, _parser, _clock, _actors, _seen) = (name, parser, clock, actors, seen);
        var system = actors as ActorSystem ?? ((IActorContext)actors).System;
        _flood = new FloodLimit(IntakeRouting.Of(system), Logging.GetLogger(system, name));
        // A source that was let go and comes back may meet its former actor still ending.
        _source = actors.ActorOf(
            SourceActor.Props(actors, users, _credits),
            FormattableString.Invariant($"source-{Guard.Actors.Behaviour.StableHash.Of(name):x}-{Interlocked.Increment(ref _number)}")
        );
    }

    public LogCounts Counts { get; } = new();

    /// <summary>Time of the last line of which everything is in the journal. From any thread.</summary>
    public DateTimeOffset? JournaledTo => _journaledTo == default ? null : _journaledTo;

    /// <summary>Also when many lines had little in them: what was read is journaled soon, and the checkpoint goes on.</summary>
    public bool IsFull => _chunk.Count >= ChunkSize || _linesInChunk >= MaxLines;

    /// <summary>Whether anything came since the last chunk of which everything there was, was handed over.</summary>
    public bool HasNew => _chunk.Count > 0 || _handedAt != Interlocked.Read(ref _reads);

    /// <summary>Lines come. Until they are journaled the guard's time stays before them: no rung may end ahead of what happened while it stood.</summary>
    public void Begin()
    {
        Interlocked.Increment(ref _reads);
        Counts.Begin();
        _clock.Behind(_name, _journaledTo);
    }

    public void Feed(ReadOnlySpan<byte> line, uint generation, long offset)
    {
        var before = _chunk.Count;
        Counts.Add(_parser.Feed(line, generation, offset, _chunk));
        _linesInChunk++;
        _flood.Thin(_chunk, before);
        for (var i = before; _seen is not null && i < _chunk.Count; i++)
            _seen(_chunk[i]);
    }

    /// <summary>The same for an entry of systemd's journal.</summary>
    public void Feed(ReadOnlySpan<byte> line, JournalPlace place)
    {
        var before = _chunk.Count;
        Counts.Add(_parser.Feed(line, 0, 0, _chunk));
        place.Mark(_chunk, before);
        _linesInChunk++;
        _flood.Thin(_chunk, before);
        for (var i = before; _seen is not null && i < _chunk.Count; i++)
            _seen(_chunk[i]);
    }

    /// <summary>Hands over what was fed.</summary>
    /// <param name="idle">Everything there is was read.</param>
    /// <param name="journaled">Called from the actor's thread when all of it is in the journal.</param>
    /// <returns>False when stopping.</returns>
    public bool Hand(bool idle, Action journaled, CancellationToken stop)
    {
        try
        {
            _credits.Wait(stop);
        }
        catch (OperationCanceledException)
        {
            return false;
        }
        var reads = Interlocked.Read(ref _reads);
        var last = _parser.LastSeen;
        _source.Tell(
            new ChunkRead(
                _chunk,
                () =>
                {
                    journaled();
                    Journaled(last, idle, reads);
                }
            )
        );
        _handedAt = idle ? reads : -1;
        _chunk = [];
        _linesInChunk = 0;
        return true;
    }

    private void Journaled(DateTimeOffset? last, bool idle, long reads)
    {
        if (last is { } at)
            _journaledTo = at;
        if (idle && reads == Interlocked.Read(ref _reads))
        {
            Counts.CaughtUp();
            _clock.CaughtUp(_name, last);
        }
        else
        {
            _clock.Behind(_name, _journaledTo);
        }
    }

    /// <summary>Waits until what was handed over is journaled, at most some seconds; false when it took longer.</summary>
    public async Task<bool> DrainAsync()
    {
        try
        {
            await _source.Ask<Drained>(AwaitDrained.Instance, TimeSpan.FromSeconds(10)).ConfigureAwait(false);
            return true;
        }
        catch (AskTimeoutException)
        {
            return false;
        }
    }

    public void Dispose()
    {
        _clock.CaughtUp(_name, null);
        (_actors as ActorSystem)?.Stop(_source);
        _credits.Dispose();
    }
}
