using Xunit;

namespace Guard.Host.Tests.Inspection;

/// <summary>Two nodes of one cluster: any of them answers for all.</summary>
public sealed class OtherNodeSpecs(InspectedGuard guard) : IClassFixture<InspectedGuard>
{
    [Fact]
    public async Task Any_node_answers_for_the_whole_cluster()
    {
        await guard.StartAsync();
        await Eventually.Is(async () => (await guard.RowsAsync(0, "cluster")).Count(row => row.GetProperty("status").GetString() == "up") == 2);
        await Eventually.Is(async () => (await guard.RowsAsync(1, "cluster")).Count(row => row.GetProperty("status").GetString() == "up") == 2);
        Assert.Equal(
            guard.Node(1),
            (await guard.RowsAsync(1, "cluster")).Single(row => row.GetProperty("answering").GetString() == "yes").GetProperty("member").GetString()
        );

        // What the first node read is told by the second one.
        var top = await guard.RowsAsync(1, "top", "score");
        Assert.Equal((guard.Node(0), "info@example.com"), (top[0].GetProperty("node").GetString(), top[0].GetProperty("user").GetString()));
        var intake = await guard.RowsAsync(1, "intake");
        Assert.Equal(
            [guard.Node(0), guard.Node(1)],
            intake.Select(row => row.GetProperty("node").GetString()!).Distinct().OrderBy(node => node != guard.Node(0))
        );

        // A ledger answers once, however many nodes there are. (These two have no journal and so no ledger in common: Guard.Cluster.Tests has nodes that do.)
        Assert.Equal(["yes"], await DoneAsync(1, "blocks", "add", "203.0.113.8"));
        Assert.Single(await guard.RowsAsync(1, "blocks", "list"), row => row.GetProperty("network").GetString() == "203.0.113.8/32");
        Assert.Equal(["yes"], await DoneAsync(1, "blocks", "remove", "203.0.113.8"));
        Assert.Equal(["no"], await DoneAsync(1, "blocks", "remove", "203.0.113.8"));

        // An account is reached from either, wherever it lives.
        await guard.RowsAsync(1, "user", "lock", "fresh@example.com", "2h");
        Assert.Equal("suspended", await guard.FactAsync(0, "user show", "fresh@example.com", "reaction", "account"));
        Assert.Equal("suspended", await guard.FactAsync(1, "user show", "fresh@example.com", "reaction", "account"));

        // Live decisions come from the node that makes them, until the asker leaves.
        using var enough = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        await using var rows = new Guard.Host.Inspection.InspectionClient(guard.Socket(1))
            .AskAsync(["tail", "info@example.com"], enough.Token)
            .GetAsyncEnumerator(enough.Token);
        var next = rows.MoveNextAsync();
        while (!next.IsCompleted)
        {
            await guard.RowsAsync(0, "user", "release", "info@example.com");
            await guard.RowsAsync(0, "user", "lock", "info@example.com", "2h");
        }
        Assert.True(await next);
        Assert.Equal("info@example.com", rows.Current.Cells[2].Text);
        await enough.CancelAsync();
    }

    private async Task<string[]> DoneAsync(int node, params string[] words) =>
        [.. (await guard.RowsAsync(node, words)).Select(row => row.GetProperty("done").GetString()!)];
}
