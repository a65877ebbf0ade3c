using Akka.Actor;
using Guard.Actors.Enforcement;
using Guard.Actors.Enforcement.Blocking;
using Guard.Actors.Policies.Geography;
using Guard.Messages.Enforcement;
using Guard.Messages.Identity;

namespace Guard.Host.Enforcement.Memory;

/// <summary>Tells the cluster's ledger from where administrators work on this machine: the ledger lives on one node, and they may be on another.</summary>
internal sealed class AdminAnnouncer : ReceiveActor, IWithTimers
{
    private static readonly TimeSpan Look = TimeSpan.FromSeconds(15);
    private static readonly TimeSpan Hold = TimeSpan.FromHours(1);

    private readonly Dictionary<NetworkPrefix, DateTimeOffset> _told = [];

    /// <param name="ledgers">The ledger of blocks.</param>
    /// <param name="node">Who tells it.</param>
    public AdminAnnouncer(IActorRef ledgers, IAdminPresence admins, string node, TimeProvider clock)
    {
        Receive<Next>(_ =>
        {
            var now = clock.GetUtcNow();
            var present = admins.Addresses;
            foreach (var gone in _told.Keys.Except(present).ToArray())
                _told.Remove(gone);
            foreach (var address in present)
            {
                if (_told.TryGetValue(address, out var told) && now - told < Hold / 2)
                    continue;
                ledgers.Tell(new BlockCommands.Exempt(FirewallLedger.Network(address), Hold, new Author(node, "an administrator works from there")), Self);
                // One that is lost, since the ledger was on its way to another node, is told again long before the hour is over.
                _told[address] = now - (_told.ContainsKey(address) ? TimeSpan.Zero : Hold / 2 - TimeSpan.FromMinutes(1));
            }
        });
        Receive<BlockCommands.Answer>(_ => { });
    }

    public ITimerScheduler Timers { get; set; } = null!;

    public static Props Props(IActorRef ledgers, IAdminPresence admins, string node, TimeProvider clock) =>
        Akka.Actor.Props.Create(() => new AdminAnnouncer(ledgers, admins, node, clock));

    protected override void PreStart() => Timers.StartPeriodicTimer(nameof(Next), Next.Instance, TimeSpan.Zero, Look);

    private sealed class Next : INoSerializationVerificationNeeded
    {
        public static readonly Next Instance = new();
    }
}
