using Guard.Host.ConsoleModel.Contracts;
using Guard.Messages.Identity;
using Xunit;

namespace Guard.Host.Tests.Console;

public sealed class SiteListSpecs(ServedConsole console) : IClassFixture<ServedConsole>
{
    private static readonly AccessScope Admin = AccessScope.ServerAdmin("test", "");

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Pages_of_sites_put_together_are_the_whole_list_and_each_counts_its_own_accounts()
    {
        var all = await console.Services.Sites.ListAsync(Admin, null, 0, 1000, Cancel);
        Assert.True(all.Total > 1);
        Assert.Equal(all.Total, all.Items.Length);
        Assert.Equal(all.Items.OrderBy(row => row.Site.Value, StringComparer.Ordinal), all.Items);
        for (var offset = 0; offset < all.Total; offset++)
        {
            var page = await console.Services.Sites.ListAsync(Admin, null, offset, 1, Cancel);
            Assert.Equal(all.Total, page.Total);
            Assert.Equal((all.Items[offset].Site, all.Items[offset].Accounts), (Assert.Single(page.Items).Site, page.Items[0].Accounts));
            var accounts = await console.Services.Accounts.ListAsync(Admin, new AccountQuery(Site: page.Items[0].Site, Limit: 1), Cancel);
            Assert.Equal(accounts.Total, page.Items[0].Accounts);
        }
        Assert.Empty((await console.Services.Sites.ListAsync(Admin, null, (int)all.Total, 10, Cancel)).Items);
    }

    [Fact]
    public async Task A_search_and_an_owners_reach_narrow_the_list_and_its_total()
    {
        var all = await console.Services.Sites.ListAsync(Admin, null, 0, 1000, Cancel);
        var one = all.Items[^1].Site;
        var found = await console.Services.Sites.ListAsync(Admin, $" {one.Value.ToUpperInvariant()} ", 0, 1000, Cancel);
        Assert.Contains(found.Items, row => row.Site == one);
        Assert.Equal(all.Items.Count(row => row.Site.Value.Contains(one.Value, StringComparison.Ordinal)), found.Total);
        var own = await console.Services.Sites.ListAsync(AccessScope.SiteOwner("test", "", one), null, 0, 1000, Cancel);
        Assert.Equal((1, one), (own.Total, Assert.Single(own.Items).Site));
        await Assert.ThrowsAsync<NotThereException>(() => console.Services.Sites.GetAsync(Admin, new SiteId("nowhere.example"), Cancel));
    }
}
