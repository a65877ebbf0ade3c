using System.Net;
using System.Text.Json;
using System.Text.RegularExpressions;
using Guard.Actors.Users;
using Guard.Host.Telemetry;
using Guard.Messages.Policies;
using Xunit;

namespace Guard.Host.Tests.Telemetry;

/// <summary>Health, metrics and traces of a running node, and what dashboards and alerts ask of them.</summary>
public sealed partial class WatchedGuardSpecs(WatchedGuard guard) : IClassFixture<WatchedGuard>
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_running_node_lives_and_gets_ready_and_says_why_on_its_own_machine()
    {
        Assert.Contains("\"actors\":{\"good\":true", await guard.Client.GetStringAsync("/health/live", Cancel), StringComparison.Ordinal);
        var said = "";
        await Eventually.Is(
            async () =>
            {
                using var answer = await guard.Client.GetAsync("/health/ready", Cancel);
                said = await answer.Content.ReadAsStringAsync(Cancel);
                return answer.StatusCode == HttpStatusCode.OK;
            },
            () => said
        );
        var checks = JsonDocument.Parse(said).RootElement.GetProperty("checks");
        foreach (var name in new[] { "cluster", "journal", "users", "sites" })
            Assert.True(checks.GetProperty(name).GetProperty("good").GetBoolean());
        Assert.Contains(checks.EnumerateObject(), check => check.Name.StartsWith("intake ", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Whoever_comes_through_a_proxy_hears_only_whether_it_is_well()
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, "/health/live");
        request.Headers.Add("X-Forwarded-For", "203.0.113.9");
        using var answer = await guard.Client.SendAsync(request, Cancel);
        Assert.Equal("ok\n", await answer.Content.ReadAsStringAsync(Cancel));
        using var metrics = new HttpRequestMessage(HttpMethod.Get, "/metrics");
        metrics.Headers.Add("X-Forwarded-For", "203.0.113.9");
        using var refused = await guard.Client.SendAsync(metrics, Cancel);
        Assert.Equal(HttpStatusCode.Forbidden, refused.StatusCode);
    }

    [Fact]
    public async Task Every_metric_that_dashboard_and_alerts_ask_for_is_exported_and_none_names_an_account()
    {
        await guard.SubmitAsync("anna@example.com");
        // What the story does not bring about.
        GuardMeters.JournalFailed(EntityKind.User);
        GuardMeters.LeaseGranted();
        GuardMeters.LeaseReturned();
        GuardMeters.LeasesRecalled(1);
        GuardMeters.SiteReacted(Rung.Reported);
        GuardMeters.AlarmRaised();
        GuardMeters.BlockOrdered();
        GuardMeters.Enforced("firewall command", "done", 1);
        var exposed = "";
        HashSet<string> exported = [];
        var dashboard = await File.ReadAllTextAsync(Path.Combine(Repository.Root, "deploy", "grafana", "accountguard.json"), Cancel);
        var alerts = await File.ReadAllTextAsync(Path.Combine(Repository.Root, "deploy", "prometheus", "accountguard.rules.yml"), Cancel);
        var queries = Queries(JsonDocument.Parse(dashboard).RootElement).ToArray();
        Assert.True(queries.Length > 20, "the dashboard hardly asks for anything");
        string[] wanted = [.. queries.SelectMany(Names).Concat(Names(alerts)).Distinct()];
        Assert.True(wanted.Length > 20);
        // Workers are asked every few seconds.
        await Eventually.Is(
            async () =>
            {
                exposed = await guard.Client.GetStringAsync("/metrics", Cancel);
                exported = [.. exposed.Split('\n').Where(line => line.Length > 0 && line[0] != '#').Select(line => Series().Match(line).Value)];
                return wanted.All(exported.Contains);
            },
            () => $"not exported: {string.Join(", ", wanted.Except(exported))}"
        );
        foreach (Match label in Labels().Matches(exposed))
            Assert.DoesNotContain("@", label.Groups[1].Value, StringComparison.Ordinal);
        Assert.DoesNotContain("example.com", exposed, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_collector_gets_metrics_and_the_spans_of_a_question_with_the_configured_header()
    {
        await Eventually.Is(async () =>
        {
            await guard.SubmitAsync("bob@example.com");
            return guard.Collector.Has("/v1/metrics", "decision.seconds")
                && guard.Collector.Has("/v1/metrics", "journal.write.seconds")
                && guard.Collector.Has("/v1/metrics", "entities.awake");
        });
        await Eventually.Is(() =>
            Task.FromResult(
                guard.Collector.Has("/v1/traces", "intake") && guard.Collector.Has("/v1/traces", "decision") && guard.Collector.Has("/v1/traces", "journal")
            )
        );
        Assert.True(guard.Collector.HasHeader("mail of ours"));
        Assert.True(guard.Collector.Has("/v1/metrics", "accountguard"));
    }

    private static IEnumerable<string> Queries(JsonElement dashboard) =>
        dashboard
            .GetProperty("panels")
            .EnumerateArray()
            .SelectMany(panel => panel.GetProperty("targets").EnumerateArray())
            .Select(target => target.GetProperty("expr").GetString()!)
            .Concat(
                dashboard
                    .GetProperty("templating")
                    .GetProperty("list")
                    .EnumerateArray()
                    .Where(variable => variable.GetProperty("type").GetString() == "query")
                    .Select(variable => variable.GetProperty("query").GetProperty("query").GetString()!)
            );

    private static IEnumerable<string> Names(string text) => Metric().Matches(text).Select(match => match.Value);

    [GeneratedRegex("accountguard_[a-z_]+")]
    private static partial Regex Metric();

    [GeneratedRegex("^[A-Za-z_:]+")]
    private static partial Regex Series();

    [GeneratedRegex("=\"([^\"]*)\"")]
    private static partial Regex Labels();
}
