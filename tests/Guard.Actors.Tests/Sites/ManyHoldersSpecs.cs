using System.Globalization;
using Guard.Actors.Policies;
using Guard.Actors.Sites;
using Guard.Actors.Sites.Branches;
using Guard.Messages.Identity;
using Guard.Messages.Policies;
using Guard.Messages.Sites;
using Guard.Messages.Users;
using Xunit;

namespace Guard.Actors.Tests.Sites;

/// <summary>A site of very many accounts: who never came back is forgotten in the end, and what they were granted stays counted.</summary>
public sealed class ManyHoldersSpecs
{
    private const int Lost = 3000;
    private static readonly SiteId Site = new("example.com");
    private static readonly DateTimeOffset Noon = new(2026, 6, 1, 12, 0, 0, TimeSpan.Zero);

    private static readonly EffectivePolicy Policy = new(
        GuardPolicy.Default with
        {
            Quotas = [new Quota(TimeSpan.FromDays(7), QuotaUnit.Recipients, 1_000_000, Of: QuotaScope.Site)],
        }
    );

    private static readonly KeyedQuota Quota = Policy.SiteQuotas.Single();

    [Fact(DisplayName = "Holders that never came back are forgotten two days later, and their slices stay used")]
    public void Site_forgets()
    {
        var state = new SiteState(Site);
        for (var account = 0; account < Lost; account++)
            state = Grant(state, $"lost{account}", Noon);
        Assert.Equal(Lost, state.Held.Count);

        for (var account = 0; account < SiteEvolution.ManyHeld; account++)
            state = Grant(state, $"new{account}", Noon.AddDays(2));
        Assert.InRange(state.Held.Count, 1, SiteEvolution.ManyHeld);
        Assert.All(state.Held.Keys, user => Assert.StartsWith("new", user.Value, StringComparison.Ordinal));
        Assert.Equal(Lost + SiteEvolution.ManyHeld, state.Used(Quota, Noon.AddDays(2).ToUnixTimeMilliseconds()));
    }

    [Fact(DisplayName = "What a site decides to grant is what it holds once that is journaled")]
    public void Decided_is_held()
    {
        var (site, at) = (new SiteState(Site), Noon);
        var outcome = SiteDecider.Request(site, Ask("a", at), Policy, spare: true, mayRecall: true);
        var held = outcome.Events.Aggregate(site, SiteEvolution.Apply).Held[Account("a")];
        Assert.Equal(held, outcome.Granted);
    }

    [Fact(DisplayName = "A branch forgets holders that never came back, and their slices are spent")]
    public void Branch_forgets()
    {
        var branch = new BranchId(Site, 3);
        var state = Take(new BranchState(branch), 1, Noon);
        for (var account = 0; account < Lost; account++)
            state = Grant(state, $"lost{account}", 1, Noon);
        state = Take(state, 2, Noon.AddDays(2));
        for (var account = 0; account < SiteEvolution.ManyHeld; account++)
            state = Grant(state, $"new{account}", 2, Noon.AddDays(2));
        Assert.All(state.Held.Keys, user => Assert.StartsWith("new", user.Value, StringComparison.Ordinal));
        Assert.Equal((0L, (long)Lost), (state.Find(1)!.Shares[0].Held, state.Find(1)!.Shares[0].Spent));
        Assert.Equal(SiteEvolution.ManyHeld, state.Find(2)!.Shares[0].Held);
    }

    private static SiteState Grant(SiteState state, string account, DateTimeOffset at) =>
        SiteEvolution.Apply(
            state,
            new SliceGranted(Site, at, Account(account), account, $"example.com/{state.Leases + 1}", at.AddMinutes(10), [new SliceAmount(Quota.Key, 1)])
        );

    private static BranchState Take(BranchState state, long lot, DateTimeOffset at) =>
        BranchEvolution.Apply(
            state,
            new LotTaken(Site, 3, at, lot, string.Create(CultureInfo.InvariantCulture, $"l{lot}"), at.AddMinutes(10), [new SliceAmount(Quota.Key, 10_000)])
        );

    private static BranchState Grant(BranchState state, string account, long lot, DateTimeOffset at) =>
        BranchEvolution.Apply(state, new BranchSliceGranted(Site, 3, at, Account(account), account, lot, [new SliceAmount(Quota.Key, 1)]));

    private static SiteCommands.RequestLease Ask(string account, DateTimeOffset at) =>
        new(Site, Account(account), account, at, [new SliceAmount(Quota.Key, 1)], "", []);

    private static UserId Account(string name) => new($"{name}@example.com");
}
