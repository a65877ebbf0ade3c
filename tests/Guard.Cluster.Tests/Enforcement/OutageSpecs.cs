using System.Globalization;
using Akka.Actor;
using Akka.Configuration;
using Akka.Event;
using Akka.TestKit;
using Guard.Actors.Enforcement;
using Guard.Host.Enforcement;
using Guard.Host.Enforcement.Locks;
using Guard.Messages.Enforcement;
using Guard.Messages.Identity;
using Xunit;

namespace Guard.Cluster.Tests.Enforcement;

/// <summary>A backend that is away for ten minutes by the scheduler's clock, while accounts go on being locked.</summary>
public sealed class OutageSpecs
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    [Fact]
    public async Task A_backend_that_is_away_for_ten_minutes_catches_up_and_the_log_is_not_flooded()
    {
        var machine = new FlakyMachine { Failing = int.MaxValue };
        var system = ActorSystem.Create(
            "outage",
            ConfigurationFactory.ParseString(
                """akka { stdout-loglevel = OFF, loglevel = INFO, loggers = [], scheduler.implementation = "Akka.TestKit.TestScheduler, Akka.TestKit" }"""
            )
        );
        try
        {
            var lines = new System.Collections.Concurrent.ConcurrentQueue<string>();
            var listener = system.ActorOf(Props.Create(() => new Listener(lines)));
            system.EventStream.Subscribe<LogEvent>(listener);
            var worker = system.ActorOf(LockWorker.Props("dovecot-deny-file", machine, TimeSpan.FromSeconds(1)));
            var clock = (TestScheduler)system.Scheduler;
            for (var second = 0; second < 600; second++)
            {
                if (second % 5 == 0)
                    worker.Tell(new WantedState.Lock(Entry(second / 5)));
                await Quiet(worker, machine);
                clock.Advance(TimeSpan.FromSeconds(1));
            }
            var failures = machine.Failed;
            // Some tries in the first minute, later about one a minute: neither silence nor a storm.
            Assert.InRange(failures, 10, 30);
            machine.Failing = 0;
            for (var second = 0; second < 120 && machine.Standing.Count < 120; second++)
            {
                await Quiet(worker, machine);
                clock.Advance(TimeSpan.FromSeconds(1));
            }
            await Eventually.Is(
                async () => machine.Standing.Count >= 120 && await Status(worker) is { Pending: 0, Failures: 0, Busy: false },
                () => $"{machine.Standing.Count} of 120 stand",
                Patience
            );
            Assert.Equal(120, machine.Locked);
            await listener.Ask<string>("done?", Patience, TestContext.Current.CancellationToken);
            TestContext.Current.TestOutputHelper?.WriteLine($"{failures} tries, {lines.Count} lines: {string.Join("\n", lines)}");
            Assert.InRange(lines.Count, 2, 10);
            Assert.Contains(lines, line => line.Contains($"works again after {failures} failures", StringComparison.Ordinal));
        }
        finally
        {
            await system.Terminate();
        }
    }

    private static LockEntry Entry(int number) =>
        new(new UserId($"user{number.ToString(CultureInfo.InvariantCulture)}@example.com"), 1, true, DateTimeOffset.UnixEpoch, null, "stolen");

    private static Task<WorkerStatus> Status(IActorRef worker) => worker.Ask<WorkerStatus>(GetWorkerStatus.Instance, TestContext.Current.CancellationToken);

    /// <summary>Until the call that runs has come back: it runs by the real clock.</summary>
    private static async Task Quiet(IActorRef worker, FlakyMachine machine)
    {
        var waited = System.Diagnostics.Stopwatch.StartNew();
        while (await Status(worker) is { Calling: true })
        {
            Assert.True(waited.Elapsed < Patience, $"a call does not come back after {machine.Failed} failures");
            await Task.Delay(1, TestContext.Current.CancellationToken);
        }
    }

    private sealed class Listener : ReceiveActor
    {
        public Listener(System.Collections.Concurrent.ConcurrentQueue<string> lines)
        {
            Receive<LogEvent>(line => lines.Enqueue(line.ToString()!));
            Receive<string>(_ => Sender.Tell("yes"));
        }
    }
}
