using Akka.Actor;
using Guard.Actors.Enforcement;
using Guard.Cluster.Tests.Persistence;
using Guard.Host.Enforcement;
using Guard.Host.Enforcement.Locks;
using Guard.Host.Platform;
using Guard.Messages.Decisions;
using Guard.Messages.Enforcement;
using Guard.Messages.Identity;
using Guard.Messages.Policies;
using Xunit;

namespace Guard.Cluster.Tests.Enforcement;

/// <summary>The ledger of locks on a real journal, with a machine that outlives the guard.</summary>
public sealed class LockLedgerSpecs : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(90);
    private static readonly UserId Info = new("info@example.com");
    private static readonly UserId Anna = new("anna@example.com");
    private static readonly UserId Bob = new("bob@example.com");

    private readonly StoragePlace _place = new();
    private readonly FlakyMachine _machine = new();
    private readonly ShiftedClock _clock = new();

    public void Dispose() => _place.Dispose();

    private static Effect Of(UserId user, long id, EffectKind kind, TimeSpan? hold = null, string code = ReasonCodes.TimeIsUp) =>
        new(
            user,
            id,
            kind,
            DateTimeOffset.UtcNow,
            kind == EffectKind.LockAccount ? DateTimeOffset.UtcNow + (hold ?? TimeSpan.FromHours(1)) : null,
            GuardMode.Enforce,
            Rung.Normal,
            Rung.Suspended,
            31,
            default,
            "",
            [new Reason(code, 1, 0)]
        );

    /// <summary>Info ends up released, Anna locked anew, Bob locked once.</summary>
    private static Effect[] Story() =>
        [
            Of(Info, 1, EffectKind.LockAccount),
            Of(Anna, 1, EffectKind.LockAccount),
            Of(Info, 2, EffectKind.UnlockAccount),
            Of(Anna, 2, EffectKind.UnlockAccount),
            Of(Bob, 5, EffectKind.LockAccount),
            Of(Anna, 3, EffectKind.LockAccount),
        ];

    private (StorageEngine Engine, IActorRef Ledger, IActorRef Worker) Start(int snapshotEvery = 3)
    {
        var engine = StorageEngine.Start(_place, "sqlite-group-commit");
        var worker = engine.System.ActorOf(LockWorker.Props("machine", _machine, TimeSpan.FromMilliseconds(5)));
        var ledger = engine.System.ActorOf(LedgerKeeper.Props(AccountLockSupervisor.Props(new AccountLockContext("test", _clock, [worker], snapshotEvery))));
        return (engine, ledger, worker);
    }

    /// <summary>This machine's clock, put ahead.</summary>
    private sealed class ShiftedClock : TimeProvider
    {
        public TimeSpan Ahead { get; set; }

        public override DateTimeOffset GetUtcNow() => base.GetUtcNow() + Ahead;
    }

    public static TheoryData<int> Steps => [.. Enumerable.Range(-1, 14)];

    /// <summary>As the users do it: what is not confirmed is told again, in order, to whoever is there.</summary>
    private static async Task<bool> TellAll(IActorRef ledger, Queue<Effect> owed, Task died)
    {
        var waited = System.Diagnostics.Stopwatch.StartNew();
        while (owed.TryPeek(out var effect))
        {
            // A ledger that starts again loses what it was told meanwhile.
            var answer = ledger.Ask<EffectDone>(effect, TimeSpan.FromSeconds(2), TestContext.Current.CancellationToken);
            var first = await Task.WhenAny(answer, died);
            if (first == died)
                return false;
            if (answer.IsCompletedSuccessfully)
            {
                Assert.Equal(effect.Id, answer.Result.Id);
                owed.Dequeue();
            }
            else
            {
                Assert.True(waited.Elapsed < Patience, $"{effect.User} {effect.Id} was not confirmed");
            }
        }
        return true;
    }

    [Theory, MemberData(nameof(Steps))]
    public async Task A_process_that_dies_at_any_step_loses_no_lock_doubles_none_and_leaves_none_behind(int step)
    {
        _machine.DiesAt = step;
        var owed = new Queue<Effect>(Story());
        var (engine, ledger, _) = Start();
        // The confirmation of the last effect may come before its deed: then the deed is what dies.
        if (await TellAll(ledger, owed, _machine.Died.Task) && step >= 0)
            await Task.WhenAny(_machine.Died.Task, Eventually.Is(() => _machine.Standing.ToHashSet().SetEquals([Anna, Bob]), "the story did not end"));
        await engine.DisposeAsync();

        _machine.DiesAt = -1;
        (engine, ledger, var worker) = Start();
        await using var _2 = engine;
        Assert.True(await TellAll(ledger, owed, new TaskCompletionSource().Task));
        // What was confirmed long ago and comes again, out of order, changes nothing.
        Assert.True(await TellAll(ledger, new Queue<Effect>(Story()), new TaskCompletionSource().Task));
        await Eventually.Is(() => _machine.Standing.ToHashSet().SetEquals([Anna, Bob]), $"stands: {string.Join(", ", _machine.Standing)}");
        await Eventually.Is(
            () => worker.Ask<WorkerStatus>(GetWorkerStatus.Instance, Patience, TestContext.Current.CancellationToken).Result is { Pending: 0, Wanted: 2 },
            "something is pending"
        );
        Assert.True(_machine.Standing.ToHashSet().SetEquals([Anna, Bob]));
    }

    [Fact]
    public async Task A_lock_ends_on_time_also_when_the_guard_was_away_meanwhile()
    {
        var (engine, ledger, _) = Start();
        await TellAll(ledger, new Queue<Effect>([Of(Info, 1, EffectKind.LockAccount, TimeSpan.FromMinutes(30))]), new TaskCompletionSource().Task);
        await Eventually.Is(() => _machine.Standing.Contains(Info), "it was not locked");
        await engine.DisposeAsync();
        Assert.Contains(Info, _machine.Standing);
        _clock.Ahead = TimeSpan.FromMinutes(31);
        (engine, ledger, _) = Start();
        await using var _2 = engine;
        await Eventually.Is(() => _machine.Standing.Count == 0, "it stayed locked");
        Assert.False((await ledger.Ask<LockSnapshot>(new LockCommands.List(), Patience, TestContext.Current.CancellationToken)).Entries.Single().Locked);
    }

    [Fact]
    public async Task A_machine_that_does_not_answer_for_long_catches_up_and_the_log_has_a_handful_of_lines()
    {
        _machine.Failing = 40;
        var (engine, ledger, worker) = Start();
        await using var _ = engine;
        Assert.True(await TellAll(ledger, new Queue<Effect>(Story()), new TaskCompletionSource().Task));
        // A second attempt comes only when the worker knows that the first one failed.
        await Eventually.Is(() => _machine.Failed > 1, "it was not tried again");
        Assert.True((await worker.Ask<WorkerStatus>(GetWorkerStatus.Instance, Patience, TestContext.Current.CancellationToken)).Failures > 0);
        _machine.Failing = Math.Min(_machine.Failing, 3);
        await Eventually.Is(() => _machine.Standing.ToHashSet().SetEquals([Anna, Bob]), "it did not catch up");
        var status = await worker.Ask<WorkerStatus>(GetWorkerStatus.Instance, Patience, TestContext.Current.CancellationToken);
        Assert.Equal((0, ""), (status.Failures, status.LastError));
    }

    [Fact]
    public void Of_600_failures_in_a_row_ten_are_told_of()
    {
        var backoff = new Backoff(TimeSpan.FromSeconds(1), TimeSpan.FromMinutes(1));
        var told = Enumerable.Range(0, 600).Count(_ => backoff.Fail());
        Assert.Equal(10, told);
        Assert.InRange(backoff.Delay, TimeSpan.FromSeconds(48), TimeSpan.FromSeconds(72));
        Assert.Equal(600, backoff.Succeed());
    }

    [Fact]
    public async Task In_observe_mode_nothing_is_locked()
    {
        var (engine, ledger, _) = Start();
        await using var _2 = engine;
        await ledger.Ask<EffectDone>(Of(Info, 1, EffectKind.LockAccount) with { Mode = GuardMode.Observe }, Patience, TestContext.Current.CancellationToken);
        Assert.Empty((await ledger.Ask<LockSnapshot>(new LockCommands.List(), Patience, TestContext.Current.CancellationToken)).Entries);
        Assert.Empty(_machine.Standing);
    }
}
