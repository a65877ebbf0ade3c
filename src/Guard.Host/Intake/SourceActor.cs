using System.Diagnostics;
using Akka.Actor;
using Akka.Event;
using Guard.Actors.Behaviour;
using Guard.Actors.Entities;
using Guard.Host.Intake.Routing;
using Guard.Messages.Addresses;
using Guard.Messages.Identity;
using Guard.Messages.Observations;
using Guard.Messages.Users;

namespace Guard.Host.Intake;

/// <summary>
/// Hands the observations of one source to their users and learns when they are journaled. A checkpoint is stored only when everything
/// before it is; what is not acknowledged in time is sent again, and recognised by its position if it did arrive.
/// </summary>
public sealed class SourceActor : ReceiveActor, IWithTimers
{
    /// <summary>
    /// Addresses write once in a while and may take a second to answer, accounts take milliseconds: reading does not wait for addresses until they have so
    /// much to answer, or so many chunks of which they lack the answer stand open.
    /// </summary>
    private const int MaxOpenAttempts = 131_072;
    private const int MaxOpenChunks = 128;

    private static readonly TimeSpan OthersWithin = TimeSpan.FromSeconds(20);

    private readonly SemaphoreSlim _credits;
    private readonly ILoggingAdapter _log = Context.GetLogger();
    private readonly IntakeRouting _routing = IntakeRouting.Of(Context.System);
    private readonly GuestFilter _guests = new();
    private readonly Lanes<UserId, Observation> _accounts;
    private readonly Lanes<int, AddressAttempt> _addresses;
    private readonly Queue<OpenChunk> _open = new();
    private readonly Dictionary<long, OpenChunk> _byNumber = [];

    /// <summary>Those of which accounts have everything and reading still waits.</summary>
    private readonly Queue<OpenChunk> _held = new();
    private readonly List<IActorRef> _awaitingDrained = [];
    private long _acknowledgedAt;
    private long _skipped;
    private long _nextChunk;
    private long _acknowledged;
    private int _openAttempts;

    public SourceActor(IActorRef users, SemaphoreSlim credits)
    {
        _credits = credits;
        _accounts = new(users, (user, observations) => new UserCommands.Observe(user, observations), observation => observation.Origin.Position);
        _addresses = new(_routing.Addresses, (bucket, attempts) => new AddressCommands.Observe(bucket, attempts), attempt => attempt.Origin.Position);
        Receive<ChunkRead>(Take);
        Receive<Observed>(observed => Acknowledge(_accounts.Acknowledge(observed.User, observed.Position), CountDown));
        Receive<AttemptsNoted>(noted => Acknowledge(_addresses.Acknowledge(noted.Bucket, noted.Position), CountDownAttempt));
        Receive<AwaitDrained>(_ =>
        {
            _awaitingDrained.Add(Sender);
            TellDrained();
        });
        Receive<Resend>(_ => ResendLate());
    }

    public ITimerScheduler Timers { get; set; } = null!;

    /// <param name="credits">
    /// One is released for each chunk that accounts have journaled, and addresses too unless little waits for them: reading never runs ahead without bound.
    /// </param>
    public static Props Props(IActorRefFactory actors, IActorRef users, SemaphoreSlim credits) =>
        Akka.Actor.Props.Create(() => new SourceActor(users, credits)).WithDispatcher(BackgroundDispatcher.Of(actors));

    protected override void PreStart()
    {
        Timers.StartPeriodicTimer(nameof(Resend), Resend.Instance, TimeSpan.FromSeconds(2));
        base.PreStart();
    }

    private void Take(ChunkRead read)
    {
        var chunk = new OpenChunk(_nextChunk++, read.Checkpoint);
        _open.Enqueue(chunk);
        _byNumber.Add(chunk.Number, chunk);
        var users = new HashSet<UserId>();
        var buckets = new HashSet<int>();
        foreach (var observation in read.Observations)
        {
            var (toAccount, attempt) = _routing.Route(observation);
            if (toAccount && _accounts.IsGivenUp(observation.User))
            {
                _skipped++;
            }
            else if (toAccount)
            {
                foreach (var own in _routing.FailedBefore(observation).Append(observation))
                {
                    _accounts.Add(observation.User, own, chunk.Number);
                    chunk.Left++;
                }
                users.Add(observation.User);
            }
            if (
                attempt is { } told
                && _guests.IsNews(told, _routing.CountsLogins)
                && AddressKeys.BucketOf(told.Address) is var bucket
                && !_addresses.IsGivenUp(bucket)
            )
            {
                _addresses.Add(bucket, told, chunk.Number);
                buckets.Add(bucket);
                chunk.AttemptsLeft++;
            }
        }
        _openAttempts += chunk.AttemptsLeft;
        if (chunk.Left == 0)
            _held.Enqueue(chunk);
        foreach (var user in users)
            _accounts.SendNext(user);
        foreach (var bucket in buckets)
            _addresses.SendNext(bucket);
        CloseChunks();
    }

    private void Acknowledge(IReadOnlyList<long> chunks, Action<OpenChunk> countDown)
    {
        if (chunks.Count == 0)
            return;
        _acknowledged += chunks.Count;
        _acknowledgedAt = Stopwatch.GetTimestamp();
        Close(chunks, countDown);
    }

    private void Close(IReadOnlyList<long> chunks, Action<OpenChunk> countDown)
    {
        foreach (var chunk in chunks)
            countDown(_byNumber[chunk]);
        CloseChunks();
    }

    private void CountDown(OpenChunk chunk)
    {
        if (--chunk.Left == 0)
            _held.Enqueue(chunk);
    }

    private void CountDownAttempt(OpenChunk chunk)
    {
        chunk.AttemptsLeft--;
        _openAttempts--;
    }

    private void CloseChunks()
    {
        Action? checkpoint = null;
        while (_open.TryPeek(out var first) && first.IsClosed)
        {
            _open.Dequeue();
            _byNumber.Remove(first.Number);
            checkpoint = first.Checkpoint ?? checkpoint;
        }
        while (_held.TryPeek(out var held) && (held.IsClosed || (_openAttempts < MaxOpenAttempts && _open.Count < MaxOpenChunks)))
        {
            _held.Dequeue();
            _credits.Release();
        }
        checkpoint?.Invoke();
        TellDrained();
    }

    private void TellDrained()
    {
        if (_open.Count > 0)
            return;
        foreach (var waiting in _awaitingDrained)
            waiting.Tell(Drained.Instance);
        _awaitingDrained.Clear();
    }

    private void ResendLate()
    {
        // One of them alone is ill when others of this source are journaled meanwhile; else the journal is, and everything waits for it.
        var others = _acknowledgedAt != 0 && Stopwatch.GetElapsedTime(_acknowledgedAt) < OthersWithin;
        var late =
            _accounts.ResendLate(others, (user, chunks) => GiveUp(user.Value, chunks, CountDown))
            + _addresses.ResendLate(others, (bucket, chunks) => GiveUp($"Part {bucket} of the addresses", chunks, CountDownAttempt));
        if (late > 0)
            _log.Warning(
                "{Count} accounts and parts of the addresses did not acknowledge in time; sent again ({Acknowledged} observations journaled so far)",
                late,
                _acknowledged
            );
    }

    /// <summary>One that never answers must not hold up the source for all others.</summary>
    private void GiveUp(string who, IReadOnlyList<long> chunks, Action<OpenChunk> countDown)
    {
        _skipped += chunks.Count;
        _log.Error(
            "{Who} does not acknowledge: {Count} observations are not counted there ({Skipped} so far, of all), so that the others can be; it is tried again in {Minutes} minutes",
            who,
            chunks.Count,
            _skipped,
            GivenUpLanes.For.TotalMinutes
        );
        Close(chunks, countDown);
    }

    private sealed class OpenChunk(long number, Action? checkpoint)
    {
        public long Number { get; } = number;

        /// <summary>Observations that accounts have to journal yet.</summary>
        public int Left { get; set; }

        /// <summary>The same for addresses.</summary>
        public int AttemptsLeft { get; set; }

        public bool IsClosed => Left == 0 && AttemptsLeft == 0;

        public Action? Checkpoint { get; } = checkpoint;
    }

    private sealed class Resend : INoSerializationVerificationNeeded
    {
        public static readonly Resend Instance = new();
    }
}
