using System.Collections.Concurrent;
using System.Collections.Immutable;
using Akka.Actor;
using Guard.Actors.Enforcement;
using Guard.Host.Enforcement;
using Guard.Host.Enforcement.Locks;
using Guard.Host.Enforcement.Queues;
using Guard.Messages.Enforcement;
using Guard.Messages.Identity;
using Guard.Messages.Policies;
using Xunit;

namespace Guard.Host.Tests.Enforcers;

/// <summary>What workers make of grades that their backends know or do not know.</summary>
public sealed class LockWorkerGrades : IAccountLock, IOpenSessions, IMailHold, IAsyncLifetime
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);
    private static readonly UserId Info = new("info@example.com");
    private static readonly DateTimeOffset At = DateTimeOffset.UtcNow;

    private readonly ConcurrentDictionary<UserId, LockGrade> _locked = [];
    private readonly ConcurrentQueue<UserId> _ended = [];
    private readonly ConcurrentQueue<DateTimeOffset?> _held = [];
    private readonly ActorSystem _system = ActorSystem.Create("grades");

    public ValueTask InitializeAsync() => ValueTask.CompletedTask;

    public async ValueTask DisposeAsync() => await _system.Terminate();

    private static LockEntry Entry(LockGrade grade) => new(Info, 1, true, At, null, "stolen") { Grade = grade };

    private static Task<WorkerStatus> Status(IActorRef worker) =>
        worker.Ask<WorkerStatus>(GetWorkerStatus.Instance, Patience, TestContext.Current.CancellationToken);

    [Fact]
    public async Task A_lock_beyond_a_backend_is_not_made_there_and_one_that_became_so_is_taken_off_and_both_are_said_once()
    {
        var worker = _system.ActorOf(LockWorker.Props("machine", this, TimeSpan.FromMilliseconds(5)));
        worker.Tell(new WantedState.Lock(Entry(LockGrade.Everything)));
        await Eventually.Is(() => Task.FromResult(_locked.ContainsKey(Info)), "it was not locked");
        worker.Tell(new WantedState.Lock(Entry(LockGrade.Sending)));
        await Eventually.Is(() => Task.FromResult(_locked.IsEmpty), "more was taken away than was meant");
        worker.Tell(new WantedState.AllLocks([Entry(LockGrade.Sending)]));
        await Eventually.Is(
            async () => (await Status(worker)).Refused is [var only] && only.Contains("for sending alone cannot be made here", StringComparison.Ordinal),
            "it was not said, or twice"
        );
        worker.Tell(new WantedState.AllLocks([]));
        await Eventually.Is(async () => (await Status(worker)).Refused.Count == 0, "what is no longer wanted is still refused");
        Assert.Empty(_locked);
    }

    [Theory]
    [InlineData(LockGrade.Everything, true)]
    [InlineData(LockGrade.Strange, true)]
    [InlineData(LockGrade.Sending, false)]
    public async Task Open_sessions_end_unless_only_sending_is_locked(LockGrade grade, bool end)
    {
        var worker = _system.ActorOf(SessionWorker.Props("sessions", this, TimeSpan.FromMilliseconds(5)));
        worker.Tell(new WantedState.Lock(Entry(grade)));
        await Eventually.Is(async () => (await Status(worker)).Pending == 0 && _ended.IsEmpty != end, "sessions");
        Assert.All(_ended, user => Assert.Equal(Info, user));
    }

    [Theory]
    [InlineData(LockGrade.Everything, false)]
    [InlineData(LockGrade.Sending, false)]
    [InlineData(LockGrade.Strange, true)]
    public async Task Under_a_lock_for_strange_networks_only_what_was_queued_before_is_held(LockGrade grade, bool bounded)
    {
        var worker = _system.ActorOf(QueueWorker.Props("queue", this, _ => ImmutableHashSet<string>.Empty, TimeSpan.FromMilliseconds(5)));
        worker.Tell(new WantedState.Lock(Entry(grade)));
        await Eventually.Is(() => Task.FromResult(!_held.IsEmpty), "nothing was held");
        Assert.Equal(bounded ? At : null, _held.First());
    }

    Task<IReadOnlyCollection<RefusedLock>> IAccountLock.Apply(
        IReadOnlyCollection<WantedLock> add,
        IReadOnlyCollection<UserId> remove,
        CancellationToken cancellation
    )
    {
        foreach (var user in remove)
            _locked.TryRemove(user, out _);
        foreach (var one in add)
            _locked[one.User] = one.Grade;
        return Task.FromResult<IReadOnlyCollection<RefusedLock>>([]);
    }

    Task<IReadOnlyCollection<StandingLock>> IAccountLock.List(CancellationToken cancellation) =>
        Task.FromResult<IReadOnlyCollection<StandingLock>>([.. _locked.Keys.Select(user => new StandingLock(user, null))]);

    Task<string?> IOpenSessions.End(UserId user, CancellationToken cancellation)
    {
        _ended.Enqueue(user);
        return Task.FromResult<string?>(null);
    }

    Task<int> IMailHold.Hold(UserId user, IReadOnlySet<string> submitted, DateTimeOffset? arrivedBefore, CancellationToken cancellation)
    {
        _held.Enqueue(arrivedBefore);
        return Task.FromResult(1);
    }

    Task<IReadOnlyCollection<HeldMail>> IMailHold.List(UserId? user, CancellationToken cancellation) => Task.FromResult<IReadOnlyCollection<HeldMail>>([]);

    Task<int> IMailHold.Release(UserId user, CancellationToken cancellation) => Task.FromResult(0);

    Task<int> IMailHold.Delete(UserId user, CancellationToken cancellation) => Task.FromResult(0);
}
