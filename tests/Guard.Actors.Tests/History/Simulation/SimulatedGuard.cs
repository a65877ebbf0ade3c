using Akka.Actor;
using Akka.Configuration;
using Akka.TestKit;
using Guard.Actors.Enforcement;
using Guard.Actors.Entities;
using Guard.Actors.Serialization;
using Guard.Actors.Sites;
using Guard.Actors.Sites.Branches;
using Guard.Actors.Users;
using Guard.Messages.Enforcement;
using Guard.Messages.Identity;
using Guard.Messages.Policies;

namespace Guard.Actors.Tests.History.Simulation;

/// <summary>The production entities and the production ledger of locks on a simulated journal, network, machine and clock.</summary>
public sealed class SimulatedGuard : IDisposable
{
    private static readonly DateTimeOffset Epoch = new(2026, 3, 1, 6, 0, 0, TimeSpan.Zero);

    private readonly SimulatedThreads _threads = new();
    private readonly TestScheduler _time;
    private readonly OnePolicy _policies;

    public SimulatedGuard(SimulatedWorld world, GuardPolicy policy, EntityOptions options)
    {
        World = world;
        System = ActorSystem.Create(
            "Simulation",
            ConfigurationFactory
                .ParseString(
                    $$"""
                    akka {
                      loglevel = OFF
                      stdout-loglevel = OFF
                      log-dead-letters = off
                      scheduler.implementation = "Akka.TestKit.TestScheduler, Akka.TestKit"
                      persistence {
                        max-concurrent-recoveries = 50
                        journal {
                          plugin = "akka.persistence.journal.simulated-0"
                          {{Plugins(world, typeof(SimulatedJournal))}}
                        }
                        snapshot-store {
                          plugin = "akka.persistence.snapshot-store.simulated-0"
                          {{Plugins(world, typeof(SimulatedSnapshots))}}
                        }
                      }
                    }
                    {{JournalParts.ConfigurationKey}} = [{{string.Join(", ", world.Stores.Select((_, part) => $"simulated-{part}"))}}]
                    """
                )
                .WithFallback(ConfigurationFactory.ParseString(_threads.Hocon))
                .WithFallback(ConfigurationFactory.ParseString(GuardSerializer.Hocon))
        );
        System.RegisterExtension(new SimulatedWorlds(world));
        _time = (TestScheduler)System.Scheduler;
        _threads.Begin();
        _policies = new OnePolicy(PolicyBook.Of(policy));
        var policies = _policies;
        var clock = new Clock(this);
        var trouble = new JournalTrouble();
        IActorRef? users = null;
        var hands = System.ActorOf(SimulatedHands.Props(Done), "hands");
        IActorRef? sites = null;
        IActorRef? branches = null;
        var context = new SiteActorContext(() => users!, hands, policies, clock, options, trouble, Silence)
        {
            Sites = () => sites!,
            Branches = () => branches!,
        };
        sites = System.ActorOf(SimulatedRegion.Props(id => SiteActor.Props(new SiteId(id), context)), "sites");
        branches = System.ActorOf(SimulatedRegion.Props(id => BranchRegion.PropsOf(id, context), BranchRegion.EntityOf), "branches");
        Locks = System.ActorOf(
            SimulatedKeeper.Props(
                AccountLockSupervisor.Props(new AccountLockContext("simulation", clock, [System.ActorOf(SimulatedMachine.Props(Locked), "machine")], 5))
            ),
            "locks"
        );
        var reminders = System.ActorOf(AccountReminders.Props(options), "reminders");
        users = System.ActorOf(
            SimulatedRegion.Props(id =>
                UserActor.Props(
                    new UserId(id),
                    new UserActorContext(sites, new EffectRoutes(hands, Locks, hands), policies, clock, options, trouble, Silence, reminders)
                    {
                        Branches = branches,
                    }
                )
            ),
            "users"
        );
        (Users, Sites, Branches) = (users, sites, branches);
    }

    private static string Plugins(SimulatedWorld world, Type type) =>
        string.Join(
            "\n",
            world.Stores.Select(
                (_, part) =>
                    $$"""simulated-{{part}} { class = "{{type.AssemblyQualifiedName}}", plugin-dispatcher = "akka.actor.default-dispatcher", part = {{part}} }"""
            )
        );

    private static IEntityObserver Silence { get; } = new Deaf();

    public SimulatedWorld World { get; }

    public ActorSystem System { get; }

    public IActorRef Users { get; }

    public IActorRef Sites { get; }

    public IActorRef Branches { get; }

    public IActorRef Locks { get; }

    /// <summary>Reports and blocks as often as they were carried out.</summary>
    public List<Effect> Done { get; } = [];

    /// <summary>The accounts that the machine keeps locked.</summary>
    public HashSet<UserId> Locked { get; } = [];

    public DateTimeOffset Now => Epoch + Elapsed;

    public TimeSpan Elapsed { get; private set; }

    public long Steps => _threads.Steps;

    public void Adopt(GuardPolicy policy)
    {
        _policies.Current = PolicyBook.Of(policy);
        System.EventStream.Publish(new PolicyReloaded(_policies.Current));
    }

    /// <summary>Runs one thing that waits; false when nothing does.</summary>
    public bool Step() => _threads.Step(World.Chance);

    public void Pass(TimeSpan time)
    {
        Elapsed += time;
        _time.Advance(time);
    }

    /// <summary>Runs all that waits, at most so many steps.</summary>
    public void Settle(int most)
    {
        for (var step = 0; step < most && Step(); step++) { }
    }

    public void Dispose()
    {
        World.Faults = SimulatedFaults.None;
        _threads.End();
        System.Terminate().Wait(TimeSpan.FromSeconds(20));
        _threads.Dispose();
    }

    private sealed class OnePolicy(PolicyBook book) : IPolicySource
    {
        public PolicyBook Current { get; set; } = book;
    }

    private sealed class Clock(SimulatedGuard guard) : TimeProvider, IGuardClock
    {
        public DateTimeOffset Now => guard.Now;

        public override DateTimeOffset GetUtcNow() => guard.Now;
    }

    private sealed class Deaf : IEntityObserver
    {
        public void Awake(EntityKind kind) { }

        public void Asleep(EntityKind kind) { }

        public void Journaled(SiteId site, Messages.Users.UserEventBatch batch, long number, UserState state, TimeSpan took) { }

        public void Journaled(Messages.Sites.SiteEvent change) { }

        public void JournalFailed(EntityKind kind) { }
    }
}
