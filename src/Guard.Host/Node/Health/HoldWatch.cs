using System.Collections.Immutable;
using Akka.Actor;
using Guard.Host.Configuration;
using Guard.Host.Intake;
using Guard.Host.Platform;
using Guard.Messages.Enforcement;
using Guard.Messages.Observations;
using Serilog;

namespace Guard.Host.Node.Health;

/// <summary>Watches whether what was decided takes hold on this machine: locks, blocks, and who reads what is written for them.</summary>
internal sealed class HoldWatch : IDisposable
{
    private static readonly TimeSpan Every = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(3);

    /// <summary>Servers' configurations change seldom, and asking for them starts a program.</summary>
    private const int GapsEveryRounds = 6;

    private readonly ILogger _log;
    private readonly CancellationTokenSource _stop = new();

    public HoldWatch(GuardSettings settings, IntakeBoard intake, ImmutableArray<IActorRef> workers, Func<bool> enforces, ILogger log)
    {
        _log = log;
        Gaps = new LockGaps(settings.Enforcement, settings.Inline, intake, workers, new ProcessRunner(), enforces);
        Locks = new LockAlarms();
        Blocks = new BlockAlarms(() => Gaps.OfBlock, note => Users?.Tell(note, ActorRefs.NoSender));
    }

    public LockGaps Gaps { get; }

    public LockAlarms Locks { get; }

    public BlockAlarms Blocks { get; }

    private IActorRef? Users { get; set; }

    public void See(Observation observation)
    {
        var now = DateTimeOffset.UtcNow;
        Gaps.See(observation, now);
        Blocks.See(observation, now);
    }

    public IEnumerable<Finding> Look() => [.. Gaps.Look(), .. Locks.Look(), .. Blocks.Look()];

    /// <summary>Begins to look, now and every few seconds.</summary>
    public void Follow(InspectedNode node)
    {
        Users = node.Regions.Users;
        _ = FollowAsync(node.Firewall);
    }

    private async Task FollowAsync(IActorRef firewall)
    {
        using var timer = new PeriodicTimer(Every);
        try
        {
            for (var round = 0; ; round++)
            {
                await LookAsync(firewall, round % GapsEveryRounds == 0).ConfigureAwait(false);
                await timer.WaitForNextTickAsync(_stop.Token).ConfigureAwait(false);
            }
        }
        catch (OperationCanceledException) { }
    }

    private async Task LookAsync(IActorRef firewall, bool gaps)
    {
        try
        {
            if (gaps)
                await Gaps.LookAsync(_stop.Token).ConfigureAwait(false);
            Blocks.Take(await firewall.Ask<FirewallSnapshot>(new BlockCommands.List(), Patience, _stop.Token).ConfigureAwait(false), DateTimeOffset.UtcNow);
        }
        catch (AskTimeoutException)
        {
            // The ledger's own checks tell of it.
            _log.Debug("The ledger of blocks did not answer in time");
        }
    }

    public void Dispose()
    {
        _stop.Cancel();
        _stop.Dispose();
    }
}
