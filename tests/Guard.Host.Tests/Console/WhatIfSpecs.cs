using System.Net;
using System.Text.Json.Nodes;
using Guard.Host.Configuration;
using Guard.Host.ConsoleModel.Contracts;
using Guard.Host.Geo;
using Guard.Host.Intake;
using Guard.Host.Intake.Logs;
using Guard.Host.Replay;
using Guard.Messages.Identity;
using Xunit;

namespace Guard.Host.Tests.Console;

/// <summary>What a proposed policy would have done, against a replay of the very log by hand.</summary>
public sealed class WhatIfSpecs(ServedConsole console) : IClassFixture<ServedConsole>
{
    private static readonly AccessScope Admin = AccessScope.ServerAdmin("boss", "192.0.2.1");

    [Theory]
    [InlineData(
        "example.com",
        """{"quotas":[{"per":"1d","recipients":12}],"reactions":{"on-quota":"suspended"}}""",
        "accountguard.policy.sites.\"example.com\"",
        "{ quotas = [{per = 1d, recipients = 12}], reactions.on-quota = suspended }"
    )]
    [InlineData("example.com", """{"reactions":{"highest":"reported"}}""", "accountguard.policy.sites.\"example.com\"", "{ reactions.highest = reported }")]
    [InlineData(
        "example.org",
        """{"quotas":[{"per":"1h","recipients":3,"of":"site"}]}""",
        "accountguard.policy.sites.\"example.org\"",
        "{ quotas = [{per = 1h, recipients = 3, of = site}] }"
    )]
    [InlineData("", """{"quotas":[{"per":"1d","recipients":12}]}""", "accountguard.policy.default.quotas", "[{per = 1d, recipients = 12}]")]
    [InlineData("example.com", """{"services":{"pop3":{"allow":["JP"]}}}""", "accountguard.policy.sites.\"example.com\"", "{ services.pop3.allow = [JP] }")]
    public async Task A_what_if_says_what_a_replay_by_hand_says(string site, string proposed, string key, string value)
    {
        var said = await console.Services.WhatIf.RunAsync(
            Admin,
            site.Length == 0 ? PolicySubject.Default : PolicySubject.Of(new SiteId(site)),
            (JsonObject)JsonNode.Parse(proposed)!,
            null,
            TestContext.Current.CancellationToken
        );
        Assert.True(said.Complete);
        var byHand = ByHand(key, value, site);
        Assert.NotEmpty(byHand);
        Assert.Equal(
            byHand
                .Select(one => (one.User, one.Before, one.After, one.StoppedBefore, one.StoppedAfter, one.RefusedBefore, one.RefusedAfter))
                .OrderBy(one => one.User.Value, StringComparer.Ordinal),
            said.Accounts.Select(one => (one.User, one.Before, one.After, one.StoppedBefore, one.StoppedAfter, one.RefusedBefore, one.RefusedAfter))
                .OrderBy(one => one.User.Value, StringComparer.Ordinal)
        );
        if (proposed.Contains("services", StringComparison.Ordinal))
            Assert.True(said.Accounts.Sum(one => one.RefusedAfter) > 0, "a place rule refuses logins, and none was counted");
        Assert.Equal(byHand.Select(one => one.Why).Order(StringComparer.Ordinal), said.Accounts.Select(one => one.Why).Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task It_is_said_in_a_sentence_with_progress_and_only_of_the_site()
    {
        var told = new List<WhatIfProgress>();
        var said = await console.Services.WhatIf.RunAsync(
            Admin,
            PolicySubject.Of(new SiteId("example.com")),
            (JsonObject)JsonNode.Parse("""{"quotas":[{"per":"1d","recipients":1}]}""")!,
            new Progress(told),
            TestContext.Current.CancellationToken
        );
        Assert.StartsWith("This would have ", said.Summary, StringComparison.Ordinal);
        Assert.Contains("restricted ", said.Summary, StringComparison.Ordinal);
        Assert.All(said.Accounts, account => Assert.Equal("example.com", account.User.Domain));
        Assert.Equal(1, told[^1].Share);
        Assert.True(said.Observations > 1000);
        var nothing = await console.Services.WhatIf.RunAsync(
            Admin,
            PolicySubject.Of(new SiteId("example.net")),
            [],
            null,
            TestContext.Current.CancellationToken
        );
        Assert.Equal(("This would have changed nothing.", 0), (nothing.Summary, nothing.Accounts.Length));
    }

    [Fact]
    public async Task A_what_if_is_the_site_owners_for_his_own_site_and_ends_when_he_leaves()
    {
        var (status, body, _) = await console.AskAsync(
            "site:example.org",
            HttpMethod.Post,
            "/api/v1/policies/sites/example.org/what-if",
            """{"own":{"quotas":[{"per":"1d","recipients":1}]}}"""
        );
        Assert.Equal(HttpStatusCode.OK, status);
        Assert.DoesNotContain("example.com", body.ToString(), StringComparison.Ordinal);
        Assert.Equal(
            HttpStatusCode.UnprocessableEntity,
            (await console.AskAsync("site:example.org", HttpMethod.Post, "/api/v1/policies/sites/example.org/what-if", """{"own":{"quotas":7}}""")).Status
        );
        using var left = new CancellationTokenSource();
        await left.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => console.Services.WhatIf.RunAsync(Admin, PolicySubject.Default, [], null, left.Token));
        var alone = await console.Services.WhatIf.RunAsync(
            Admin,
            PolicySubject.Of(new SiteId("example.com"), new UserId("info@example.com")),
            (JsonObject)JsonNode.Parse("""{"reactions":{"highest":"restricted"}}""")!,
            null,
            TestContext.Current.CancellationToken
        );
        Assert.Equal(["info@example.com"], alone.Accounts.Select(account => account.User.Value));
        Assert.Equal(1, alone.AccountsSeen);
    }

    private List<TreatedDifferently> ByHand(string key, string value, string site)
    {
        var before = Load([]);
        var comparison = new Comparison(before.Policies, Load(new() { [key] = value }).Policies);
        var log = Path.Combine(console.Node.Directory, "mail.log");
        var names = UserNames.Of(before.Logs);
        var parser = new LogParser(new LogParserSettings(log, DateTimeOffset.UtcNow), names, PlaceSource.Open(before, [], _ => { }));
        var second = new Second(comparison);
        new ReplayRun(parser, comparison.Before, new ReplayProgress(TextWriter.Null, false), _ => { }, second).Run([log]);
        comparison.After.Finish(parser.LastSeen!.Value);
        return [.. comparison.Differences().Where(one => site.Length == 0 || one.User.Domain == site)];
    }

    private GuardSettings Load(Dictionary<string, string> sets)
    {
        foreach (var (key, value) in console.Node.More)
            sets[key] = value;
        var loaded = GuardConfiguration.Load(Path.Combine(Repository.Root, "hocon", "demo.conf"), sets);
        Assert.Empty(loaded.Faults);
        return loaded.Settings!;
    }

    private sealed class Second(Comparison comparison) : IReplayListener
    {
        public void Take(Guard.Messages.Observations.Observation observation) => comparison.After.Take(observation);
    }

    private sealed class Progress(List<WhatIfProgress> told) : IProgress<WhatIfProgress>
    {
        public void Report(WhatIfProgress value)
        {
            lock (told)
                told.Add(value);
        }
    }
}
