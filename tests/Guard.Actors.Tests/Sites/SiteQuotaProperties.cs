using System.Collections.Immutable;
using CsCheck;
using Guard.Actors.Policies;
using Guard.Actors.Sites;
using Guard.Messages.Identity;
using Guard.Messages.Policies;
using Guard.Messages.Sites;
using Guard.Messages.Users;
using Xunit;

namespace Guard.Actors.Tests.Sites;

public sealed class SiteQuotaProperties
{
    private static readonly SiteId Site = new("example.com");

    private static readonly GuardPolicy Policy = GuardPolicy.Default with
    {
        Quotas = [new Quota(TimeSpan.FromDays(1), QuotaUnit.Recipients, 1000, Of: QuotaScope.Site)],
    };

    [Fact]
    public void Slices_never_exceed_the_quota_and_nobody_is_refused_while_others_hold_spare() =>
        Gen.Select(Gen.Int[0, 9], Gen.Int[1, 60], Gen.Int[0, 100])
            .Array[1, 200]
            .Sample(steps =>
            {
                var compiled = new EffectivePolicy(Policy);
                var key = compiled.SiteQuotas[0].Key;
                var state = new SiteState(Site);
                var left = new int[10];
                var leases = new string[10];
                Array.Fill(leases, "");
                var used = 0;
                var request = 0;
                foreach (var (user, need, _) in steps)
                {
                    if (left[user] >= need)
                    {
                        left[user] -= need;
                        used += need;
                        continue;
                    }
                    var asked = Ask(user, need, true);
                    if (asked.Granted is null)
                    {
                        foreach (var holder in asked.Recall)
                        {
                            var index = int.Parse(holder.Local, System.Globalization.CultureInfo.InvariantCulture);
                            Apply(
                                SiteDecider.Return(state, new SiteCommands.ReturnLease(Site, holder, leases[index], [new SliceAmount(key, left[index])], false))
                            );
                            left[index] = 0;
                            leases[index] = "";
                        }
                        asked = Ask(user, need, false);
                    }
                    Apply(asked.Events);
                    left[user] = (int)asked.Granted!.Amounts.Sum(amount => amount.Amount);
                    leases[user] = asked.Granted.LeaseId;
                    if (left[user] < need)
                    {
                        Assert.True(used + left.Sum() + need > 1000, "refused although it would fit");
                        continue;
                    }
                    left[user] -= need;
                    used += need;
                    Assert.True(used <= 1000);
                }

                LeaseOutcome Ask(int user, int need, bool mayRecall) =>
                    SiteDecider.Request(
                        state,
                        new SiteCommands.RequestLease(
                            Site,
                            new UserId($"{user}@example.com"),
                            $"r{request++}",
                            Now,
                            [new SliceAmount(key, need)],
                            leases[user],
                            [new SliceAmount(key, left[user])]
                        ),
                        compiled,
                        spare: true,
                        mayRecall
                    );

                void Apply(ImmutableArray<SiteEvent> events)
                {
                    foreach (var change in events)
                        state = SiteEvolution.Apply(state, change);
                }
            });

    private static readonly DateTimeOffset Now = Account.Start;

    [Theory]
    [InlineData(Rung.Reported)]
    [InlineData(Rung.Restricted)]
    [InlineData(Rung.Suspended)]
    [InlineData(Rung.Blocked)]
    public void Several_accounts_at_once_bring_the_site_to_each_reaction(Rung rung)
    {
        var alarm = new SiteAlarmPolicy(
            rung == Rung.Reported ? 3 : 0,
            rung == Rung.Restricted ? 3 : 0,
            rung == Rung.Suspended ? 3 : 0,
            rung == Rung.Blocked ? 3 : 0
        );
        var policy = new EffectivePolicy(GuardPolicy.Default with { SiteAlarm = alarm });
        var state = new SiteState(Site);
        for (var i = 0; i < 3; i++)
        {
            Assert.Equal(Rung.Normal, state.Reaction.Rung);
            foreach (
                var change in SiteDecider.Note(
                    state,
                    new SiteCommands.NoteReaction(Site, new UserId($"{i}@example.com"), 1, Now.AddMinutes(i), Rung.Suspended),
                    policy
                )
            )
                state = SiteEvolution.Apply(state, change);
        }
        Assert.Equal(rung, state.Reaction.Rung);
        Assert.Empty(SiteDecider.Note(state, new SiteCommands.NoteReaction(Site, new UserId("2@example.com"), 1, Now.AddMinutes(3), Rung.Suspended), policy));
    }
}
