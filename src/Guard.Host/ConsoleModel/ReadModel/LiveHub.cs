using System.Collections.Immutable;
using System.Diagnostics;
using Akka.Cluster;
using Guard.Host.ConsoleModel.Contracts;
using Guard.Host.Node;
using Guard.Host.Node.Questions;
using Serilog;

namespace Guard.Host.ConsoleModel.ReadModel;

/// <summary>
/// Follows the decisions of all nodes once for all who look on, and only while somebody does. Each of them has a bounded memory of their own.
/// </summary>
internal sealed class LiveHub(InspectedNode node, ILogger log) : IAsyncDisposable
{
    private static readonly TimeSpan LookForNodes = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan Again = TimeSpan.FromSeconds(2);

    private readonly Lock _changing = new();
    private ImmutableArray<LiveFollower> _followers = [];
    private CancellationTokenSource? _following;
    private Task _running = Task.CompletedTask;

    public int Followers => _followers.Length;

    public LiveFollower Add(AccessScope scope)
    {
        var follower = new LiveFollower(scope);
        lock (_changing)
        {
            _followers = _followers.Add(follower);
            if (_following is null)
            {
                _following = new CancellationTokenSource();
                var stop = _following.Token;
                _running = Task.Run(() => FollowAsync(stop));
            }
        }
        return follower;
    }

    public void Remove(LiveFollower follower)
    {
        lock (_changing)
        {
            _followers = _followers.Remove(follower);
            if (_followers.IsEmpty)
            {
                _following?.Cancel();
                _following?.Dispose();
                _following = null;
            }
        }
    }

    /// <summary>Reactions of these accounts changed and are in the records.</summary>
    public void IncidentsChanged(IReadOnlyList<NotableChange> changes)
    {
        foreach (var follower in _followers)
        {
            if (changes.Any(change => follower.Scope.Reaches(change.User, change.Site)))
                follower.IncidentsChanged();
        }
    }

    private async Task FollowAsync(CancellationToken stop)
    {
        while (!stop.IsCancellationRequested)
        {
            // Begun anew when nodes come or go.
            using var members = CancellationTokenSource.CreateLinkedTokenSource(stop);
            var watching = WatchMembersAsync(members);
            try
            {
                await foreach (var item in NodeInquiry.AskAllAsync(node, NodeQuestions.Decisions, [], members.Token).ConfigureAwait(false))
                {
                    if (item.Item is { } seen)
                        Tell(seen);
                }
            }
            catch (OperationCanceledException) { }
            catch (Exception failure) when (failure is InspectionException or InvalidOperationException)
            {
                log.Warning("The live view lost its source and looks for it again: {Reason:l}", failure.Message);
            }
            await members.CancelAsync().ConfigureAwait(false);
            await watching.ConfigureAwait(false);
            await Task.Delay(stop.IsCancellationRequested ? TimeSpan.Zero : Again, CancellationToken.None).ConfigureAwait(false);
        }
    }

    private async Task WatchMembersAsync(CancellationTokenSource members)
    {
        var before = Members();
        while (!members.IsCancellationRequested)
        {
            await Task.Delay(LookForNodes, members.Token).ContinueWith(_ => { }, TaskScheduler.Default).ConfigureAwait(false);
            if (!members.IsCancellationRequested && Members() != before)
                await members.CancelAsync().ConfigureAwait(false);
        }
    }

    private string Members() =>
        string.Join(
            ' ',
            Cluster
                .Get(node.System)
                .State.Members.Where(member => member.Status == MemberStatus.Up)
                .Select(member => member.Address.ToString())
                .Order(StringComparer.Ordinal)
        );

    private void Tell(SeenDecision seen)
    {
        var decision = new LiveDecision(
            seen.At,
            seen.User,
            node.Policies.Current.SiteOf(seen.User),
            seen.What,
            seen.Address,
            seen.Country,
            seen.Score,
            seen.Rung,
            seen.Detail
        );
        foreach (var follower in _followers)
            follower.Take(decision);
    }

    public async ValueTask DisposeAsync()
    {
        lock (_changing)
            _following?.Cancel();
        await _running.ConfigureAwait(false);
    }
}

/// <summary>One who looks on: the latest decisions in their reach, and how many there were.</summary>
internal sealed class LiveFollower(AccessScope scope)
{
    private const int Shown = 100;
    private const int RateSeconds = 10;
    private static readonly TimeSpan UntilRecorded = TimeSpan.FromMilliseconds(800);

    private readonly Lock _taking = new();
    private readonly Queue<LiveDecision> _latest = new();
    private readonly long[] _perSecond = new long[RateSeconds];
    private readonly long _begun = Stopwatch.GetTimestamp();
    private long _second;
    private long _left;
    private bool _incidents;
    private long _incidentsSeen;
    private double _toldRate;

    public AccessScope Scope => scope;

    public void Take(LiveDecision decision)
    {
        if (!scope.May(AccessRights.View) || !scope.Reaches(decision.User, decision.Site))
            return;
        lock (_taking)
        {
            Roll();
            _perSecond[_second % RateSeconds]++;
            _latest.Enqueue(decision);
            if (_latest.Count > Shown)
            {
                _latest.Dequeue();
                _left++;
            }
            // Of another node: it is in the records a little later.
            if (_incidentsSeen == 0 && decision.What.Contains('→', StringComparison.Ordinal))
                _incidentsSeen = Stopwatch.GetTimestamp();
        }
    }

    public void IncidentsChanged()
    {
        lock (_taking)
            _incidents = true;
    }

    /// <summary>What is new; null when nothing is.</summary>
    public LiveTick? Tick()
    {
        lock (_taking)
        {
            Roll();
            if (_incidentsSeen != 0 && Stopwatch.GetElapsedTime(_incidentsSeen) > UntilRecorded)
                (_incidents, _incidentsSeen) = (true, 0);
            var rate = Math.Round(_perSecond.Sum() / (double)Math.Clamp(_second, 1, RateSeconds), 1);
            if (_latest.Count == 0 && !_incidents && rate == _toldRate)
                return null;
            var tick = new LiveTick([.. _latest], _left, rate, _incidents);
            _latest.Clear();
            (_left, _incidents, _toldRate) = (0, false, rate);
            return tick;
        }
    }

    private void Roll()
    {
        var now = (long)Stopwatch.GetElapsedTime(_begun).TotalSeconds;
        for (var second = Math.Max(_second + 1, now - RateSeconds + 1); second <= now; second++)
            _perSecond[second % RateSeconds] = 0;
        _second = Math.Max(_second, now);
    }
}
