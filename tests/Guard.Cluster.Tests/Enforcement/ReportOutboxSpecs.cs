using System.Collections.Frozen;
using Akka.Actor;
using Guard.Actors.Enforcement;
using Guard.Actors.Enforcement.Reporting;
using Guard.Actors.Entities;
using Guard.Cluster.Tests.Persistence;
using Guard.Host.Enforcement;
using Guard.Host.Reports;
using Guard.Messages.Decisions;
using Guard.Messages.Enforcement;
using Guard.Messages.Identity;
using Guard.Messages.Policies;
using Xunit;

namespace Guard.Cluster.Tests.Enforcement;

/// <summary>The outbox of reports on a real journal, with readers that outlive the guard.</summary>
public sealed class ReportOutboxSpecs : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);
    private static readonly ReportRules Rules = ReportRules.None with { Mail = true, Admins = ["admin@example.net"], Webhooks = ["siem"] };

    private readonly StoragePlace _place = new();
    private readonly FlakyReader _reader = new();
    private readonly Written _written = new();

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public void Dispose() => _place.Dispose();

    private sealed class Written : IEffector
    {
        public List<(string User, long Effect)> Lines { get; } = [];

        public void Carry(Effect effect)
        {
            lock (Lines)
                Lines.Add((effect.User.Value, effect.Id));
        }
    }

    private sealed class Policies : IPolicySource
    {
        public PolicyBook Current { get; } = PolicyBook.Of(GuardPolicy.Default);
    }

    private static Effect Of(string user, long id, Rung to = Rung.Restricted) =>
        new(
            new UserId(user),
            id,
            EffectKind.Report,
            DateTimeOffset.UtcNow,
            DateTimeOffset.UtcNow.AddHours(1),
            GuardMode.Observe,
            Rung.Normal,
            to,
            21,
            default,
            "",
            [new Reason(ReasonCodes.LoginRate, 40, 2, 9, "hour")]
        );

    /// <summary>Five incidents, one of which rises: six mails and six events.</summary>
    private static Effect[] Story() => [.. Enumerable.Range(0, 5).Select(number => Of($"{number}@example.com", 3)), Of("0@example.com", 5, Rung.Suspended)];

    private (StorageEngine Engine, IActorRef Outbox, IActorRef Worker) Start(ReportRules? rules = null, int snapshotEvery = 4, TimeSpan? firstRetry = null)
    {
        var engine = StorageEngine.Start(_place, StoragePlace.Names[0]);
        var worker = engine.System.ActorOf(ReportWorker.Props("report", _reader, firstRetry ?? TimeSpan.FromMilliseconds(5)));
        var channels = new Dictionary<ReportChannel, IActorRef> { [ReportChannel.Mail] = worker, [ReportChannel.Webhook] = worker }.ToFrozenDictionary();
        return (
            engine,
            engine.System.ActorOf(
                ReportSupervisor.Props(new ReportContext("test", rules ?? Rules, new Policies(), TimeProvider.System, _written, channels, snapshotEvery))
            ),
            worker
        );
    }

    /// <summary>The process is gone. In this one the thread that writes lives on: what was under way is written before the next process reads.</summary>
    private async Task End(StorageEngine engine)
    {
        await engine.DisposeAsync();
        await using var last = StorageEngine.Start(_place, StoragePlace.Names[0]);
        last.Write("last", (1, new DispatchDone(DateTimeOffset.UtcNow, "last")));
        last.Written(1);
    }

    private static Task<ReportSnapshot> Outbox(IActorRef outbox) => outbox.Ask<ReportSnapshot>(ReportDelivery.List.Instance, Patience, Cancel);

    /// <summary>As the users do it: what is not confirmed is told again, in order.</summary>
    private static async Task TellAll(IActorRef outbox, Queue<Effect> owed, int most = int.MaxValue)
    {
        while (most-- > 0 && owed.TryPeek(out var effect))
        {
            await Eventually.Is(
                async () =>
                {
                    try
                    {
                        return (await outbox.Ask<EffectDone>(effect, TimeSpan.FromSeconds(2), Cancel)).Id == effect.Id;
                    }
                    catch (AskTimeoutException)
                    {
                        return false;
                    }
                },
                "an effect is never confirmed"
            );
            owed.Dequeue();
        }
    }

    public static TheoryData<int> Steps => [.. Enumerable.Range(-1, 26)];

    [Theory, MemberData(nameof(Steps))]
    public async Task A_process_that_dies_at_any_step_of_a_delivery_loses_no_report_and_whoever_gets_one_twice_knows_it(int step)
    {
        _reader.DiesAt = step;
        var owed = new Queue<Effect>(Story());
        var (engine, outbox, _) = Start();
        await TellAll(outbox, owed, most: step < 6 ? 3 : int.MaxValue);
        if (step >= 0 && (step < 6 || owed.Count == 0))
            await Task.WhenAny(_reader.Died.Task, Eventually.Is(() => Task.FromResult(_reader.Known.Count == 12), "the story did not end"));
        await End(engine);

        _reader.DiesAt = -1;
        (engine, outbox, _) = Start();
        await using var _2 = engine;
        await TellAll(outbox, owed);
        // What was confirmed long ago and comes again changes nothing.
        await TellAll(outbox, new Queue<Effect>(Story()));
        await Eventually.Is(async () => (await Outbox(outbox)) is { Open.Length: 0, Waiting.Length: 0 }, "something is left");
        Assert.Equal(12, _reader.Known.Count);
        // What was not journaled as delivered before the end came a second time, and is the same.
        Assert.All(_reader.Got.GroupBy(dispatch => dispatch.Id), same => Assert.InRange(same.Count(), 1, 2));
        Assert.All(
            _reader.Got.GroupBy(dispatch => dispatch.Id),
            same =>
                Assert.Single(
                    same.Select(dispatch => (dispatch.Root, dispatch.Before, string.Join(',', dispatch.Items.Select(item => item.Effect.Id)))).Distinct()
                )
        );
        Assert.Equal(Story().Select(effect => (effect.User.Value, effect.Id)).Order(), _written.Lines.Order());
    }

    [Fact]
    public async Task A_reader_that_is_away_for_long_gets_everything_once_it_is_back()
    {
        _reader.Failing = 20;
        var (engine, outbox, worker) = Start();
        await using var _ = engine;
        await TellAll(outbox, new Queue<Effect>(Story()));
        await Eventually.Is(
            async () => (await worker.Ask<WorkerStatus>(GetWorkerStatus.Instance, Patience, Cancel)) is { Failures: > 3, LastError: "nobody is there" },
            "it did not fail"
        );
        _reader.Failing = 0;
        await Eventually.Is(async () => (await Outbox(outbox)) is { Open.Length: 0, Waiting.Length: 0 }, "it did not catch up");
        Assert.Equal((12, 12), (_reader.Got.Count, _reader.Known.Count));
        Assert.Equal(
            (0, ""),
            (await worker.Ask<WorkerStatus>(GetWorkerStatus.Instance, Patience, Cancel)) is var status ? (status.Failures, status.LastError) : default
        );
    }

    [Fact]
    public async Task A_refused_report_is_a_dead_letter_that_others_do_not_wait_for_and_that_an_admin_revives()
    {
        _reader.Refused = "3@example.com";
        var (engine, outbox, worker) = Start();
        await TellAll(outbox, new Queue<Effect>(Story()));
        await Eventually.Is(() => Task.FromResult(_reader.Known.Count == 10), "others waited");
        await Eventually.Is(
            async () => (await Outbox(outbox)).Open is { Length: 2 } open && open.All(dispatch => dispatch.Dead == "550 no such user"),
            "no dead letter"
        );
        Assert.Equal(2, (await worker.Ask<WorkerStatus>(GetWorkerStatus.Instance, Patience, Cancel)).Refused.Count);
        await End(engine);

        // Dead it stays, also after a restart, until somebody wants it tried anew.
        _reader.Refused = "";
        (engine, outbox, _) = Start();
        await using var _2 = engine;
        Assert.Equal(2, (await Outbox(outbox)).Open.Length);
        Assert.Equal(10, _reader.Got.Count);
        Assert.Equal(2, (await outbox.Ask<ReportDelivery.Retried>(new ReportDelivery.Retry(""), Patience, Cancel)).Count);
        await Eventually.Is(async () => (await Outbox(outbox)).Open.IsEmpty, "it was not revived");
        Assert.Equal(12, _reader.Known.Count);
    }

    [Fact]
    public async Task What_waits_after_a_failure_is_tried_at_once_when_an_admin_says_so()
    {
        _reader.Failing = 1;
        var (engine, outbox, worker) = Start(Rules with { Webhooks = [] }, firstRetry: TimeSpan.FromHours(1));
        await using var _ = engine;
        await TellAll(outbox, new Queue<Effect>([Of("1@example.com", 1)]));
        await Eventually.Is(async () => (await worker.Ask<WorkerStatus>(GetWorkerStatus.Instance, Patience, Cancel)).Failures == 1, "it did not fail");
        // No dead letter is among them.
        Assert.Equal(0, (await outbox.Ask<ReportDelivery.Retried>(new ReportDelivery.Retry(""), Patience, Cancel)).Count);
        await Eventually.Is(async () => (await Outbox(outbox)).Open.IsEmpty, "it waits on");
    }

    [Fact]
    public async Task What_cannot_be_delivered_for_too_long_is_a_dead_letter()
    {
        _reader.Failing = int.MaxValue;
        var (engine, outbox, _) = Start(Rules with { GiveUp = TimeSpan.FromSeconds(1), Webhooks = [] });
        await using var _2 = engine;
        await TellAll(outbox, new Queue<Effect>([Of("1@example.com", 1)]));
        await Eventually.Is(async () => (await Outbox(outbox)).Open is [{ Dead.Length: > 0 }], "it is tried for ever");
        Assert.Contains("could not be delivered", (await Outbox(outbox)).Open[0].Dead, StringComparison.Ordinal);
    }
}
