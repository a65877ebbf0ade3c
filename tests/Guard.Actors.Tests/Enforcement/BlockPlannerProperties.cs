using System.Collections.Immutable;
using CsCheck;
using Guard.Actors.Enforcement.Blocking;
using Guard.Actors.Policies.Geography;
using Guard.Messages.Places;
using Xunit;

namespace Guard.Actors.Tests.Enforcement;

/// <summary>What holds whatever is asked of the planner, over random stories in a small world where addresses often meet.</summary>
public sealed class BlockPlannerProperties
{
    private static readonly DateTimeOffset Start = new(2026, 3, 5, 0, 0, 0, TimeSpan.Zero);

    private static readonly Gen<NetworkAddress> Address = Gen.OneOf(
        Gen.Select(Gen.Int[0, 3], Gen.Int[0, 40], (net, host) => NetworkAddress.FromIPv4(0x0A000000u + (uint)(net << 8) + (uint)host)),
        Gen.Select(
            Gen.Int[0, 10],
            Gen.Int[1, 3],
            (net, host) => NetworkAddress.FromIPv6(((UInt128)0x20010db8 << 96) | ((UInt128)(uint)net << 64) | (uint)host)
        ),
        Gen.Const(NetworkAddress.Parse("127.0.0.1")),
        Gen.Const(NetworkAddress.Parse("::1")),
        Gen.Const(NetworkAddress.Parse("fe80::1"))
    );

    private static readonly Gen<NetworkPrefix> Prefix = Gen.Select(
        Address,
        Gen.Int[8, 128],
        (address, length) => Math.Min(length, address.IsIPv4 ? 32 : 128) is var fit ? new NetworkPrefix(address.Prefix(fit), fit) : default
    );

    private static readonly Gen<BlockPolicy> Policy = Gen.Select(
        Prefix.Array[0, 4],
        Gen.Int[1, 8],
        Gen.Int[0, 5],
        Gen.Int[3, 60],
        (exempt, perMinute, join, most) =>
            new BlockPolicy
            {
                Exempt = [.. exempt],
                PerMinute = perMinute,
                JoinFrom = join,
                MaxStanding = most,
                LongestHold = TimeSpan.FromDays(7),
                Memory = TimeSpan.FromDays(2),
                MaxRemembered = 20,
            }
    );

    private static readonly Gen<(NetworkAddress Address, double Pause, int Hold, int Seen, int Home)[]> Story = Gen.Select(
        Address,
        Gen.OneOf(Gen.Double[0, 5], Gen.Double[0, 7200], Gen.Double[0, 200_000]),
        Gen.Int[-10, 900_000],
        Gen.Int[0, 5],
        Gen.Int[0, 5]
    ).Array[1, 120];

    private static IEnumerable<(BlockPlannerState Before, BlockRequest Request, BlockVerdict Verdict)> Run(
        BlockPolicy policy,
        (NetworkAddress Address, double Pause, int Hold, int Seen, int Home)[] story
    )
    {
        var (state, now) = (BlockPlannerState.Empty, Start);
        foreach (var (address, pause, hold, seen, home) in story)
        {
            now += TimeSpan.FromSeconds(pause);
            var request = new BlockRequest(address, now, TimeSpan.FromSeconds(hold), "", seen, home);
            var verdict = BlockPlanner.Decide(state, request, policy);
            yield return (state, request, verdict);
            state = BlockPlannerEvolution.Apply(state, verdict, policy);
        }
    }

    private static bool Overlap(NetworkPrefix left, NetworkPrefix right) => left.Contains(right.Network) || right.Contains(left.Network);

    [Fact]
    public void Nothing_exempt_is_ever_blocked_not_even_as_part_of_a_network() =>
        Gen.Select(Policy, Story)
            .Sample(
                (policy, story) =>
                {
                    foreach (var (_, _, verdict) in Run(policy, story))
                        if (verdict is BlockVerdict.Block block)
                        {
                            Assert.DoesNotContain(policy.Exempt, exempt => Overlap(exempt, block.Wanted.Network));
                            Assert.False(
                                block.Wanted.Network.Contains(NetworkAddress.Parse("127.0.0.1")) || block.Wanted.Network.Contains(NetworkAddress.Parse("::1"))
                            );
                        }
                }
            );

    [Fact]
    public void Never_more_blocks_than_allowed_within_any_minute() =>
        Gen.Select(Policy, Story)
            .Sample(
                (policy, story) =>
                {
                    var times = Run(policy, story).Select(step => step.Verdict).OfType<BlockVerdict.Block>().Select(block => block.At).ToArray();
                    for (var i = policy.PerMinute; i < times.Length; i++)
                        Assert.True(times[i] - times[i - policy.PerMinute] >= TimeSpan.FromMinutes(1));
                }
            );

    [Fact]
    public void Every_block_has_an_end_ahead_and_within_the_longest_hold() =>
        Gen.Select(Policy, Story)
            .Sample(
                (policy, story) =>
                {
                    foreach (var (_, request, verdict) in Run(policy, story))
                        if (verdict is BlockVerdict.Block block)
                            Assert.InRange(block.Wanted.Until, request.At + TimeSpan.FromTicks(1), request.At + policy.LongestHold);
                }
            );

    [Fact]
    public void Every_block_is_one_that_backends_take() =>
        Gen.Select(Policy, Story)
            .Sample(
                (policy, story) =>
                {
                    foreach (var (_, request, verdict) in Run(policy, story))
                        if (verdict is BlockVerdict.Block block)
                        {
                            Assert.Equal(block.Wanted.Network, BlockScope.Of(block.Wanted.Network));
                            Assert.True(block.Wanted.Network.Contains(request.Address));
                        }
                }
            );

    [Fact]
    public void No_more_stand_than_allowed_and_what_is_remembered_stays_bounded() =>
        Gen.Select(Policy, Story)
            .Sample(
                (policy, story) =>
                {
                    foreach (var (before, request, _) in Run(policy, story))
                    {
                        Assert.True(before.Standing.Count(pair => pair.Value > request.At) <= policy.MaxStanding);
                        Assert.True(before.Offenders.Count <= policy.MaxRemembered * 2 + 1);
                        Assert.True(before.OrderedLastMinute <= policy.PerMinute);
                        Assert.Equal(before.LastMinute.Count(), before.OrderedLastMinute);
                        Assert.Equal(
                            before.Standing.Keys.Where(network => network.Length == 32 && network.Network.IsIPv4).ToHashSet(),
                            before.Singles.Values.SelectMany(single => single).ToHashSet()
                        );
                    }
                }
            );

    [Fact]
    public void Asking_again_at_once_is_a_duplicate() =>
        Gen.Select(Policy, Story)
            .Sample(
                (policy, story) =>
                {
                    foreach (var (before, request, verdict) in Run(policy, story))
                        if (verdict is BlockVerdict.Block)
                            Assert.IsType<BlockVerdict.Standing>(BlockPlanner.Decide(BlockPlannerEvolution.Apply(before, verdict, policy), request, policy));
                }
            );

    [Fact]
    public void Pruning_changes_no_verdict() =>
        Gen.Select(Policy, Story)
            .Sample(
                (policy, story) =>
                {
                    policy = policy with { MaxRemembered = 10_000 };
                    foreach (var (before, request, verdict) in Run(policy, story))
                    {
                        var again = BlockPlanner.Decide(BlockPlannerEvolution.Prune(before, request.At, policy), request, policy);
                        if (verdict is BlockVerdict.Block block)
                            Assert.Equal(
                                block with
                                {
                                    Replaced = ImmutableArray<NetworkPrefix>.Empty,
                                },
                                Assert.IsType<BlockVerdict.Block>(again) with
                                {
                                    Replaced = ImmutableArray<NetworkPrefix>.Empty,
                                }
                            );
                        else
                            Assert.Equal(verdict, again);
                    }
                }
            );
}
