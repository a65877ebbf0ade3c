using System.Diagnostics;
using Akka.Actor;
using Akka.Event;
using Guard.Messages.Identity;
using Guard.Messages.Users;

namespace Guard.Host.Intake;

/// <summary>
/// Hands the observations of one source to their users and learns when they are journaled. A checkpoint is stored only when everything
/// before it is; what is not acknowledged in time is sent again, and recognised by its position if it did arrive.
/// </summary>
public sealed class SourceActor : ReceiveActor, IWithTimers
{
    private const int MostPerCommand = 512;
    private static readonly TimeSpan ResendAfter = TimeSpan.FromSeconds(10);

    /// <summary>So often one account may stay silent while others answer.</summary>
    private const int MaxResends = 12;

    /// <summary>How long nothing is told to an account that was given up; then it is tried again.</summary>
    private static readonly TimeSpan GivenUpFor = TimeSpan.FromMinutes(10);

    private const int MaxGivenUp = 10_000;

    private readonly IActorRef _users;
    private readonly SemaphoreSlim _credits;
    private readonly ILoggingAdapter _log = Context.GetLogger();
    private readonly Dictionary<UserId, UserLane> _lanes = [];
    private readonly Queue<OpenChunk> _open = new();
    private readonly Dictionary<long, OpenChunk> _byNumber = [];
    private readonly List<IActorRef> _awaitingDrained = [];
    private readonly Dictionary<UserId, long> _givenUp = [];
    private long _acknowledgedAt;
    private long _skipped;
    private long _nextChunk;
    private long _acknowledged;

    public SourceActor(IActorRef users, SemaphoreSlim credits)
    {
        _users = users;
        _credits = credits;
        Receive<ChunkRead>(Take);
        Receive<Observed>(Acknowledge);
        Receive<AwaitDrained>(_ =>
        {
            _awaitingDrained.Add(Sender);
            TellDrained();
        });
        Receive<Resend>(_ => ResendLate());
    }

    public ITimerScheduler Timers { get; set; } = null!;

    /// <param name="credits">One is released for each chunk that is fully journaled, so that reading never runs ahead without bound.</param>
    public static Props Props(IActorRef users, SemaphoreSlim credits) => Akka.Actor.Props.Create(() => new SourceActor(users, credits));

    protected override void PreStart()
    {
        Timers.StartPeriodicTimer(nameof(Resend), Resend.Instance, TimeSpan.FromSeconds(2));
        base.PreStart();
    }

    private void Take(ChunkRead read)
    {
        var observations = read.Observations.FindAll(observation => observation.IsAccounts && !IsGivenUp(observation.User));
        var chunk = new OpenChunk(_nextChunk++, observations.Count, read.Checkpoint);
        _open.Enqueue(chunk);
        _byNumber.Add(chunk.Number, chunk);
        foreach (var observation in observations)
        {
            if (!_lanes.TryGetValue(observation.User, out var lane))
                _lanes.Add(observation.User, lane = new UserLane());
            lane.Waiting.Add(observation);
            lane.WaitingChunks.Add(chunk.Number);
        }
        foreach (var observation in observations)
            SendNext(observation.User);
        CloseChunks();
    }

    private void SendNext(UserId user)
    {
        if (!_lanes.TryGetValue(user, out var lane) || lane.InFlight is not null)
            return;
        if (lane.Waiting.Count == 0)
        {
            _lanes.Remove(user);
            return;
        }
        var count = Math.Min(MostPerCommand, lane.Waiting.Count);
        lane.Sends = 0;
        lane.InFlight = new UserCommands.Observe(user, [.. lane.Waiting.GetRange(0, count)]);
        lane.InFlightChunks.AddRange(lane.WaitingChunks.GetRange(0, count));
        lane.Waiting.RemoveRange(0, count);
        lane.WaitingChunks.RemoveRange(0, count);
        Send(lane);
    }

    private void Send(UserLane lane)
    {
        lane.SentAt = Stopwatch.GetTimestamp();
        lane.Sends++;
        _users.Tell(lane.InFlight!);
    }

    private void Acknowledge(Observed observed)
    {
        if (!_lanes.TryGetValue(observed.User, out var lane) || lane.InFlight is null
            || lane.InFlight.Observations[^1].Origin.Position != observed.Position)
        {
            return;
        }
        _acknowledged += lane.InFlight.Observations.Length;
        _acknowledgedAt = Stopwatch.GetTimestamp();
        foreach (var chunk in lane.InFlightChunks)
            _byNumber[chunk].Left--;
        lane.InFlight = null;
        lane.InFlightChunks.Clear();
        SendNext(observed.User);
        CloseChunks();
    }

    private void CloseChunks()
    {
        Action? checkpoint = null;
        while (_open.TryPeek(out var first) && first.Left == 0)
        {
            _open.Dequeue();
            _byNumber.Remove(first.Number);
            checkpoint = first.Checkpoint ?? checkpoint;
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
        var late = 0;
        // The account alone is ill when others of this source are journaled meanwhile; else the journal is, and everything waits for it.
        var others = _acknowledgedAt != 0 && Stopwatch.GetElapsedTime(_acknowledgedAt) < ResendAfter * 2;
        foreach (var (user, lane) in _lanes.ToArray())
        {
            if (lane.InFlight is null || Stopwatch.GetElapsedTime(lane.SentAt) < ResendAfter)
                continue;
            if (lane.Sends >= MaxResends && others)
            {
                GiveUp(user, lane);
                continue;
            }
            late++;
            Send(lane);
        }
        if (late > 0)
            _log.Warning("{Count} users did not acknowledge in time; sent again ({Acknowledged} observations journaled so far)", late, _acknowledged);
    }

    /// <summary>One account that never answers must not hold up the source for all others.</summary>
    private void GiveUp(UserId user, UserLane lane)
    {
        var count = lane.InFlight!.Observations.Length + lane.Waiting.Count;
        _skipped += count;
        _log.Error("{User} does not acknowledge: {Count} observations of this account are not counted ({Skipped} so far, of all accounts), so that the others can be; it is tried again in {Minutes} minutes", user, count, _skipped, GivenUpFor.TotalMinutes);
        foreach (var chunk in lane.InFlightChunks.Concat(lane.WaitingChunks))
            _byNumber[chunk].Left--;
        _lanes.Remove(user);
        if (_givenUp.Count >= MaxGivenUp)
            _givenUp.Clear();
        _givenUp[user] = Stopwatch.GetTimestamp();
        CloseChunks();
    }

    private bool IsGivenUp(UserId user)
    {
        if (_givenUp.Count == 0 || !_givenUp.TryGetValue(user, out var since))
            return false;
        if (Stopwatch.GetElapsedTime(since) < GivenUpFor)
        {
            _skipped++;
            return true;
        }
        _givenUp.Remove(user);
        return false;
    }

    private sealed class OpenChunk(long number, int left, Action? checkpoint)
    {
        public long Number { get; } = number;

        public int Left { get; set; } = left;

        public Action? Checkpoint { get; } = checkpoint;
    }

    private sealed class Resend : INoSerializationVerificationNeeded
    {
        public static readonly Resend Instance = new();
    }
}
