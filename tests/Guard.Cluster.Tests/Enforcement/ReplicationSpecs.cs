using System.Collections.Immutable;
using Akka.Actor;
using Akka.Configuration;
using Guard.Actors.Enforcement;
using Guard.Actors.Enforcement.Blocking;
using Guard.Actors.Enforcement.Replication;
using Guard.Actors.Policies.Geography;
using Guard.Messages.Enforcement;
using Guard.Messages.Identity;
using Guard.Messages.Places;
using Guard.Messages.Policies;
using Xunit;

namespace Guard.Cluster.Tests.Enforcement;

/// <summary>What the ledgers want reaches every node's workers as a ledger of its own would tell them, and a node that missed something brings itself into
/// line.</summary>
public sealed class ReplicationSpecs : IAsyncLifetime
{
    private static readonly DateTimeOffset Now = new(2026, 3, 1, 12, 0, 0, TimeSpan.Zero);
    private static readonly UserId User = new("info@example.com");

    private readonly ActorSystem _system = ActorSystem.Create("replication", ConfigurationFactory.ParseString("akka.loglevel = ERROR"));
    private readonly MovedTime _time = new();
    private IActorRef _publisher = ActorRefs.Nobody;

    private sealed class MovedTime : TimeProvider
    {
        public DateTimeOffset Current { get; set; } = Now;

        public override DateTimeOffset GetUtcNow() => Current;
    }

    private sealed class Nobody : IAddressCompany
    {
        public (int Seen, int AtHome) Behind(NetworkAddress address) => (3, 2);
    }

    /// <summary>A worker: what it was told, put together as a machine would have it.</summary>
    private sealed class Machine : UntypedActor
    {
        public sealed record Standing(
            ImmutableHashSet<NetworkPrefix> Blocks,
            ImmutableHashSet<NetworkPrefix> Limits,
            ImmutableDictionary<UserId, LockEntry> Locks,
            ImmutableHashSet<UserId> Freed,
            int Wholes
        );

        private ImmutableHashSet<NetworkPrefix> _blocks = [];
        private ImmutableHashSet<NetworkPrefix> _limits = [];
        private ImmutableDictionary<UserId, LockEntry> _locks = ImmutableDictionary<UserId, LockEntry>.Empty;
        private ImmutableHashSet<UserId> _freed = [];
        private int _wholes;

        protected override void OnReceive(object message)
        {
            switch (message)
            {
                case WantedState.AllBlocks all:
                    _wholes++;
                    _blocks = [.. all.Blocks.Select(block => block.Network)];
                    break;
                case WantedState.Blocks change:
                    _blocks = _blocks.Except(change.Remove).Union(change.Add.Select(block => block.Network));
                    break;
                case WantedState.AllLimits all:
                    _limits = [.. all.Limits.Select(limit => limit.Network)];
                    break;
                case WantedState.Limits change:
                    _limits = _limits.Except(change.Remove).Union(change.Add.Select(limit => limit.Network));
                    break;
                case WantedState.AllLocks all:
                    _locks = all.Locks.ToImmutableDictionary(entry => entry.User);
                    break;
                case WantedState.Lock locked:
                    _locks = _locks.SetItem(locked.Entry.User, locked.Entry);
                    break;
                case WantedState.Unlock unlocked:
                    _locks = _locks.Remove(unlocked.User);
                    if (unlocked.ByAdmin)
                        _freed = _freed.Add(unlocked.User);
                    break;
                case "standing":
                    Sender.Tell(new Standing(_blocks, _limits, _locks, _freed, _wholes));
                    break;
            }
        }
    }

    /// <summary>A way to the ledgers that can be cut.</summary>
    private sealed class Way(IActorRef to) : UntypedActor
    {
        private bool _cut;

        protected override void OnReceive(object message)
        {
            if (message is bool cut)
                _cut = cut;
            else if (!_cut)
                to.Forward(message);
        }
    }

    public ValueTask InitializeAsync()
    {
        _publisher = _system.ActorOf(WantedPublisher.Props(_time, hasFirewall: true));
        return ValueTask.CompletedTask;
    }

    private static WantedBlock Block(int number, TimeSpan hold) => new(Prefix(number), Now + hold, "guessing");

    private static NetworkPrefix Prefix(int number) => new(NetworkAddress.Parse($"10.{number >> 16 & 255}.{number >> 8 & 255}.{number & 255}"), 32);

    private static LockEntry Lock(UserId user) => new(user, 1, true, Now, Now.AddHours(1), "mails");

    private (IActorRef Machine, IActorRef Way) Node(string name)
    {
        var machine = _system.ActorOf(Props.Create(() => new Machine()));
        var way = _system.ActorOf(Props.Create(() => new Way(_publisher)));
        _system.ActorOf(WantedFollower.Props(new FollowerContext(name, way, machine, [machine], new Nobody(), _time) { Limiter = machine }));
        return (machine, way);
    }

    private static async Task<Machine.Standing> StandingAsync(IActorRef machine) => await machine.Ask<Machine.Standing>("standing", GuardOnSqlite.Patience);

    private static Task UntilAsync(IActorRef machine, Func<Machine.Standing, bool> reached) =>
        Eventually.Is(async () => reached(await StandingAsync(machine)), () => $"the machine stands at {StandingAsync(machine).Result}");

    private void Begin(params WantedBlock[] blocks)
    {
        _publisher.Tell(new WantedState.AllBlocks([.. blocks]));
        _publisher.Tell(new WantedState.AllLimits([]));
        _publisher.Tell(new WantedState.AllLocks([]));
    }

    [Fact]
    public async Task Every_node_follows_blocks_and_locks_and_their_end()
    {
        Begin(Block(1, TimeSpan.FromHours(1)));
        var (first, _) = Node("one");
        var (second, _) = Node("two");
        foreach (var machine in new[] { first, second })
            await UntilAsync(machine, standing => standing.Blocks.SetEquals([Prefix(1)]));
        _publisher.Tell(new WantedState.Blocks([Block(2, TimeSpan.FromHours(1))], [Prefix(1)]));
        _publisher.Tell(new WantedState.Lock(Lock(User)));
        foreach (var machine in new[] { first, second })
            await UntilAsync(machine, standing => standing.Blocks.SetEquals([Prefix(2)]) && standing.Locks.ContainsKey(User));
        _publisher.Tell(new WantedState.Unlock(User, true));
        foreach (var machine in new[] { first, second })
            await UntilAsync(machine, standing => standing.Locks.IsEmpty);
    }

    [Fact]
    public async Task Before_the_ledgers_have_told_everything_no_node_lifts_anything()
    {
        var (machine, _) = Node("one");
        _publisher.Tell(new WantedState.AllLocks([Lock(User)]));
        // The next answer of the publisher comes after what it was told before; a node that were told would have been told by then.
        Assert.Equal(0, (await StandingAsync(machine)).Wholes);
        _publisher.Tell(new WantedState.AllBlocks([Block(1, TimeSpan.FromHours(1))]));
        Assert.Equal(0, (await StandingAsync(machine)).Wholes);
        _publisher.Tell(new WantedState.AllLimits([Block(2, TimeSpan.FromHours(1))]));
        await UntilAsync(machine, standing => standing is { Wholes: 1, Blocks.Count: 1, Limits.Count: 1, Locks.Count: 1 });
    }

    [Fact]
    public async Task A_node_that_was_cut_off_ends_what_is_over_by_itself_and_catches_up_afterwards()
    {
        Begin(Block(1, TimeSpan.FromMinutes(1)), Block(2, TimeSpan.FromHours(1)));
        var (machine, way) = Node("one");
        await UntilAsync(machine, standing => standing.Blocks.Count == 2);
        _publisher.Tell(new WantedState.Lock(Lock(User)));
        await UntilAsync(machine, standing => standing.Locks.Count == 1);
        way.Tell(true);
        _time.Current = Now.AddHours(1);
        // Cut off as it is, nobody tells it.
        await UntilAsync(machine, standing => standing.Blocks.IsEmpty && standing.Locks.IsEmpty);
        _publisher.Tell(new WantedState.Blocks([Block(3, TimeSpan.FromDays(1))], [Prefix(1), Prefix(2)]));
        way.Tell(false);
        await UntilAsync(machine, standing => standing.Blocks.SetEquals([Prefix(3)]));
    }

    [Fact]
    public async Task Other_ledgers_bring_a_node_into_line_in_both_directions()
    {
        Begin(Block(1, TimeSpan.FromHours(1)), Block(2, TimeSpan.FromHours(1)));
        var (machine, _) = Node("one");
        await UntilAsync(machine, standing => standing.Blocks.Count == 2);
        // The oldest node died; on another one the ledgers come from the journal. The publisher there knows no follower and counts anew.
        var other = _system.ActorOf(WantedPublisher.Props(_time, hasFirewall: true));
        other.Tell(new WantedState.AllBlocks([Block(2, TimeSpan.FromHours(1)), Block(3, TimeSpan.FromHours(1))]));
        other.Tell(new WantedState.AllLimits([]));
        other.Tell(new WantedState.AllLocks([Lock(User)]));
        var moved = _system.ActorOf(Props.Create(() => new Machine()));
        var follower = _system.ActorOf(WantedFollower.Props(new FollowerContext("two", _publisher, moved, [moved], new Nobody(), _time)));
        await UntilAsync(moved, standing => standing.Blocks.Count == 2);
        other.Tell(new FollowWanted("two", new WantedMark("another life", 99)), follower);
        await UntilAsync(moved, standing => standing.Blocks.SetEquals([Prefix(2), Prefix(3)]) && standing.Locks.Count == 1);
    }

    [Fact]
    public async Task Every_node_follows_limits_and_their_end_and_a_node_that_was_away_brings_them_into_line()
    {
        Begin();
        var (first, _) = Node("one");
        var (second, way) = Node("two");
        _publisher.Tell(new WantedState.Limits([Block(1, TimeSpan.FromHours(1)), Block(2, TimeSpan.FromMinutes(1))], []));
        foreach (var machine in new[] { first, second })
            await UntilAsync(machine, standing => standing.Limits.SetEquals([Prefix(1), Prefix(2)]));
        // Away from the others the second node ends by itself what is over; what begins and ends meanwhile it hears afterwards.
        way.Tell(true);
        _time.Current = Now.AddMinutes(2);
        foreach (var machine in new[] { first, second })
            await UntilAsync(machine, standing => standing.Limits.SetEquals([Prefix(1)]));
        _publisher.Tell(new WantedState.Blocks([Block(1, TimeSpan.FromHours(1))], []));
        _publisher.Tell(new WantedState.Limits([Block(3, TimeSpan.FromHours(1))], [Prefix(1), Prefix(2)]));
        way.Tell(false);
        foreach (var machine in new[] { first, second })
            await UntilAsync(machine, standing => standing.Limits.SetEquals([Prefix(3)]) && standing.Blocks.SetEquals([Prefix(1)]));
        // A node that is new hears of all of them.
        var (third, _) = Node("three");
        await UntilAsync(third, standing => standing.Limits.SetEquals([Prefix(3)]) && standing.Blocks.SetEquals([Prefix(1)]));
    }

    [Fact]
    public async Task How_much_a_lock_takes_away_and_who_released_it_reach_every_node()
    {
        var sending = Lock(User) with { Grade = LockGrade.Sending };
        Begin();
        var (first, _) = Node("one");
        await UntilAsync(first, standing => standing.Wholes == 1);
        _publisher.Tell(new WantedState.Lock(sending));
        await UntilAsync(first, standing => standing.Locks.GetValueOrDefault(User) == sending);
        // A node that is new hears of it as part of everything.
        var (second, _) = Node("two");
        await UntilAsync(second, standing => standing.Locks.GetValueOrDefault(User) == sending);
        _publisher.Tell(new WantedState.Unlock(User, true));
        foreach (var machine in new[] { first, second })
            await UntilAsync(machine, standing => standing.Locks.IsEmpty && standing.Freed.Contains(User));
    }

    [Fact]
    public async Task Fifty_thousand_blocks_reach_a_new_node_in_parts()
    {
        const int Many = 50_000;
        Begin([.. Enumerable.Range(1, Many).Select(number => Block(number, TimeSpan.FromHours(1)))]);
        var (machine, _) = Node("one");
        await UntilAsync(machine, standing => standing.Blocks.Count == Many);
        _publisher.Tell(new WantedState.Blocks([], [Prefix(7)]));
        await UntilAsync(machine, standing => standing.Blocks.Count == Many - 1);
        Assert.Equal(1, (await StandingAsync(machine)).Wholes);
    }

    public async ValueTask DisposeAsync() => await _system.Terminate();
}
