using System.Collections.Immutable;
using System.Globalization;
using Akka.Actor;
using Akka.Configuration;
using Guard.Actors.Enforcement;
using Guard.Actors.Enforcement.Blocking;
using Guard.Actors.Entities;
using Guard.Actors.Serialization;
using Guard.Actors.Users;
using Guard.Cluster.Tests.Persistence;
using Guard.Host.Enforcement;
using Guard.Host.Enforcement.Firewall;
using Guard.Host.Enforcement.Locks;
using Guard.Host.Enforcement.Queues;
using Guard.Messages.Enforcement;
using Guard.Messages.Identity;
using Guard.Messages.Observations;
using Guard.Messages.Places;
using Guard.Messages.Policies;
using Guard.Messages.Sites;
using Guard.Messages.Users;
using Xunit;

namespace Guard.Cluster.Tests.Enforcement;

/// <summary>
/// The whole way of an effect, from an account over the ledgers and workers to the machine, on a real journal: the process dies at every step of it, one after
/// the other, is started again, and is told again what was not acknowledged.
/// </summary>
public sealed class OutboxWalkSpecs : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);
    private static readonly UserId Info = new("info@example.com");
    private static readonly UserId Anna = new("anna@example.com");
    private static readonly DateTimeOffset Start = DateTimeOffset.UtcNow;
    private static readonly BlockedNetwork Admins = new(NetworkAddress.Parse("45.77.0.99"), 32);
    private static readonly BlockedNetwork Thief = new(NetworkAddress.Parse("45.77.0.66"), 32);

    private readonly string _directory = Directory.CreateTempSubdirectory("accountguard-walk").FullName;

    public void Dispose() => Directory.Delete(_directory, true);

    private static GuardPolicy Policy { get; } =
        GuardPolicy.Default with
        {
            Mode = GuardMode.Enforce,
            BruteForce = new BruteForcePolicy(3, TimeSpan.FromHours(1)),
        };

    /// <summary>Everything that ends in the story changed once each way, and what stands at its end stands.</summary>
    private static readonly string[] Expected =
    [
        "block 45.77.0.66/32 1",
        "block 45.77.0.99/32 1",
        "hold A1 1",
        "hold I1 1",
        "hold I2 1",
        "lock anna@example.com 1",
        "lock info@example.com 1",
        "unblock 45.77.0.66/32 1",
        "unlock info@example.com 1",
    ];

    [Fact]
    public async Task A_process_that_dies_at_any_step_loses_no_effect_doubles_none_and_leaves_none_behind()
    {
        var died = 0;
        for (var step = 0; ; step++)
        {
            if (!await Die(step))
                break;
            died++;
        }
        TestContext.Current.TestOutputHelper?.WriteLine($"died at {died} steps");
        // Six effects, each with a write of the account, one of the ledger, a deed and a confirmation, with two sides each, and more than one mail.
        Assert.InRange(died, 40, 400);
    }

    /// <summary>False when the story ended before that step.</summary>
    private async Task<bool> Die(int step)
    {
        var file = Path.Combine(_directory, $"walk{step}.db");
        var machine = new MortalMachine { World = new MortalWorld(step) };
        machine.Queue(Info, "I1");
        machine.Queue(Info, "I2");
        machine.Queue(Anna, "A1");
        machine.Queue(new UserId("bob@example.com"), "B1");
        var story = new Queue<Func<Guard, Task<object>>>(Story());

        var (world, first) = (machine.World, new Guard(file, machine));
        var survived = await Tell(first, story, world) && await Settled(first, machine, world);
        await first.DisposeAsync();
        if (survived)
        {
            AssertDone(machine, "nothing");
            return false;
        }
        machine.World = new MortalWorld(-1);
        await using var second = new Guard(file, machine);
        Assert.True(await Tell(second, story, machine.World));
        Assert.True(await Settled(second, machine, machine.World), $"died at step {step}, {world.Last}: not settled; {Describe(machine)}");
        AssertDone(machine, $"step {step}, {world.Last}");
        return true;
    }

    private static string Describe(MortalMachine machine) =>
        $"blocked {string.Join(' ', machine.Blocked)}; locked {string.Join(' ', machine.Locked)}; held {string.Join(' ', machine.OnHold)}; {string.Join(", ", Changes(machine))}";

    private static IEnumerable<string> Changes(MortalMachine machine) =>
        machine.Changes.Select(pair => string.Create(CultureInfo.InvariantCulture, $"{pair.Key} {pair.Value}")).Order(StringComparer.Ordinal);

    private static void AssertDone(MortalMachine machine, string died) =>
        Assert.True(Changes(machine).SequenceEqual(Expected) && IsDone(machine), $"died at {died}: {Describe(machine)}");

    private static bool IsDone(MortalMachine machine) =>
        machine.Blocked.SequenceEqual(["45.77.0.99/32"])
        && machine.Locked.SequenceEqual(["anna@example.com"])
        && machine.OnHold.SequenceEqual(["A1", "I1", "I2"]);

    /// <summary>What whoever asks repeats until it is acknowledged: a log its lines, an admin their word.</summary>
    private static IEnumerable<Func<Guard, Task<object>>> Story()
    {
        yield return guard => Ask(guard.User(Info), new UserCommands.Observe(Info, [Failure(1), Failure(2), Failure(3)]));
        yield return guard => Until(guard, async () => (await Ledger(guard)).Standing.Any(block => block.Network == Thief));
        // Taken back before a worker came to it, a block would never be made.
        yield return guard => Until(guard, () => Task.FromResult(guard.Machine.Blocked.Contains("45.77.0.66/32")));
        yield return guard => Ask(guard.User(Info), new UserCommands.Lock(Info, Start.AddSeconds(1), Start.AddHours(1)));
        yield return guard => Ask(guard.Firewall, new BlockCommands.Add(Admins, TimeSpan.FromHours(1), new Author("admin", "by hand")));
        yield return guard => Ask(guard.Firewall, new BlockCommands.Remove(Thief, new Author("admin")));
        // What an admin looks at before they go on.
        yield return guard =>
            Until(
                guard,
                () => Task.FromResult(guard.Machine.OnHold.Contains("I1") && guard.Machine.OnHold.Contains("I2") && guard.Machine.Locked.Contains(Info.Value))
            );
        yield return guard => Ask(guard.User(Info), new UserCommands.Release(Info, Start.AddSeconds(2)));
        yield return guard => Ask(guard.User(Anna), new UserCommands.Lock(Anna, Start.AddSeconds(3), Start.AddHours(1)));
    }

    private static Login Failure(ulong position) =>
        new(
            Info,
            Start,
            new Place(Thief.Address, AddressKind.Public, "RO"),
            new ObservationOrigin("mail.log", position),
            Service.Imap,
            LoginOutcome.WrongPassword
        );

    private static Task<object> Ask(IActorRef whom, object what) => whom.Ask<object>(what, Patience, TestContext.Current.CancellationToken);

    private static async Task<FirewallSnapshot> Ledger(Guard guard) => (FirewallSnapshot)await Ask(guard.Firewall, new BlockCommands.List());

    private static async Task<object> Until(Guard guard, Func<Task<bool>> reached)
    {
        var waited = System.Diagnostics.Stopwatch.StartNew();
        while (!await reached())
        {
            // The dead are not waited for: their story goes on with the next process.
            if (guard.Machine.World.IsDead)
                return await new TaskCompletionSource<object>().Task;
            Assert.True(waited.Elapsed < Patience, $"it did not come about; {Describe(guard.Machine)}");
            await Task.Delay(5, TestContext.Current.CancellationToken);
        }
        return "reached";
    }

    /// <summary>False when the process died; what was not answered stays in the story.</summary>
    private static async Task<bool> Tell(Guard guard, Queue<Func<Guard, Task<object>>> story, MortalWorld world)
    {
        while (story.TryPeek(out var word))
        {
            var answer = word(guard);
            if (await Task.WhenAny(answer, world.Died.Task) == world.Died.Task)
                return false;
            await answer;
            story.Dequeue();
        }
        return true;
    }

    /// <summary>Until the machine is as it shall be, nothing is owed and nothing is pending. False when the process died before, or it never came
    /// about.</summary>
    private static async Task<bool> Settled(Guard guard, MortalMachine machine, MortalWorld world)
    {
        var waited = System.Diagnostics.Stopwatch.StartNew();
        while (waited.Elapsed < Patience)
        {
            if (world.IsDead)
                return false;
            if (IsDone(machine) && guard.Owed.IsEmpty && await guard.IsIdle())
                return !world.IsDead;
            await Task.Delay(5, TestContext.Current.CancellationToken);
        }
        return false;
    }

    /// <summary>One process: accounts, ledgers, workers, on a journal in a file.</summary>
    private sealed class Guard : IAsyncDisposable, IPolicySource, IGuardClock, IEntityObserver, IAddressCompany
    {
        private readonly ActorSystem _system;
        private readonly UserActorContext _users;
        private readonly Dictionary<UserId, IActorRef> _awake = [];
        private readonly ImmutableArray<IActorRef> _workers;
        private readonly MailHold _hold;
        private ImmutableDictionary<UserId, int> _owed = ImmutableDictionary<UserId, int>.Empty;

        public Guard(string file, MortalMachine machine)
        {
            Machine = machine;
            var life = machine.Live();
            using (var connection = new Microsoft.Data.Sqlite.SqliteConnection($"Data Source={file};Pooling=False"))
            {
                connection.Open();
                StoragePlace.Run(connection, "PRAGMA journal_mode=WAL");
            }
            var name = $"walk-{Guid.NewGuid():N}";
            MortalJournal.Worlds[name] = machine.World;
            _system = ActorSystem.Create(
                name,
                ConfigurationFactory
                    .ParseString(
                        $$"""
                        akka.loglevel = OFF
                        akka.persistence {
                          journal {
                            plugin = "akka.persistence.journal.mortal"
                            mortal { class = "Guard.Cluster.Tests.Enforcement.MortalJournal, Guard.Cluster.Tests", plugin-dispatcher = "akka.actor.default-dispatcher", behind = "akka.persistence.journal.group" }
                            group { class = "Guard.Actors.Persistence.SqliteGroupJournal, Guard.Actors", plugin-dispatcher = "akka.actor.default-dispatcher", file = "{{file}}", synchronous = off }
                          }
                          snapshot-store { plugin = "akka.persistence.snapshot-store.group", group { class = "Guard.Actors.Persistence.SqliteGroupSnapshotStore, Guard.Actors", plugin-dispatcher = "akka.actor.default-dispatcher", file = "{{file}}", synchronous = off } }
                        }
                        """
                    )
                    .WithFallback(ConfigurationFactory.ParseString(GuardSerializer.Hocon))
            );
            var retry = TimeSpan.FromMilliseconds(5);
            var blocks = _system.ActorOf(FirewallWorker.Props("firewall", life, retry));
            _hold = new MailHold(life, file + ".held");
            ImmutableArray<IActorRef> locks =
            [
                _system.ActorOf(LockWorker.Props("locks", life, retry)),
                _system.ActorOf(QueueWorker.Props("queue", _hold, _ => new HashSet<string>(), retry)),
            ];
            _workers = locks.Add(blocks);
            Firewall = _system.ActorOf(FirewallSupervisor.Props(new FirewallContext("walk", BlockPolicy.Default, this, TimeProvider.System, blocks, 4)));
            var ledger = _system.ActorOf(AccountLockSupervisor.Props(new AccountLockContext("walk", TimeProvider.System, locks, 4)));
            var reports = _system.ActorOf(Props.Create(() => new Silent()));
            _users = new UserActorContext(
                _system.ActorOf(Props.Create(() => new Site())),
                new EffectRoutes(reports, ledger, Firewall),
                this,
                this,
                EntityOptions.Default with
                {
                    SnapshotEvery = 6,
                    IsListed = _ => true,
                },
                new JournalTrouble(),
                this,
                ActorRefs.Nobody
            );
            // As a cluster wakes accounts that owe something.
            User(Info);
            User(Anna);
        }

        public MortalMachine Machine { get; }

        public IActorRef Firewall { get; }

        public ImmutableArray<UserId> Owed => [.. _owed.Where(pair => pair.Value > 0).Select(pair => pair.Key)];

        public IActorRef User(UserId user)
        {
            if (!_awake.TryGetValue(user, out var awake))
                _awake.Add(user, awake = _system.ActorOf(UserActor.Props(user, _users)));
            return awake;
        }

        public async Task<bool> IsIdle()
        {
            foreach (var worker in _workers)
                if (
                    await worker.Ask<WorkerStatus>(GetWorkerStatus.Instance, Patience, TestContext.Current.CancellationToken) is not { Pending: 0, Busy: false }
                )
                    return false;
            return true;
        }

        PolicyBook IPolicySource.Current { get; } = PolicyBook.Of(Policy);

        DateTimeOffset IGuardClock.Now => DateTimeOffset.UtcNow;

        (int Seen, int AtHome) IAddressCompany.Behind(NetworkAddress address) => (0, 0);

        void IEntityObserver.Awake(EntityKind kind) { }

        void IEntityObserver.Asleep(EntityKind kind) { }

        void IEntityObserver.Journaled(SiteId site, UserEventBatch batch, long number, UserState state, TimeSpan took) =>
            ImmutableInterlocked.AddOrUpdate(ref _owed, state.User, state.Owed.Length, (_, _) => state.Owed.Length);

        void IEntityObserver.Journaled(SiteEvent change) { }

        void IEntityObserver.JournalFailed(EntityKind kind) { }

        public async ValueTask DisposeAsync()
        {
            await _system.Terminate();
            MortalJournal.Worlds.TryRemove(_system.Name, out _);
            _hold.Dispose();
        }
    }

    /// <summary>Reports are not what is walked through: they are confirmed as they come.</summary>
    private sealed class Silent : ReceiveActor
    {
        public Silent() => Receive<Effect>(effect => Sender.Tell(new EffectDone(effect.User, effect.Id)));
    }

    /// <summary>A site that grants its policy and takes note.</summary>
    private sealed class Site : ReceiveActor
    {
        public Site()
        {
            Receive<SiteCommands.RequestLease>(ask =>
                Sender.Tell(new LeaseGranted(ask.Site, ask.User, ask.RequestId, "", Start.AddDays(1), "1", Policy, Policy, Rung.Normal, []))
            );
            Receive<SiteCommands.NoteReaction>(note => Sender.Tell(new ReactionNoted(note.Site, note.User, note.Effect)));
            ReceiveAny(_ => { });
        }
    }
}
