using System.Collections.Immutable;
using Akka.Actor;
using Guard.Actors.Entities;
using Guard.Actors.Regions;
using Guard.Host.Configuration;
using Guard.Host.Enforcement;
using Guard.Host.Enforcement.Locks;
using Guard.Host.Intake;
using Guard.Host.Node.Health;
using Guard.Messages.Identity;

namespace Guard.Host.Node;

/// <summary>What commands may ask of the node that answers them.</summary>
/// <param name="Firewall">The ledger of blocks.</param>
/// <param name="Workers">What brings this machine into line; each tells its <see cref="WorkerStatus"/>.</param>
public sealed record InspectedNode(
    ActorSystem System,
    GuardRegions Regions,
    IPolicySource Policies,
    IGuardClock Clock,
    EntityWatch Entities,
    IntakeBoard Intake,
    IActorRef Firewall,
    ImmutableArray<IActorRef> Workers
)
{
    /// <summary>The ledger of locks.</summary>
    public IActorRef? Locks { get; init; }

    /// <summary>The outbox of reports; null where there is none.</summary>
    public IActorRef? Reports { get; init; }

    /// <summary>How this node does; null where nobody looks.</summary>
    internal HealthChecks? Health { get; init; }

    /// <summary>What is missing on this machine for locks to hold; null where nobody looks.</summary>
    internal LockGaps? Gaps { get; init; }

    /// <summary>Ends open sessions on this machine; null where nothing does.</summary>
    public IOpenSessions? Sessions { get; init; }

    /// <summary>Gives accounts new passwords; null where no command is set.</summary>
    public IPasswordReset? Passwords { get; init; }

    /// <summary>How people's names for accounts are taken; null: as they stand.</summary>
    public AccountNames? Names { get; init; }

    /// <summary>What parts of the node say of themselves.</summary>
    public SelfChecks SelfChecks { get; init; } = new();

    /// <summary>What the configuration hands to Akka and to Petabridge.Cmd.</summary>
    public ImmutableArray<PassedSetting> Passed { get; init; } = [];

    /// <summary>What locks accounts on this machine, such as <c>dovecot-deny-file</c>; empty when only servers that ask refuse.</summary>
    public ImmutableArray<string> LockNames =>
        [.. Workers.Select(worker => worker.Path.Name).Where(EnforcementStart.IsLockWorker).Select(name => name[..^"-worker".Length])];

    /// <summary>What has to be cleaned when an account is forgotten.</summary>
    public AccountErasers Erasers { get; } = new();

    /// <summary>Counts an account's rows and snapshots in the journal; null where that cannot be read.</summary>
    public Func<UserId, Task<(long Rows, long Snapshots)>>? CountStored { get; init; }

    /// <summary>How long an entity or another node is waited for.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    /// <summary>This node in answers: host and port of its remoting.</summary>
    public string Name => NameOf(Akka.Cluster.Cluster.Get(System).SelfAddress);

    public static string NameOf(Address address) => $"{address.Host}:{address.Port}";

    public async Task<T> AskAsync<T>(ICanTell entity, object question, CancellationToken cancel)
    {
        try
        {
            return await entity.Ask<T>(question, Patience, cancel).ConfigureAwait(false);
        }
        catch (AskTimeoutException)
        {
            throw new InspectionException(await SilenceAsync(CancellationToken.None).ConfigureAwait(false));
        }
    }

    /// <summary>Why an entity, or the database, did not answer: most often since the journal does not.</summary>
    public async Task<string> SilenceAsync(CancellationToken cancel) =>
        Health is { } health && await health.JournalAsync(cancel).ConfigureAwait(false) is { Level: FindingLevel.Fault } journal
            ? $"the guard runs, but its journal does not answer: {journal.Text}. {journal.Remedy}"
            : "the guard runs, but its journal has not answered yet: ask again in half a minute, or see accountguard inspect health";
}
