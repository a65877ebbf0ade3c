using CsCheck;
using Guard.Bench.Scale;
using Xunit;

namespace Guard.Actors.Tests.Scale;

/// <summary>The simulations behind docs/scale.md lose and invent nothing, whatever they are given.</summary>
public sealed class SimulationSpecs
{
    [Fact]
    public void An_escrow_is_always_whole_and_never_used_twice() =>
        Gen.Select(Gen.Long[0, 1000], Gen.Select(Gen.Int[0, 3], Gen.Int[0, 5], Gen.Long[0, 300]).Array[0, 60])
            .Sample(
                (limit, steps) =>
                {
                    var escrow = new Escrow(limit);
                    foreach (var (kind, holder, amount) in steps)
                    {
                        switch (kind)
                        {
                            case 0:
                                var free = escrow.Free;
                                Assert.Equal(amount <= free, escrow.Grant(holder, amount));
                                break;
                            case 1:
                                var used = Math.Min(amount, escrow.OutTo(holder));
                                escrow.Settle(holder, used, (escrow.OutTo(holder) - used) / 2);
                                break;
                            case 2:
                                escrow.Raise(amount);
                                break;
                            default:
                                Assert.InRange(escrow.Lower(amount), 0, amount);
                                break;
                        }
                        Assert.True(escrow.Conserved);
                    }
                    Assert.Throws<InvalidOperationException>(() => escrow.Settle(9, 1, 0));
                }
            );

    [Fact]
    public void A_site_never_sends_more_than_its_quota_and_its_sums_are_right_with_and_without_branches() =>
        Gen.Select(Gen.Int[1, 3000], Gen.Double[0, 40], Gen.Long[0, 3000], Gen.Int[0, 9], Gen.ULong)
            .Sample(
                (accounts, mails, quota, branches, seed) =>
                {
                    var outcome = new HotSite(accounts, mails, 60, quota, branches, seed).Run();
                    Assert.True(outcome.Conserved);
                    Assert.InRange(outcome.Sent, 0, quota);
                    Assert.Equal(outcome.Mails, outcome.Sent + outcome.Refused);
                    // Nothing is refused as long as there is some left that is not in use at a branch.
                    Assert.True(
                        outcome.Refused == 0 || outcome.StrandedAtFirstRefusal <= quota / 2 + branches,
                        $"{outcome.StrandedAtFirstRefusal} of {quota} was left"
                    );
                },
                iter: 200
            );

    [Fact]
    public void Without_branches_nothing_is_refused_before_the_quota_is_used_up() =>
        Gen.Select(Gen.Int[1, 3000], Gen.Double[1, 40], Gen.Long[0, 2000], Gen.ULong)
            .Sample(
                (accounts, mails, quota, seed) =>
                {
                    var outcome = new HotSite(accounts, mails, 60, quota, 0, seed).Run();
                    Assert.Equal(0, outcome.StrandedAtFirstRefusal);
                    Assert.Equal(Math.Min(outcome.Mails, quota), outcome.Sent);
                },
                iter: 200
            );

    [Fact]
    public void Every_question_after_the_loss_of_a_region_is_answered_one_way_or_the_other_and_no_account_is_lost() =>
        Gen.Select(Gen.Int[1, 99], Gen.Double[10, 20_000], Gen.Double[0, 30], Gen.ULong)
            .Sample(
                (lost, rate, down, seed) =>
                {
                    var outcome = new RegionFailure(
                        new ScaleAssumptions(Accounts: 1_000_000, RecoveriesPerNode: rate / 100, DownAfter: down),
                        lost,
                        1,
                        60,
                        seed
                    ).Run();
                    Assert.True(outcome.Conserved);
                    Assert.InRange(outcome.FailedOpen, 0, outcome.Asked);
                },
                iter: 50
            );

    [Fact]
    public void Shards_hold_all_traffic_and_so_do_nodes()
    {
        var shards = ShardBalance.ShardLoads(100_000, 1000, 1.5, 1);
        Assert.Equal(shards.Sum(), ShardBalance.NodeLoads(shards, 7).Sum(), 6);
        Assert.True(ShardBalance.Unevenness(ShardBalance.NodeLoads(shards, 7)) < ShardBalance.Unevenness(shards));
        Assert.Equal(shards, ShardBalance.ShardLoads(100_000, 1000, 1.5, 1));
    }
}
