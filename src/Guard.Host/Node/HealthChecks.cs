using Akka.Actor;
using Akka.Cluster;
using Akka.Cluster.Sharding;
using Guard.Actors.Persistence;
using Guard.Host.Node.Questions;

namespace Guard.Host.Node;

/// <summary>What was looked at, and what was found.</summary>
internal sealed record HealthCheck(string Name, bool Good, string Detail)
{
    /// <summary>Without it the node should not be asked. A log that is not there is told, but answers to mail servers do not hang on it.</summary>
    public bool Needed { get; init; } = true;
}

/// <summary>Whether a node lives (else it should be restarted) and whether it is ready (else it should not be asked).</summary>
internal sealed class HealthChecks(InspectedNode node, IActorRef probe, TimeProvider time)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(3);

    private readonly IntakeProgress _progress = new(time);

    /// <summary>The actors answer.</summary>
    public async Task<IReadOnlyList<HealthCheck>> LiveAsync(CancellationToken cancel) =>
        [
            await TryAsync(
                    "actors",
                    async () =>
                        (
                            await node
                                .System.ActorSelection($"/user/{QuestionActor.Name}")
                                .Ask<ActorIdentity>(new Identify(1), Patience, cancel)
                                .ConfigureAwait(false)
                        ).Subject
                            is not null,
                    "they answer"
                )
                .ConfigureAwait(false),
        ];

    public async Task<IReadOnlyList<HealthCheck>> ReadyAsync(CancellationToken cancel)
    {
        var cluster = Cluster.Get(node.System);
        var up = cluster.SelfMember.Status == MemberStatus.Up;
        return
        [
            new HealthCheck("cluster", up, cluster.SelfMember.Status.ToString().ToLowerInvariant()),
            await JournalAsync(cancel).ConfigureAwait(false),
            await TryAsync("users", () => RegionAsync(node.Regions.Users, cancel), "the region has its coordinator").ConfigureAwait(false),
            await TryAsync("sites", () => RegionAsync(node.Regions.Sites, cancel), "the region has its coordinator").ConfigureAwait(false),
            Stored(),
            .. _progress.Look(node.Intake.Readings),
        ];
    }

    /// <summary>Accounts and sites whose stored state cannot be read fail alone: the node itself may be asked.</summary>
    private HealthCheck Stored()
    {
        var faults = StoreFaults.Of(node.System).Current;
        return new HealthCheck(
            "stored state",
            faults.Count == 0,
            faults.Count == 0
                ? "all that was asked for could be read"
                : $"{faults.Count} cannot be read: {string.Join("; ", faults.Take(3).Select(fault => $"{fault.Key}: {fault.Value}"))}"
        )
        {
            Needed = false,
        };
    }

    private async Task<HealthCheck> JournalAsync(CancellationToken cancel)
    {
        try
        {
            var state = await probe.Ask<JournalProbe.State>(JournalProbe.GetState.Instance, Patience, cancel).ConfigureAwait(false);
            return new HealthCheck(
                "journal",
                state.Failure.Length == 0,
                state.Failure.Length > 0 ? state.Failure : $"written {state.Ago!.Value.TotalSeconds:F0} s ago"
            );
        }
        catch (AskTimeoutException)
        {
            return new HealthCheck("journal", false, "no answer");
        }
    }

    private static async Task<bool> RegionAsync(IActorRef region, CancellationToken cancel) =>
        await region.Ask<CurrentRegions>(GetCurrentRegions.Instance, Patience, cancel).ConfigureAwait(false) is { Regions.Count: > 0 };

    private static async Task<HealthCheck> TryAsync(string name, Func<Task<bool>> look, string good)
    {
        try
        {
            return await look().ConfigureAwait(false) ? new HealthCheck(name, true, good) : new HealthCheck(name, false, "not there");
        }
        catch (AskTimeoutException)
        {
            return new HealthCheck(name, false, "no answer");
        }
    }
}
