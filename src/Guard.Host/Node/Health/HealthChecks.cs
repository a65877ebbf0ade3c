using System.Collections.Immutable;
using Akka.Actor;
using Akka.Cluster;
using Akka.Cluster.Sharding;
using Guard.Actors.Entities;
using Guard.Actors.Persistence;
using Guard.Host.Configuration;
using Guard.Host.Geo;
using Guard.Host.Node.Questions;

namespace Guard.Host.Node.Health;

/// <summary>
/// How a node does, in its own eyes and with its own user's rights: whether it lives (else it should be restarted), whether it is ready (else it should not
/// be asked), and everything of which somebody should know. Looked at every ten seconds, so that what stands still is noticed before anybody asks.
/// </summary>
internal sealed class HealthChecks : IDisposable
{
    private static readonly TimeSpan Every = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(3);

    private readonly InspectedNode _node;
    private readonly GuardSettings _settings;
    private readonly PlaceLookup _places;
    private readonly ImmutableArray<IActorRef> _probes;
    private readonly IntakeProgress _progress;
    private readonly EffectChecks _enforcement;
    private readonly CancellationTokenSource _stop = new();

    public HealthChecks(InspectedNode node, GuardSettings settings, PlaceLookup places, TimeProvider time)
    {
        (_node, _settings, _places) = (node, settings, places);
        _probes =
        [
            .. Enumerable
                .Range(0, JournalParts.Of(node.System).Count)
                .Select(part => node.System.ActorOf(JournalProbe.Props(node.Name, part), part == 0 ? "journal-probe" : $"journal-probe-{part + 1}")),
        ];
        _progress = new IntakeProgress(time);
        _enforcement = new EffectChecks(node, time);
        _ = FollowAsync();
    }

    /// <summary>The actors answer.</summary>
    public async Task<IReadOnlyList<Finding>> LiveAsync(CancellationToken cancel) =>
        [
            await TryAsync(
                    "actors",
                    async () =>
                        (
                            await _node
                                .System.ActorSelection($"/user/{QuestionActor.Name}")
                                .Ask<ActorIdentity>(new Identify(1), Patience, cancel)
                                .ConfigureAwait(false)
                        ).Subject
                            is not null,
                    "they answer"
                )
                .ConfigureAwait(false),
        ];

    /// <summary>Everything that was looked at; readiness hangs on what is <see cref="Finding.Needed"/>.</summary>
    public async Task<IReadOnlyList<Finding>> LookAsync(CancellationToken cancel)
    {
        var enforcement = _enforcement.LookAsync(cancel);
        var helper = HelperCheck.LookAsync(_settings, Patience, cancel);
        var users = TryAsync("users", () => RegionAsync(_node.Regions.Users, cancel), "the region has its coordinator");
        var sites = TryAsync("sites", () => RegionAsync(_node.Regions.Sites, cancel), "the region has its coordinator");
        var now = DateTimeOffset.UtcNow;
        return
        [
            .. Members(),
            await JournalAsync(cancel).ConfigureAwait(false),
            await users.ConfigureAwait(false),
            await sites.ConfigureAwait(false),
            Stored(),
            DiskCheck.Look(_settings.DataDirectory),
            .. _progress.Look(_node.Intake.Readings),
            .. await enforcement.ConfigureAwait(false),
            .. await helper.ConfigureAwait(false),
            .. PlaceChecks.Look(_places, now),
            .. CertificateChecks.Look(_settings, now),
            .. TokenChecks.Look(_settings.Http.Tokens, now),
            .. _node.SelfChecks.Look(),
        ];
    }

    private IEnumerable<Finding> Members()
    {
        var cluster = Cluster.Get(_node.System);
        var status = cluster.SelfMember.Status;
        yield return (
            status == MemberStatus.Up
                ? Finding.Ok("cluster", "up")
                : Finding.Fault("cluster", status.ToString().ToLowerInvariant(), "a node that starts is up within seconds; its log says what it waits for")
        ) with
        {
            Needed = true,
        };
        if (!_settings.Cluster.HasOthers)
            yield break;
        var unreachable = cluster.State.Unreachable.Select(member => InspectedNode.NameOf(member.Address)).ToImmutableArray();
        var missing = _settings
            .Cluster.Seeds.Where(seed => !cluster.State.Members.Any(member => member.Address.Host == seed.Host && member.Address.Port == seed.Port))
            .Select(seed => seed.ToString())
            .Except(unreachable)
            .ToImmutableArray();
        const string check = "cluster members";
        const string remedy = "are these nodes started, and do firewall and certificates let them speak? accountguard inspect cluster members";
        if (unreachable.Length > 0)
            yield return Finding.Fault(check, $"cannot be reached: {string.Join(", ", unreachable)}", remedy);
        else if (missing.Length > 0)
            yield return Finding.Fault(check, $"are in cluster.seeds and not in the cluster: {string.Join(", ", missing)}", remedy);
        else
            yield return Finding.Ok(check, $"{cluster.State.Members.Count}, all can be reached");
    }

    /// <summary>Accounts and sites whose stored state cannot be read fail alone: the node itself may be asked.</summary>
    private Finding Stored()
    {
        const string check = "stored state";
        var faults = StoreFaults.Of(_node.System).Current;
        var uncounted = UncountedObservations.Of(_node.System).Total;
        var lost = uncounted == 0 ? "" : FormattableString.Invariant($"{uncounted} observations were acknowledged and are not counted");
        if (faults.Count > 0)
            return Finding.Fault(
                check,
                $"{(lost.Length > 0 ? $"{lost}; " : "")}{faults.Count} cannot be read: {string.Join("; ", faults.Take(3).Select(fault => $"{fault.Key}: {fault.Value}"))}",
                "accountguard doctor tells what is damaged and whether --repair helps (docs/doctor.md)"
            );
        return lost.Length > 0
            ? Finding.Warning(check, $"all can be read again; before that {lost}", "")
            : Finding.Ok(check, "all that was asked for could be read");
    }

    /// <summary>Whether the database takes writes.</summary>
    public async Task<Finding> JournalAsync(CancellationToken cancel)
    {
        const string check = "journal";
        const string remedy = "is the disk full or read-only, and may the guard's user write into data-directory? With PostgreSQL: is it up?";
        try
        {
            var states = await Task.WhenAll(_probes.Select(probe => probe.Ask<JournalProbe.State>(JournalProbe.GetState.Instance, Patience, cancel)))
                .ConfigureAwait(false);
            var failed = states.Index().Where(one => one.Item.Failure.Length > 0).ToArray();
            if (failed.Length == 0)
                return Finding.Ok(check, $"written {states.Max(state => state.Ago!.Value).TotalSeconds:F0} s ago") with { Needed = true };
            if (states.Length == 1)
                return Finding.Fault(check, $"cannot be written: {failed[0].Item.Failure}", remedy) with { Needed = true };
            var said = string.Join("; ", failed.Select(one => $"database {one.Index + 1} of {states.Length} cannot be written: {one.Item.Failure}"));
            // The others' accounts are answered for: a node is not taken out of service for a share of them. Without the first there are no locks, blocks and reports.
            return Finding.Fault(check, said, remedy) with { Needed = failed[0].Index == 0 };
        }
        catch (AskTimeoutException)
        {
            return Finding.Fault(check, "no answer", remedy) with { Needed = true };
        }
    }

    private static async Task<bool> RegionAsync(IActorRef region, CancellationToken cancel) =>
        await region.Ask<CurrentRegions>(GetCurrentRegions.Instance, Patience, cancel).ConfigureAwait(false) is { Regions.Count: > 0 };

    private static async Task<Finding> TryAsync(string check, Func<Task<bool>> look, string good)
    {
        const string remedy = "a node that starts needs some seconds; its log says what it waits for";
        try
        {
            return (await look().ConfigureAwait(false) ? Finding.Ok(check, good) : Finding.Fault(check, "not there", remedy)) with { Needed = true };
        }
        catch (AskTimeoutException)
        {
            return Finding.Fault(check, "no answer", remedy) with { Needed = true };
        }
    }

    /// <summary>What stands still is known by what was seen before.</summary>
    private async Task FollowAsync()
    {
        using var timer = new PeriodicTimer(Every);
        try
        {
            while (await timer.WaitForNextTickAsync(_stop.Token).ConfigureAwait(false))
            {
                _progress.Look(_node.Intake.Readings);
                await _enforcement.LookAsync(_stop.Token).ConfigureAwait(false);
            }
        }
        catch (OperationCanceledException) { }
    }

    public void Dispose() => _stop.Cancel();
}
