using System.Net;
using System.Text.Json.Nodes;
using Akka.Actor;
using Guard.Host.ConsoleModel.Contracts;
using Guard.Messages.Decisions;
using Guard.Messages.Identity;
using Guard.Messages.Observations;
using Guard.Messages.Places;
using Guard.Messages.Policies;
using Guard.Messages.Users;
using Xunit;

namespace Guard.Host.Tests.Console;

/// <summary>Policies set at run time, through the API and the services, on a real node.</summary>
public sealed class PolicyEditingSpecs(ServedConsole console) : IClassFixture<ServedConsole>
{
    private static readonly AccessScope Admin = AccessScope.ServerAdmin("boss", "192.0.2.1");

    [Fact]
    public async Task A_site_owner_sets_a_country_rule_and_a_quota_and_takes_them_back()
    {
        const string path = "/api/v1/policies/sites/example.org";
        const string token = "site:example.org";
        var (status, before, tag) = await console.AskAsync(token, HttpMethod.Get, path);
        Assert.Equal((HttpStatusCode.OK, "\"0\"", 0), (status, tag, before.GetProperty("version").GetInt32()));
        Assert.Equal("file-default", FieldOf(before, "places.suspicious-list").GetProperty("layer").GetString());
        Assert.StartsWith("demo.conf:", FieldOf(before, "places.suspicious-list").GetProperty("where").GetString(), StringComparison.Ordinal);
        Assert.Equal("built-in", FieldOf(before, "brute-force.within").GetProperty("layer").GetString());

        const string own =
            """{"own":{"services":{"ftp":{"allow":["GB"]}},"quotas":[{"per":"1d","recipients":40,"alarm":"on"},{"per":"1h","logins":120}]},"why":"ours are British"}""";
        (status, var after, tag) = await console.AskAsync(token, HttpMethod.Put, path, own, tag);
        Assert.True(status == HttpStatusCode.OK, after.ToString());
        Assert.Equal("\"1\"", tag);
        Assert.Equal("console-site", FieldOf(after, "services.ftp.allow").GetProperty("layer").GetString());
        Assert.StartsWith("owner of example.org, ", FieldOf(after, "quotas").GetProperty("where").GetString(), StringComparison.Ordinal);
        Assert.Equal(3, FieldOf(after, "quotas").GetProperty("inherited").GetArrayLength());
        Assert.Equal("file-default", FieldOf(after, "quotas").GetProperty("inheritedFrom").GetString());
        Assert.Equal(40, after.GetProperty("effective").GetProperty("quotas")[0].GetProperty("recipients").GetInt32());

        // What the guard itself tells holds the same, and other sites do not.
        var shown = (await console.Node.RowsAsync(0, "policy", "show", "karl@example.org")).ToDictionary(
            row => row.GetProperty("key").GetString()!,
            row => row.GetProperty("value").GetString()
        );
        Assert.Contains("limit 40", shown["quotas.1"], StringComparison.Ordinal);
        var other = await console.GetAsync(ServedConsole.Admin, "/api/v1/policies/sites/example.net");
        Assert.Equal(3, other.GetProperty("effective").GetProperty("quotas").GetArrayLength());

        // Two editors: the later one is told.
        Assert.Equal(HttpStatusCode.PreconditionFailed, (await console.AskAsync(token, HttpMethod.Put, path, """{"own":{}}""", "\"0\"")).Status);
        Assert.Equal(HttpStatusCode.BadRequest, (await console.AskAsync(token, HttpMethod.Put, path, """{"own":{}}""")).Status);

        (status, var undone, tag) = await console.AskAsync(token, HttpMethod.Post, path + "/undo", """{"version":1,"why":"too strict"}""", tag);
        Assert.Equal((HttpStatusCode.OK, "\"2\"", "{}"), (status, tag, undone.GetProperty("own").ToString()));
        Assert.Equal(3, undone.GetProperty("effective").GetProperty("quotas").GetArrayLength());
        var history = (await console.GetAsync(token, path + "/history")).EnumerateArray().ToArray();
        Assert.Equal(["too strict", "ours are British"], history.Select(change => change.GetProperty("why").GetString()));
        Assert.Equal(40, history[1].GetProperty("after").GetProperty("quotas")[0].GetProperty("recipients").GetInt32());
        var audit = (await console.GetAsync(token, "/api/v1/audit?act=policy.")).GetProperty("items").EnumerateArray().ToArray();
        Assert.Contains(audit, entry => entry.GetProperty("detail").GetString()!.Contains("ours are British", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Mistakes_come_with_the_field_they_belong_to()
    {
        const string draft =
            """{"own":{"mode":"sometimes","quotas":[{"per":"1d","recipients":5},{"per":"1 fortnight","recipients":-1}],"reactions":{"highst":"blocked"},"places":{"usual-list":["Atlantis"]}}}""";
        var check = (await console.AskAsync("site:example.org", HttpMethod.Post, "/api/v1/policies/sites/example.org/check", draft)).Body;
        var paths = check.GetProperty("mistakes").EnumerateArray().Select(mistake => mistake.GetProperty("path").GetString()!).ToArray();
        Assert.Equal(
            ["mode", "places.usual-list", "quotas[1].per", "quotas[1].recipients", "reactions.highst"],
            paths.Select(path => path.TrimEnd()).Order(StringComparer.Ordinal)
        );
        Assert.False(check.GetProperty("sound").GetBoolean());
        var (status, problem, _) = await console.AskAsync("site:example.org", HttpMethod.Put, "/api/v1/policies/sites/example.org", draft, "\"0\"");
        Assert.Equal((HttpStatusCode.UnprocessableEntity, 5), (status, problem.GetProperty("mistakes").GetArrayLength()));
        Assert.Equal(0, (await console.GetAsync(ServedConsole.Admin, "/api/v1/audit?search=Atlantis")).GetProperty("total").GetInt64());
        var warned = console.Services.Policies.Check(Admin, PolicySubject.Default, Parse("""{"places":{"usual-list":["RO"]}}"""));
        Assert.True(warned.Sound);
        Assert.Contains(
            warned.Warnings,
            warning =>
                warning.Path.StartsWith("places.usual-list", StringComparison.Ordinal) || warning.Problem.Contains("suspicious", StringComparison.Ordinal)
        );
    }

    [Fact]
    public async Task An_active_account_decides_by_a_changed_policy_at_once()
    {
        var user = new UserId("busy@example.edu");
        var subject = PolicySubject.Of(new SiteId("example.edu"), user);
        Assert.Equal(Verdict.Allow, (await SendAsync(user)).Verdict);
        var form = await console.Services.Policies.SaveAsync(
            Admin,
            subject,
            Parse("""{"mode":"enforce","quotas":[{"per":"1d","recipients":1}]}"""),
            0,
            "",
            TestContext.Current.CancellationToken
        );
        // The lease is pushed: the account's next mails are refused without its having slept.
        await Eventually.Is(async () => (await SendAsync(user)).Verdict != Verdict.Allow);
        form = await console.Services.Policies.SaveAsync(Admin, subject, [], form.Version, "", TestContext.Current.CancellationToken);
        await Eventually.Is(async () => (await SendAsync(user)).Verdict == Verdict.Allow);
        Assert.Equal((2, GuardMode.Observe), (form.Version, form.Effective.Mode));
    }

    [Fact]
    public async Task Everybody_inherits_the_default_and_what_does_not_fit_a_site_is_refused()
    {
        var site = PolicySubject.Of(new SiteId("example.gov"));
        await console.Services.Policies.SaveAsync(
            Admin,
            site,
            Parse("""{"reactions":{"on-anomaly":{"blocked":40}}}"""),
            0,
            "",
            TestContext.Current.CancellationToken
        );
        var form = await console.Services.Policies.SaveAsync(
            Admin,
            PolicySubject.Default,
            Parse("""{"reactions":{"suspend-for":"3h"}}"""),
            0,
            "",
            TestContext.Current.CancellationToken
        );
        var inherited = await console.Services.Policies.GetAsync(Admin, site, TestContext.Current.CancellationToken);
        Assert.Equal(TimeSpan.FromHours(3), inherited.Effective.Reactions.SuspendFor);
        Assert.Equal((PolicyLayer.ConsoleDefault, PolicyLayer.ConsoleDefault), Layers(inherited, "reactions.suspend-for"));
        Assert.Equal((PolicyLayer.ConsoleSite, PolicyLayer.BuiltIn), Layers(inherited, "reactions.on-anomaly.blocked"));
        // The site's 40 would come below everybody's 42.
        var refused = await Assert.ThrowsAsync<PolicyMistakesException>(() =>
            console.Services.Policies.SaveAsync(
                Admin,
                PolicySubject.Default,
                Parse("""{"reactions":{"on-anomaly":{"suspended":42,"blocked":50}}}"""),
                form.Version,
                "",
                TestContext.Current.CancellationToken
            )
        );
        Assert.Contains("example.gov", refused.Mistakes[0].Path, StringComparison.Ordinal);
        await console.Services.Policies.SaveAsync(Admin, PolicySubject.Default, [], form.Version, "", TestContext.Current.CancellationToken);
        Assert.Contains(site, await console.Services.Policies.SubjectsAsync(Admin, TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task Changes_of_different_sites_at_once_all_hold()
    {
        var sites = Enumerable.Range(0, 8).Select(i => PolicySubject.Of(new SiteId($"at-once{i}.example"))).ToArray();
        await Task.WhenAll(
            sites.Select(
                (site, i) =>
                    console.Services.Policies.SaveAsync(
                        Admin,
                        site,
                        Parse($$"""{"brute-force":{"failures":{{i + 5}} } }"""),
                        0,
                        "",
                        TestContext.Current.CancellationToken
                    )
            )
        );
        foreach (var (site, i) in sites.Select((site, i) => (site, i)))
            Assert.Equal(i + 5, (await console.Services.Policies.GetAsync(Admin, site, TestContext.Current.CancellationToken)).Effective.BruteForce.Failures);
    }

    [Fact]
    public async Task What_is_no_site_or_no_account_of_the_site_has_no_policy()
    {
        foreach (var path in new[] { "sites/not a site", "sites/example.org/users/info@example.com", "sites/example.org/users/nobody" })
            Assert.Equal(
                HttpStatusCode.NotFound,
                (
                    await console.AskAsync(
                        ServedConsole.Admin,
                        HttpMethod.Get,
                        $"/api/v1/policies/{Uri.EscapeDataString(path).Replace("%2F", "/", StringComparison.Ordinal)}"
                    )
                ).Status
            );
    }

    [Fact]
    public async Task Lists_that_people_have_are_read()
    {
        var (_, places, _) = await console.AskAsync(
            ServedConsole.Admin,
            HttpMethod.Post,
            "/api/v1/lists/places",
            "country\nGB,United Kingdom\n\"Western Europe\"\ngb\n# remark\nAtlantis\n"
        );
        Assert.Equal(["GB", "Western Europe"], places.GetProperty("words").EnumerateArray().Select(word => word.GetString()));
        Assert.Equal(
            (6, "Atlantis"),
            (places.GetProperty("mistakes")[0].GetProperty("line").GetInt32(), places.GetProperty("mistakes")[0].GetProperty("text").GetString())
        );
        var networks = console.Services.Lists.Read(ImportKind.Networks, "cidr;comment\r\n192.0.2.0/24;office\r\n2001:db8::/32\r\n192.0.2.7\r\nno\r\n");
        Assert.Equal(["192.0.2.0/24", "2001:db8::/32", "192.0.2.7/32"], networks.Words);
        Assert.Equal(5, Assert.Single(networks.Mistakes).Line);
    }

    private Task<Decision> SendAsync(UserId user) =>
        console
            .Node.Guard()
            .Regions.Users.Ask<Decision>(
                new UserCommands.Decide(
                    user,
                    Guid.NewGuid().ToString("N"),
                    new Submission(
                        user,
                        new DateTimeOffset(2026, 4, 14, 15, 0, 0, TimeSpan.Zero),
                        new Place(NetworkAddress.Parse("90.81.6.153"), Country: "GB"),
                        ObservationOrigin.None,
                        1,
                        0,
                        ""
                    )
                ),
                TimeSpan.FromMinutes(1)
            );

    private static (PolicyLayer Layer, PolicyLayer Inherited) Layers(PolicyForm form, string path) =>
        form.Fields.Where(field => field.Path == path).Select(field => (field.Layer, field.InheritedFrom)).Single();

    private static System.Text.Json.JsonElement FieldOf(System.Text.Json.JsonElement form, string path) =>
        form.GetProperty("fields").EnumerateArray().Single(field => field.GetProperty("path").GetString() == path);

    private static JsonObject Parse(string json) => (JsonObject)JsonNode.Parse(json)!;
}
