using System.Collections.Immutable;
using Akka.Actor;
using Guard.Actors.Enforcement;
using Guard.Actors.Enforcement.Blocking;
using Guard.Actors.Enforcement.Replication;
using Guard.Actors.Policies.Geography;
using Guard.Cluster.Tests.Persistence;
using Guard.Host.Enforcement.Firewall;
using Guard.Messages.Decisions;
using Guard.Messages.Enforcement;
using Guard.Messages.Identity;
using Guard.Messages.Places;
using Guard.Messages.Policies;
using Xunit;

namespace Guard.Cluster.Tests.Enforcement;

/// <summary>The ledger of blocks on a real journal, with a firewall that outlives the guard and lifts nothing by itself.</summary>
public sealed class FirewallLedgerSpecs : IDisposable, IAddressCompany, IAdminPresence
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);
    private static readonly UserId Info = new("info@example.com");
    private static readonly NetworkAddress Thief = NetworkAddress.Parse("45.77.0.66");
    private static readonly NetworkAddress Gateway = NetworkAddress.Parse("45.77.9.1");

    private readonly StoragePlace _place = new();
    private readonly MortalMachine _machine = new();
    private readonly LimitedAddresses _limits = new();

    public ImmutableArray<NetworkPrefix> Addresses { get; private set; } = [];

    public void Dispose() => _place.Dispose();

    (int Seen, int AtHome) IAddressCompany.Behind(NetworkAddress address) => address == Gateway ? (4, 3) : (1, 0);

    (int Seen, int AtHome) IAddressCompany.Within(NetworkPrefix network) => network.Length == 56 ? (1, 0) : (0, 0);

    private (StorageEngine Engine, IActorRef Ledger) Start()
    {
        var engine = StorageEngine.Start(_place, StoragePlace.Names[0]);
        var worker = engine.System.ActorOf(FirewallWorker.Props("firewall", _machine.Live(), TimeSpan.FromMilliseconds(5)));
        var limiter = engine.System.ActorOf(LimitWorker.Props("limits", _limits, TimeSpan.FromMilliseconds(5)));
        var ledger = engine.System.ActorOf(
            FirewallSupervisor.Props(
                new FirewallContext("test", BlockPolicy.Default, this, TimeProvider.System, worker, 3) { Limiter = limiter, Admins = this }
            )
        );
        return (engine, ledger);
    }

    private static Effect Block(NetworkAddress address, long id, TimeSpan hold, DateTimeOffset? at = null, GuardMode mode = GuardMode.Enforce) =>
        new(
            Info,
            id,
            EffectKind.BlockAddress,
            at ?? DateTimeOffset.UtcNow,
            DateTimeOffset.UtcNow + hold,
            mode,
            Rung.Normal,
            Rung.Normal,
            0,
            address,
            "",
            [new Reason(ReasonCodes.BruteForce, 20, 20, 0, address.ToString())]
        );

    [Fact]
    public async Task An_ipv6_prefix_is_blocked_as_asked_and_comes_back_after_a_restart()
    {
        var (engine, ledger) = Start();
        var wide = Block(NetworkAddress.Parse("2001:db8:7::"), 1, TimeSpan.FromHours(1)) with { PrefixLength = 48 };
        await Ask<EffectDone>(ledger, wide);
        await Ask<EffectDone>(ledger, Block(NetworkAddress.Parse("2001:db8:7:1::5"), 2, TimeSpan.FromMinutes(10)));
        // Somebody is seen in it.
        await Ask<EffectDone>(ledger, Block(NetworkAddress.Parse("2001:db8:9:4200::"), 3, TimeSpan.FromHours(1)) with { PrefixLength = 56 });
        var standing = Assert.Single((await Ask<FirewallSnapshot>(ledger, new BlockCommands.List())).Standing);
        Assert.Equal((NetworkAddress.Parse("2001:db8:7::"), 48), (standing.Network.Address, standing.Network.Length));
        await engine.DisposeAsync();
        (engine, ledger) = Start();
        await using var _ = engine;
        Assert.Equal(48, Assert.Single((await Ask<FirewallSnapshot>(ledger, new BlockCommands.List())).Standing).Network.Length);
        await Eventually.Is(() => _machine.Blocked.Any(), "it is not blocked");
    }

    private static Task<T> Ask<T>(IActorRef ledger, object what) => ledger.Ask<T>(what, Patience, TestContext.Current.CancellationToken);

    [Fact]
    public async Task A_block_ends_on_time_also_when_the_guard_was_away_meanwhile()
    {
        var (engine, ledger) = Start();
        await Ask<EffectDone>(ledger, Block(Thief, 1, TimeSpan.FromSeconds(2)));
        await Eventually.Is(() => _machine.Blocked.Any(), "it was not blocked");
        await engine.DisposeAsync();
        Assert.NotEmpty(_machine.Blocked);
        (engine, ledger) = Start();
        await using var _ = engine;
        await Eventually.Is(() => !_machine.Blocked.Any(), "it stayed blocked");
        Assert.Empty((await Ask<FirewallSnapshot>(ledger, new BlockCommands.List())).Standing);
    }

    [Fact]
    public async Task A_gateway_with_good_accounts_is_slowed_down_instead_and_so_again_after_a_restart_and_until_its_time_is_up()
    {
        var (engine, ledger) = Start();
        await Ask<EffectDone>(ledger, Block(Gateway, 1, TimeSpan.FromHours(1)));
        await Ask<EffectDone>(ledger, Block(Gateway, 2, TimeSpan.FromHours(1)));
        await Eventually.Is(() => _limits.Standing.Count == 1, "it was not limited");
        Assert.Empty(_machine.Blocked);
        await engine.DisposeAsync();
        _limits.Standing.Clear();
        (engine, ledger) = Start();
        await using var _ = engine;
        await Eventually.Is(() => _limits.Standing.Count == 1, "it was not limited again");
        var snapshot = await Ask<FirewallSnapshot>(ledger, new BlockCommands.List());
        Assert.Equal("45.77.9.1", snapshot.Limited.Single().Network.Address.ToString());
        Assert.True((await Ask<BlockCommands.Answer>(ledger, new BlockCommands.Remove(snapshot.Limited[0].Network, new Author("admin")))).Done);
        await Eventually.Is(() => _limits.Standing.IsEmpty, "it is still limited");
    }

    [Fact]
    public async Task In_a_cluster_every_node_limits_what_the_ledger_limits_also_one_that_comes_late_and_after_a_restart()
    {
        var nodes = new[] { new LimitedAddresses(), new LimitedAddresses(), new LimitedAddresses() };
        var engine = StorageEngine.Start(_place, StoragePlace.Names[0]);
        var (ledger, publisher) = StartLedgerOfCluster(engine);
        Follow(engine, publisher, nodes[0]);
        Follow(engine, publisher, nodes[1]);
        await Ask<EffectDone>(ledger, Block(Gateway, 1, TimeSpan.FromHours(1)));
        await Eventually.Is(() => nodes[..2].All(node => node.Standing.Count == 1), "a node does not limit it");
        Follow(engine, publisher, nodes[2]);
        await Eventually.Is(() => nodes[2].Standing.Count == 1, "the node that came late does not limit it");
        await engine.DisposeAsync();

        // Another oldest node has the ledgers from the journal. On one machine somebody flushed the firewall, on one stands what nobody wants any more.
        var stale = new NetworkPrefix(Thief, 32);
        nodes[0].Standing.Clear();
        nodes[1].Standing[stale] = DateTimeOffset.UtcNow.AddHours(1);
        engine = StorageEngine.Start(_place, StoragePlace.Names[0]);
        await using var _ = engine;
        (ledger, publisher) = StartLedgerOfCluster(engine);
        foreach (var node in nodes)
            Follow(engine, publisher, node);
        await Eventually.Is(() => nodes.All(node => node.Standing.Count == 1 && !node.Standing.ContainsKey(stale)), "a node is not in line again");
        var limited = (await Ask<FirewallSnapshot>(ledger, new BlockCommands.List())).Limited.Single();
        Assert.True((await Ask<BlockCommands.Answer>(ledger, new BlockCommands.Remove(limited.Network, new Author("admin")))).Done);
        await Eventually.Is(() => nodes.All(node => node.Standing.IsEmpty), "a node still limits it");
    }

    private (IActorRef Ledger, IActorRef Publisher) StartLedgerOfCluster(StorageEngine engine)
    {
        var publisher = engine.System.ActorOf(WantedPublisher.Props(TimeProvider.System, hasFirewall: true));
        publisher.Tell(new WantedState.AllLocks([]));
        return (
            engine.System.ActorOf(
                FirewallSupervisor.Props(
                    new FirewallContext("test", BlockPolicy.Default, this, TimeProvider.System, publisher, 3) { Limiter = publisher, Admins = this }
                )
            ),
            publisher
        );
    }

    private void Follow(StorageEngine engine, IActorRef publisher, LimitedAddresses machine)
    {
        var limiter = engine.System.ActorOf(LimitWorker.Props("limits", machine, TimeSpan.FromMilliseconds(5)));
        engine.System.ActorOf(WantedFollower.Props(new FollowerContext("node", publisher, null, [], this, TimeProvider.System) { Limiter = limiter }));
    }

    [Fact]
    public async Task What_an_admin_lifted_is_not_blocked_again_for_what_happened_before_and_is_for_what_happens_after()
    {
        var (engine, ledger) = Start();
        var before = DateTimeOffset.UtcNow.AddSeconds(-1);
        await Ask<EffectDone>(ledger, Block(Thief, 1, TimeSpan.FromHours(1), before));
        Assert.True((await Ask<BlockCommands.Answer>(ledger, new BlockCommands.Remove(new BlockedNetwork(Thief, 32), new Author("admin")))).Done);
        await engine.DisposeAsync();
        (engine, ledger) = Start();
        await using var _ = engine;
        // The confirmation was lost, so the account says it again.
        await Ask<EffectDone>(ledger, Block(Thief, 1, TimeSpan.FromHours(1), before));
        Assert.Empty((await Ask<FirewallSnapshot>(ledger, new BlockCommands.List())).Standing);
        await Ask<EffectDone>(ledger, Block(Thief, 2, TimeSpan.FromHours(1), DateTimeOffset.UtcNow.AddSeconds(1)));
        await Eventually.Is(() => _machine.Blocked.SequenceEqual(["45.77.0.66/32"]), "a new offence was not blocked");
    }

    [Fact]
    public async Task From_where_an_admin_works_nobody_is_blocked_neither_for_an_account_nor_by_hand()
    {
        var (engine, ledger) = Start();
        await using var _ = engine;
        Addresses = [new NetworkPrefix(Thief, 32)];
        await Ask<EffectDone>(ledger, Block(Thief, 1, TimeSpan.FromHours(1)));
        Assert.False(
            (
                await Ask<BlockCommands.Answer>(
                    ledger,
                    new BlockCommands.Add(new BlockedNetwork(Thief, 32), TimeSpan.FromHours(1), new Author("admin", "by hand"))
                )
            ).Done
        );
        Assert.False(
            (
                await Ask<BlockCommands.Answer>(
                    ledger,
                    new BlockCommands.Add(new BlockedNetwork(Thief.Prefix(24), 24), TimeSpan.FromHours(1), new Author("admin", "by hand"))
                )
            ).Done
        );
        Addresses = [];
        Assert.Empty((await Ask<FirewallSnapshot>(ledger, new BlockCommands.List())).Standing);
        await Ask<EffectDone>(ledger, Block(Thief, 2, TimeSpan.FromHours(1)));
        await Eventually.Is(() => _machine.Blocked.Any(), "gone home, the address is one like others");
    }

    [Fact]
    public async Task What_is_exempted_is_let_in_at_once_stays_so_over_a_restart_and_until_it_is_taken_back()
    {
        var (engine, ledger) = Start();
        await Ask<EffectDone>(ledger, Block(Thief, 1, TimeSpan.FromHours(1)));
        await Ask<EffectDone>(ledger, Block(Gateway, 2, TimeSpan.FromHours(1)));
        await Eventually.Is(() => _machine.Blocked.Any() && _limits.Standing.Count == 1, "nothing was blocked or limited");
        // A wide network, as a list of an admin has it.
        var office = new BlockedNetwork(Thief.Prefix(16), 16);
        Assert.True((await Ask<BlockCommands.Answer>(ledger, new BlockCommands.Exempt(office, null, new Author("admin", "the office")))).Done);
        await Eventually.Is(() => !_machine.Blocked.Any() && _limits.Standing.IsEmpty, "it stayed blocked");
        await engine.DisposeAsync();
        (engine, ledger) = Start();
        await using var _ = engine;
        await Ask<EffectDone>(ledger, Block(Thief, 3, TimeSpan.FromHours(1)));
        Assert.False(
            (
                await Ask<BlockCommands.Answer>(
                    ledger,
                    new BlockCommands.Add(new BlockedNetwork(Thief, 32), TimeSpan.FromHours(1), new Author("admin", "by hand"))
                )
            ).Done
        );
        var snapshot = await Ask<FirewallSnapshot>(ledger, new BlockCommands.List());
        Assert.Empty(snapshot.Standing);
        Assert.Equal(("the office", "admin", null), (snapshot.Exempt.Single().Reason, snapshot.Exempt[0].By, snapshot.Exempt[0].Until));
        Assert.True((await Ask<BlockCommands.Answer>(ledger, new BlockCommands.EndExemption(office, new Author("admin")))).Done);
        Assert.False((await Ask<BlockCommands.Answer>(ledger, new BlockCommands.EndExemption(office, new Author("admin")))).Done);
        await Ask<EffectDone>(ledger, Block(Thief, 4, TimeSpan.FromHours(1)));
        await Eventually.Is(() => _machine.Blocked.Any(), "it was not blocked again");
    }

    [Fact]
    public async Task An_exemption_for_a_while_ends_by_itself_and_a_shorter_one_does_not_shorten_it()
    {
        var (engine, ledger) = Start();
        await using var _ = engine;
        var address = new BlockedNetwork(Thief, 32);
        await Ask<BlockCommands.Answer>(ledger, new BlockCommands.Exempt(address, TimeSpan.FromSeconds(2), new Author("console", "an admin")));
        await Ask<BlockCommands.Answer>(ledger, new BlockCommands.Exempt(address, TimeSpan.FromSeconds(1), new Author("console", "an admin")));
        var until = (await Ask<FirewallSnapshot>(ledger, new BlockCommands.List())).Exempt.Single().Until!.Value;
        var waited = System.Diagnostics.Stopwatch.StartNew();
        BlockCommands.Answer answer;
        do
        {
            var asked = DateTimeOffset.UtcNow;
            answer = await Ask<BlockCommands.Answer>(ledger, new BlockCommands.Add(address, TimeSpan.FromHours(1), new Author("admin", "by hand")));
            Assert.True(!answer.Done || DateTimeOffset.UtcNow >= until, $"blocked at {asked:O} though exempt until {until:O}");
            Assert.True(waited.Elapsed < Patience, "it never ended");
            await Task.Delay(5, TestContext.Current.CancellationToken);
        } while (!answer.Done);
        await Eventually.Is(() => _machine.Blocked.Any(), "it was not blocked");
    }

    [Fact]
    public async Task In_observe_mode_nothing_is_blocked_or_slowed_down()
    {
        var (engine, ledger) = Start();
        await using var _ = engine;
        await Ask<EffectDone>(ledger, Block(Thief, 1, TimeSpan.FromHours(1), mode: GuardMode.Observe));
        await Ask<EffectDone>(ledger, Block(Gateway, 2, TimeSpan.FromHours(1), mode: GuardMode.Observe));
        var snapshot = await Ask<FirewallSnapshot>(ledger, new BlockCommands.List());
        Assert.Empty(snapshot.Standing);
        Assert.Empty(snapshot.Limited);
    }

    private sealed class LimitedAddresses : INetworkLimiter
    {
        public System.Collections.Concurrent.ConcurrentDictionary<NetworkPrefix, DateTimeOffset> Standing { get; } = new();

        public Task Limit(IReadOnlyCollection<WantedBlock> add, IReadOnlyCollection<NetworkPrefix> remove, CancellationToken cancellation = default)
        {
            foreach (var network in remove)
                Standing.TryRemove(network, out _);
            foreach (var limit in add)
                Standing[limit.Network] = limit.Until;
            return Task.CompletedTask;
        }

        public Task<IReadOnlyCollection<StandingBlock>> Limits(CancellationToken cancellation = default) =>
            Task.FromResult<IReadOnlyCollection<StandingBlock>>([.. Standing.Select(pair => new StandingBlock(pair.Key, pair.Value))]);
    }
}
