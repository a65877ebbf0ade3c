using System.Net;
using System.Text.Json;
using Guard.Host.ConsoleModel.Contracts;
using Guard.Host.ConsoleModel.ReadModel;
using Guard.Host.Node.Health;
using Xunit;

namespace Guard.Host.Tests.Console;

/// <summary>What stands above every page, on a node that has read the demo's story.</summary>
public sealed class SummarySpecs(ServedConsole console) : IClassFixture<ServedConsole>
{
    private const string Path = "/api/v1/summary";

    [Fact]
    public async Task An_admin_reads_the_same_figures_as_the_lists_have()
    {
        var summary = await console.GetAsync(ServedConsole.Admin, Path);
        var incidents = await console.GetAsync(ServedConsole.Admin, "/api/v1/incidents?limit=1000");
        Assert.Equal(
            incidents.GetProperty("items").EnumerateArray().CountBy(incident => incident.GetProperty("rung").GetString()!).ToDictionary(),
            summary
                .GetProperty("incidents")
                .EnumerateArray()
                .ToDictionary(count => count.GetProperty("rung").GetString()!, count => count.GetProperty("count").GetInt32())
        );
        Assert.Equal((await console.GetAsync(ServedConsole.Admin, "/api/v1/blocks")).GetProperty("total").GetInt64(), summary.GetProperty("blocks").GetInt64());
        Assert.NotEqual(0, summary.GetProperty("modes").GetArrayLength());
        Assert.NotEqual(JsonValueKind.Null, summary.GetProperty("health").ValueKind);
    }

    [Theory]
    [InlineData("site:example.net")]
    [InlineData("account:marie@example.net")]
    public async Task Nobody_learns_of_what_lies_out_of_their_reach(string token)
    {
        var summary = await console.GetAsync(token, Path);
        var incidents = await console.GetAsync(token, "/api/v1/incidents?limit=1000");
        Assert.Equal(JsonValueKind.Null, summary.GetProperty("health").ValueKind);
        Assert.Equal(
            incidents.GetProperty("total").GetInt64(),
            summary.GetProperty("incidents").EnumerateArray().Sum(count => count.GetProperty("count").GetInt64())
        );
        Assert.Equal((await console.GetAsync(token, "/api/v1/blocks")).GetProperty("total").GetInt64(), summary.GetProperty("blocks").GetInt64());
    }

    [Fact]
    public async Task Nobody_is_told_without_signing_in() =>
        Assert.Equal(HttpStatusCode.Unauthorized, (await console.AskAsync(null, HttpMethod.Get, Path)).Status);

    [Fact]
    public void The_worst_finding_is_told_and_each_part_for_itself()
    {
        var summary = HealthSummary.Of([
            Item("journal", "journal", FindingLevel.Ok, "written"),
            Item("intake", "/var/log/mail.log", FindingLevel.Warning, "odd lines", ("lag-seconds", "42.5")),
            Item("enforcement", "firewall", FindingLevel.Fault, "nft is not there"),
        ]);
        Assert.Equal(new PartState(FindingLevel.Fault, "enforcement firewall", "nft is not there"), summary.Worst);
        Assert.Equal((1, 1, 42.5), (summary.Faults, summary.Warnings, summary.LagSeconds));
        Assert.Equal(new PartState(FindingLevel.Warning, "intake /var/log/mail.log", "odd lines"), summary.Intake);
        Assert.Equal(summary.Worst, summary.Enforcement);
        Assert.Equal(FindingLevel.Ok, HealthSummary.Of([]).Worst.Level);
    }

    [Fact]
    public async Task However_many_ask_the_nodes_are_asked_once_and_a_failure_is_not_kept()
    {
        var asked = 0;
        var answer = new TaskCompletionSource<int>();
        var look = new SharedLook<int>(
            TimeSpan.FromHours(1),
            () =>
            {
                asked++;
                return answer.Task;
            }
        );
        var waiting = Enumerable.Range(0, 20).Select(_ => look.GetAsync(TestContext.Current.CancellationToken)).ToArray();
        answer.SetException(new UnavailableException("silent"));
        foreach (var one in waiting)
            await Assert.ThrowsAsync<UnavailableException>(() => one);
        Assert.Equal(1, asked);
        answer = new TaskCompletionSource<int>();
        answer.SetResult(7);
        Assert.Equal(7, await look.GetAsync(TestContext.Current.CancellationToken));
        Assert.Equal(7, await look.GetAsync(TestContext.Current.CancellationToken));
        Assert.Equal(2, asked);
    }

    private static HealthItem Item(string area, string name, FindingLevel level, string text, params (string Key, string Value)[] facts) =>
        new("node", area, name, level != FindingLevel.Fault, text, [.. facts.Select(fact => KeyValuePair.Create(fact.Key, fact.Value))]) { Level = level };
}
