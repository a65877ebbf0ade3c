using Akka.Actor;
using Guard.Actors.Entities;
using Guard.Actors.Reactions;
using Guard.Messages.Enforcement;
using Guard.Messages.Identity;
using Guard.Messages.Policies;
using Guard.Messages.Sites;

namespace Guard.Actors.Users;

/// <summary>
/// Asks for a node where all sites together stand: the host keeps who asked and tells them when it changes. It is asked again every half minute, since it may
/// have moved to another node, which knows nobody.
/// </summary>
public sealed class HostFollower : ReceiveActor, IWithTimers
{
    /// <summary>How often the host is asked.</summary>
    public static readonly TimeSpan Every = TimeSpan.FromSeconds(30);

    private static readonly TimeSpan First = TimeSpan.FromSeconds(1);

    private readonly IActorRef _sites;
    private readonly UserId _name;
    private readonly IGuardClock _clock;

    /// <param name="node">This node among those of the cluster.</param>
    public HostFollower(IActorRef sites, HostStanding standing, IGuardClock clock, string node)
    {
        (_sites, _clock) = (sites, clock);
        _name = Effect.SiteAsUser(new SiteId(node));
        Receive<ISiteTerms>(told =>
        {
            standing.Current =
                told.SiteRung == Rung.Normal
                    ? SiteStanding.None
                    : new SiteStanding(told.SiteRung, told.SiteUntil, told.SitePolicy.Reactions) { Since = told.SiteSince };
        });
        Receive<Ask>(_ => _sites.Tell(new SiteCommands.RequestLease(SiteId.Host, _name, "", _clock.Now, [], "", [])));
    }

    public ITimerScheduler Timers { get; set; } = null!;

    public static Props Props(IActorRef sites, HostStanding standing, IGuardClock clock, string node) =>
        Akka.Actor.Props.Create(() => new HostFollower(sites, standing, clock, node));

    protected override void PreStart() => Timers.StartPeriodicTimer(nameof(Ask), Ask.Instance, First, Every);

    private sealed class Ask : INoSerializationVerificationNeeded
    {
        public static readonly Ask Instance = new();
    }
}
