using Akka.Actor;
using Guard.Messages.Policies;

namespace Guard.Host.ConsoleModel.Policies;

/// <summary>Keeps this node's policies where the cluster's ledger has them. It asks again and again, so that neither a lost message nor a ledger that moved
/// matters.</summary>
internal sealed class PolicyFollower : ReceiveActor, IWithTimers
{
    private static readonly TimeSpan AskAgain = TimeSpan.FromSeconds(5);

    private readonly List<StandingOverride> _told = [];
    private readonly TaskCompletionSource _first;
    private readonly IActorRef _ledger;
    private readonly PolicyBoard _board;

    /// <param name="first">Completed when everything that was set before the start is known.</param>
    public PolicyFollower(IActorRef ledger, PolicyBoard board, TaskCompletionSource first)
    {
        (_ledger, _board, _first) = (ledger, board, first);
        Receive<StandingOverride>(_told.Add);
        Receive<PolicyLedgerCommands.Standing>(standing =>
        {
            _board.Take(_told, standing.Revision);
            _told.Clear();
            _first.TrySetResult();
        });
        Receive<Again>(_ => Ask());
    }

    public ITimerScheduler Timers { get; set; } = null!;

    public static Props Props(IActorRef ledger, PolicyBoard board, TaskCompletionSource first) =>
        Akka.Actor.Props.Create(() => new PolicyFollower(ledger, board, first));

    protected override void PreStart()
    {
        Ask();
        Timers.StartPeriodicTimer(nameof(Again), Again.Instance, AskAgain);
        base.PreStart();
    }

    private void Ask() => _ledger.Tell(new PolicyLedgerCommands.Follow(_board.Revision));

    private sealed class Again : INoSerializationVerificationNeeded
    {
        public static readonly Again Instance = new();
    }
}
