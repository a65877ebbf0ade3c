using System.Text.Json.Nodes;
using Guard.Host.ConsoleModel.Contracts;
using Guard.Host.Tests.Inspection;
using Guard.Messages.Identity;
using Xunit;

namespace Guard.Host.Tests.Console;

/// <summary>Two nodes of one cluster have the same policies, wherever they are set.</summary>
public sealed class OtherNodePolicySpecs(InspectedGuard guard) : IClassFixture<InspectedGuard>
{
    private static readonly AccessScope Admin = AccessScope.ServerAdmin("boss", "192.0.2.1");
    private static readonly PolicySubject Site = PolicySubject.Of(new SiteId("example.org"));

    [Fact]
    public async Task What_is_set_at_one_node_holds_at_the_other_before_it_decides_anything_and_after()
    {
        var first = guard.Guard().Console.Policies;
        await first.SaveAsync(Admin, Site, Parse(7), 0, "", TestContext.Current.CancellationToken);
        await guard.StartAsync();
        // A node knows them when it has started.
        var second = guard.Guard(1).Console.Policies;
        Assert.Equal(7, (await second.GetAsync(Admin, Site, TestContext.Current.CancellationToken)).Effective.BruteForce.Failures);
        var form = await second.SaveAsync(Admin, Site, Parse(8), 1, "", TestContext.Current.CancellationToken);
        Assert.Equal((2, 8), (form.Version, form.Effective.BruteForce.Failures));
        await Eventually.Is(async () => (await first.GetAsync(Admin, Site, TestContext.Current.CancellationToken)).Effective.BruteForce.Failures == 8);
        Assert.Equal(
            (await guard.RowsAsync(0, "policy", "show", "example.org")).Select(row => row.ToString()),
            (await guard.RowsAsync(1, "policy", "show", "example.org")).Select(row => row.ToString())
        );
        await Assert.ThrowsAsync<ChangedMeanwhileException>(() => first.SaveAsync(Admin, Site, Parse(9), 1, "", TestContext.Current.CancellationToken));
        Assert.Equal([2, 1], (await second.HistoryAsync(Admin, Site, TestContext.Current.CancellationToken)).Select(change => change.Version));
    }

    private static JsonObject Parse(int failures) => new() { ["brute-force"] = new JsonObject { ["failures"] = failures } };
}
