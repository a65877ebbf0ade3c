using System.Collections.Immutable;
using System.Diagnostics.Metrics;
using Akka.Actor;
using Guard.Actors.Users;
using Guard.Host.Enforcement;
using Guard.Host.Intake;
using Guard.Host.Telemetry;

namespace Guard.Host.Node;

/// <summary>What is looked at when somebody collects: intake, awake entities, enforcement, cluster. Labels are sources, kinds and ways of enforcement of this
/// node.</summary>
internal sealed class NodeGauges : IDisposable
{
    private static readonly TimeSpan AskWorkers = TimeSpan.FromSeconds(10);

    private readonly Meter _meter = new(GuardMeters.Name);
    private readonly CancellationTokenSource _stop = new();
    private ImmutableArray<WorkerStatus> _workers = [];

    public NodeGauges(InspectedNode node, EntityMeasures entities)
    {
        _meter.CreateObservableGauge(
            "entities.awake",
            () =>
                new[]
                {
                    new Measurement<long>(node.Entities.AwakeOf(EntityKind.User), Label("entity", "user")),
                    new Measurement<long>(node.Entities.AwakeOf(EntityKind.Site), Label("entity", "site")),
                },
            description: "Entities in this node's memory."
        );
        _meter.CreateObservableGauge("leases.held", () => entities.LeasesHeld, description: "Leases with a slice that sites of this node have out.");
        _meter.CreateObservableGauge(
            "effects.owed",
            () => (long)node.Entities.Owed.Count(),
            description: "Effects that accounts ordered and nobody confirmed yet."
        );
        _meter.CreateObservableGauge(
            "intake.lag.seconds",
            () => Sources(node, source => source.Lag.TotalSeconds),
            "s",
            "How far the journal is behind a source that has more to read."
        );
        _meter.CreateObservableGauge("intake.behind.bytes", () => Sources(node, source => source.BehindBytes), "By", "What is there and was not read yet.");
        _meter.CreateObservableGauge(
            "intake.trouble",
            () => Sources(node, source => source.Problem.Length > 0 ? 1L : 0L),
            description: "1 for a source of which nothing can be read now."
        );
        _meter.CreateObservableCounter("intake.lines.total", () => Sources(node, source => source.Lines), description: "Lines or messages read.");
        _meter.CreateObservableCounter(
            "intake.unparsed.total",
            () => Sources(node, source => source.Unparsed),
            description: "Lines of known daemons that could not be read."
        );
        _meter.CreateObservableCounter("intake.foreign.total", () => Sources(node, source => source.Foreign), description: "Lines of no known daemon.");
        _meter.CreateObservableCounter(
            "intake.lost.total",
            () => Sources(node, source => source.Lost),
            description: "Messages that the logging daemon says it dropped."
        );
        _meter.CreateObservableCounter(
            "intake.misdated.total",
            () => Sources(node, source => source.Misdated),
            description: "Lines whose stamp was not believed: judged at their arrival."
        );
        _meter.CreateObservableCounter(
            "intake.asked.total",
            () => Sources(node, source => source.Asked),
            description: "Questions of servers that wait for an answer."
        );
        _meter.CreateObservableCounter(
            "intake.fail.open.total",
            () => Sources(node, source => source.Unanswered),
            description: "Questions that were answered without the guard, so that mail flows."
        );
        _meter.CreateObservableCounter(
            "intake.refused.total",
            () => Sources(node, source => source.Refused),
            description: "Connections, calls and datagrams of those who are not let in."
        );
        _meter.CreateObservableCounter(
            "intake.cut.total",
            () => Sources(node, source => source.Cut),
            description: "Connections that made room for others, or found none."
        );
        _meter.CreateObservableGauge("enforcement.pending", () => Workers(status => status.Pending), description: "Changes that are not made yet.");
        _meter.CreateObservableGauge("enforcement.wanted", () => Workers(status => status.Wanted), description: "Blocks or locks that shall stand.");
        _meter.CreateObservableGauge("enforcement.failing", () => Workers(status => status.Failures), description: "Failures in a row.");
        _meter.CreateObservableGauge(
            "cluster.members",
            () => Members(node.System),
            description: "Members of the cluster that this node can reach, itself included, and that it cannot."
        );
        _ = PollAsync(node);
    }

    private static IEnumerable<Measurement<T>> Sources<T>(InspectedNode node, Func<IntakeReading, T> value)
        where T : struct => node.Intake.Readings.Select(source => new Measurement<T>(value(source), Label("source", source.Name), Label("kind", source.Kind)));

    private IEnumerable<Measurement<long>> Workers(Func<WorkerStatus, long> value) =>
        _workers.Select(status => new Measurement<long>(value(status), Label("worker", status.Name)));

    private static IEnumerable<Measurement<long>> Members(ActorSystem system)
    {
        var state = Akka.Cluster.Cluster.Get(system).State;
        yield return new Measurement<long>(state.Members.Count - state.Unreachable.Count, Label("reachable", "yes"));
        yield return new Measurement<long>(state.Unreachable.Count, Label("reachable", "no"));
    }

    private static KeyValuePair<string, object?> Label(string name, string value) => new(name, value);

    /// <summary>Workers are actors and answer when they can; who collects must not wait for them.</summary>
    private async Task PollAsync(InspectedNode node)
    {
        using var timer = new PeriodicTimer(AskWorkers);
        try
        {
            do
            {
                try
                {
                    _workers =
                    [
                        .. await Task.WhenAll(node.Workers.Select(worker => worker.Ask<WorkerStatus>(GetWorkerStatus.Instance, AskWorkers, _stop.Token)))
                            .ConfigureAwait(false),
                    ];
                }
                catch (AskTimeoutException)
                {
                    // The last answers stand until there are new ones.
                }
            } while (await timer.WaitForNextTickAsync(_stop.Token).ConfigureAwait(false));
        }
        catch (OperationCanceledException) { }
    }

    public void Dispose()
    {
        _stop.Cancel();
        _meter.Dispose();
    }
}
