using System.Net;
using System.Text.Json;
using Guard.Host.ConsoleModel.Contracts;
using Guard.Messages.Identity;
using Guard.Messages.Policies;
using Xunit;

namespace Guard.Host.Tests.Console;

/// <summary>The founding story as the console tells it.</summary>
public sealed class IncidentSpecs(ServedConsole console) : IClassFixture<ServedConsole>
{
    private static readonly AccessScope Admin = AccessScope.ServerAdmin("boss", "192.0.2.1");

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task The_list_of_accounts_is_sorted_filtered_and_paged()
    {
        var risky = await console.GetAsync(ServedConsole.Admin, "/api/v1/accounts?sort=risk&descending=true&limit=3");
        Assert.Equal("info@example.com", risky.GetProperty("items")[0].GetProperty("user").GetString());
        Assert.Equal("blocked", risky.GetProperty("items")[0].GetProperty("rung").GetString());
        Assert.Equal(3, risky.GetProperty("items").GetArrayLength());
        var total = risky.GetProperty("total").GetInt64();
        Assert.Equal(9, total);
        var names = await NamesAsync("/api/v1/accounts?limit=1000");
        Assert.Equal(names.Order(StringComparer.Ordinal), names);
        Assert.Equal(total, names.Length);
        Assert.Equal(names[2..4], await NamesAsync("/api/v1/accounts?offset=2&limit=2"));
        Assert.All(await NamesAsync("/api/v1/accounts?site=example.org"), name => Assert.EndsWith("@example.org", name, StringComparison.Ordinal));
        Assert.Equal(["anna@example.com"], await NamesAsync("/api/v1/accounts?search=ANNA"));
        Assert.Empty(await NamesAsync("/api/v1/accounts?search=%25"));
        Assert.Equal(["info@example.com"], await NamesAsync("/api/v1/accounts?atLeast=blocked"));
        foreach (var sort in Enum.GetNames<AccountSort>())
            Assert.Equal(names.Length, (await NamesAsync($"/api/v1/accounts?limit=1000&sort={JsonNamingPolicy.KebabCaseLower.ConvertName(sort)}")).Length);
        Assert.Equal(HttpStatusCode.BadRequest, (await console.AskAsync(ServedConsole.Admin, HttpMethod.Get, "/api/v1/accounts?sort=nothing")).Status);
        var (status, problem, _) = await console.AskAsync(ServedConsole.Admin, HttpMethod.Get, "/api/v1/accounts?limit=many");
        Assert.Equal((HttpStatusCode.BadRequest, 400), (status, problem.GetProperty("status").GetInt32()));
    }

    [Fact]
    public async Task A_list_of_networks_is_exempted_at_run_time_told_exported_and_taken_back()
    {
        const string Path = "/api/v1/exempt-networks";
        var (wrong, problem, _) = await console.AskAsync(ServedConsole.Admin, HttpMethod.Post, Path, """{"networks":"192.0.2.0/24\nnonsense"}""");
        Assert.Equal(HttpStatusCode.BadRequest, wrong);
        Assert.Contains("line 2", problem.GetProperty("detail").GetString(), StringComparison.Ordinal);
        Assert.Empty((await console.GetAsync(ServedConsole.Admin, Path)).EnumerateArray());
        var (done, _, _) = await console.AskAsync(
            ServedConsole.Admin,
            HttpMethod.Post,
            Path,
            """{"networks":"network\n# offices\n198.51.100.0/22, Berlin\n2001:db8:5::/48","why":"imported"}"""
        );
        Assert.Equal(HttpStatusCode.OK, done);
        var rows = (await console.GetAsync(ServedConsole.Admin, Path)).EnumerateArray().ToArray();
        Assert.Equal(["198.51.100.0/22", "2001:db8:5::/48"], rows.Select(row => row.GetProperty("network").GetString()));
        Assert.All(rows, row => Assert.Equal("imported", row.GetProperty("reason").GetString()));
        var (refused, blocked, _) = await console.AskAsync(ServedConsole.Admin, HttpMethod.Post, "/api/v1/blocks", """{"network":"198.51.101.7"}""");
        Assert.Equal(HttpStatusCode.BadRequest, refused);
        Assert.Contains("never blocked", blocked.GetProperty("detail").GetString(), StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.Forbidden, (await console.AskAsync("site:example.org", HttpMethod.Get, Path)).Status);
        foreach (var row in rows)
            Assert.Equal(
                HttpStatusCode.OK,
                (
                    await console.AskAsync(
                        ServedConsole.Admin,
                        HttpMethod.Delete,
                        $"{Path}?network={Uri.EscapeDataString(row.GetProperty("network").GetString()!)}"
                    )
                ).Status
            );
        Assert.Empty((await console.GetAsync(ServedConsole.Admin, Path)).EnumerateArray());
        var audit = await console.GetAsync(ServedConsole.Admin, "/api/v1/audit?limit=200");
        Assert.Contains(audit.GetProperty("items").EnumerateArray(), entry => entry.GetProperty("act").GetString() == "exempt.add");
    }

    [Fact]
    public async Task An_account_is_told_with_its_baseline_as_pictures()
    {
        var account = await console.GetAsync(ServedConsole.Admin, "/api/v1/accounts/bob@example.com");
        var status = account.GetProperty("status");
        Assert.Equal(168, status.GetProperty("week").GetBytesFromBase64OrArray());
        Assert.Equal(3, status.GetProperty("bands").GetArrayLength());
        var days = account.GetProperty("days").EnumerateArray().Select(day => day.GetProperty("day").GetString()!).ToArray();
        Assert.InRange(days.Length, 20, 60);
        Assert.Equal(days.Order(StringComparer.Ordinal), days);
        Assert.Contains(account.GetProperty("days").EnumerateArray(), day => day.GetProperty("recipients").GetInt64() > 0);
        Assert.Equal(HttpStatusCode.NotFound, (await console.AskAsync(ServedConsole.Admin, HttpMethod.Get, "/api/v1/accounts/nobody@example.com")).Status);
    }

    [Fact]
    public async Task A_card_tells_who_since_when_what_was_seen_and_done_and_the_time_line_explains_it()
    {
        var open = await console.Services.Live.IncidentsAsync(
            Admin,
            new IncidentQuery(User: new UserId("info@example.com")),
            TestContext.Current.CancellationToken
        );
        var card = Assert.Single(open.Items);
        Assert.Equal((Rung.Blocked, GuardMode.Observe, new SiteId("example.com")), (card.Rung, card.Mode, card.Site));
        Assert.Null(card.Ended);
        Assert.NotEmpty(card.Reasons);
        Assert.All(card.Reasons, reason => Assert.NotEmpty(reason.Text));
        Assert.Contains(card.Done, done => done.Contains("would be", StringComparison.Ordinal));
        Assert.Contains(card.Country, new[] { "RO", "UA", "CN" });

        var line = await console.Services.Accounts.TimelineAsync(Admin, card.User, new TimelineQuery(Limit: 500), TestContext.Current.CancellationToken);
        Assert.True(line.Complete);
        Assert.Equal(line.Entries.OrderByDescending(entry => entry.At).Select(entry => entry.At), line.Entries.Select(entry => entry.At));
        Assert.Contains(line.Entries, entry => entry.Kind == TimelineKind.Mail && entry.Recipients > 0);
        var older = await console.Services.Accounts.TimelineAsync(
            Admin,
            card.User,
            new TimelineQuery(line.OlderFrom, Limit: 500),
            TestContext.Current.CancellationToken
        );
        Assert.NotEmpty(older.Entries);
        Assert.True(older.Entries[0].At < line.Entries[^1].At);
        var notable = await console.Services.Accounts.TimelineAsync(
            Admin,
            card.User,
            new TimelineQuery(Notable: true, Limit: 1000),
            TestContext.Current.CancellationToken
        );
        Assert.Contains(notable.Entries, entry => entry is { Kind: TimelineKind.Reaction, To: Rung.Blocked, Reasons.IsEmpty: false });
        Assert.DoesNotContain(notable.Entries, entry => entry is { Kind: TimelineKind.Login or TimelineKind.Mail, Judgement: "" });
        Assert.Contains(
            notable.Entries,
            entry => entry is { Kind: TimelineKind.Mail, Times: > 100 } && entry.Judgement.Contains("refused", StringComparison.Ordinal)
        );
    }

    [Fact]
    public async Task The_map_the_rates_and_the_sites_add_up()
    {
        var map = (await console.GetAsync(ServedConsole.Admin, "/api/v1/map?back=30d")).EnumerateArray().ToArray();
        Assert.Contains(map, country => country.GetProperty("country").GetString() == "GB" && country.GetProperty("logins").GetInt64() > 0);
        Assert.Contains(map, country => country.GetProperty("country").GetString() == "RO" && country.GetProperty("name").GetString() == "Romania");
        var own = (await console.GetAsync("site:example.org", "/api/v1/map?back=30d"))
            .EnumerateArray()
            .Sum(country => country.GetProperty("logins").GetInt64());
        Assert.InRange(own, 1, map.Sum(country => country.GetProperty("logins").GetInt64()) - 1);
        var rates = (await console.GetAsync(ServedConsole.Admin, "/api/v1/rates?back=1d")).EnumerateArray().ToArray();
        Assert.Contains(rates, point => point.GetProperty("mails").GetInt64() > 0);
        var sites = await console.GetAsync(ServedConsole.Admin, "/api/v1/sites");
        Assert.Equal(
            ["example.com", "example.net", "example.org"],
            sites.GetProperty("items").EnumerateArray().Select(site => site.GetProperty("site").GetString())
        );
        Assert.Equal("blocked", sites.GetProperty("items")[0].GetProperty("worst").GetString());
        var health = (await console.GetAsync(ServedConsole.Admin, "/api/v1/status")).EnumerateArray().ToArray();
        Assert.Contains(health, item => item.GetProperty("area").GetString() == "intake" && item.GetProperty("good").GetBoolean());
        Assert.Contains(health, item => item.GetProperty("name").GetString() == "archive" && item.GetProperty("good").GetBoolean());
    }

    [Fact]
    public async Task An_act_is_audited_ends_the_incident_and_is_seen_live()
    {
        const string user = "marie@example.net";
        using var enough = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        await using var live = console
            .Services.Live.FollowAsync(AccessScope.SiteOwner("owner", "", new SiteId("example.net")), enough.Token)
            .GetAsyncEnumerator(enough.Token);
        var next = live.MoveNextAsync();
        // The follower is there once something it may see arrives: until then it is done again.
        do
        {
            Assert.Equal(
                HttpStatusCode.OK,
                (await console.AskAsync(ServedConsole.Admin, HttpMethod.Post, $"/api/v1/accounts/{user}/lock", """{"why":"a test"}""")).Status
            );
            Assert.Equal(
                HttpStatusCode.OK,
                (await console.AskAsync("site:example.net", HttpMethod.Post, $"/api/v1/accounts/{user}/release", """{"why":"it is fine"}""")).Status
            );
        } while (!next.IsCompleted);
        Assert.True(await next);
        Assert.All(live.Current.Decisions, decision => Assert.Equal("example.net", decision.Site.Value));
        await enough.CancelAsync();

        await Eventually.Is(async () =>
            (await console.Services.Live.IncidentsAsync(Admin, new IncidentQuery(Open: false, User: new UserId(user)), default)).Items.Any(incident =>
                incident.EndedHow == "released by owner of example.net: it is fine"
            )
        );
        var audit = (await console.GetAsync("site:example.net", $"/api/v1/audit?search={user}")).GetProperty("items").EnumerateArray().ToArray();
        Assert.Contains(
            audit,
            entry =>
                entry.GetProperty("act").GetString() == "account.release"
                && entry.GetProperty("who").GetString() == "owner of example.net"
                && entry.GetProperty("detail").GetString() == "it is fine"
                && entry.GetProperty("from").GetString() == "127.0.0.1"
        );
        Assert.Contains(audit, entry => entry.GetProperty("act").GetString() == "account.lock" && entry.GetProperty("who").GetString() == "boss");
        Assert.True((await console.GetAsync(ServedConsole.Admin, "/api/v1/audit/verify")).GetProperty("whole").GetBoolean());
    }

    [Fact]
    public async Task What_is_done_on_the_machine_itself_is_audited_with_the_local_user()
    {
        await console.Node.RowsAsync(0, "user", "lock", "paul@example.net", "2h");
        await console.Node.RowsAsync(0, "user", "release", "paul@example.net");
        await console.Node.RowsAsync(0, "user", "show", "paul@example.net");
        var entries = (await console.Services.Audit.QueryAsync(Admin, new AuditQuery(Search: "paul@example.net"), TestContext.Current.CancellationToken)).Items;
        Assert.Equal(["account.release", "account.release", "account.lock", "account.lock"], entries.Select(entry => entry.Act));
        Assert.Equal(["begun", "begun"], [entries[1].Outcome, entries[3].Outcome]);
        Assert.StartsWith("released", entries[0].Outcome, StringComparison.Ordinal);
        Assert.StartsWith("noted; nothing is locked: mode = observe", entries[2].Outcome, StringComparison.Ordinal);
        Assert.All(entries, entry => Assert.Equal(("local socket", new SiteId("example.net")), (entry.From, entry.Site)));
        Assert.All(entries, entry => Assert.StartsWith(OperatingSystem.IsLinux() ? "uid " : "local user", entry.Who, StringComparison.Ordinal));
    }

    [Fact]
    public async Task What_was_refused_on_the_machine_itself_stands_as_refused_in_the_audit()
    {
        Assert.Equal(1, (await console.Node.AskAsync(0, true, "user", "release", "never@example.net")).Code);
        Assert.Equal("no", (await console.Node.RowsAsync(0, "blocks", "remove", "203.0.113.201")).Single().GetProperty("done").GetString());
        var released = (await console.Services.Audit.QueryAsync(Admin, new AuditQuery(Search: "never@example.net"), Cancel)).Items;
        Assert.StartsWith("failed: there is no such account", released[0].Outcome, StringComparison.Ordinal);
        Assert.Equal((2, "begun"), (released.Length, released[1].Outcome));
        var lifted = (await console.Services.Audit.QueryAsync(Admin, new AuditQuery(Search: "203.0.113.201"), Cancel)).Items;
        Assert.Equal(["no 203.0.113.201/32 is not blocked", "begun"], lifted.Select(entry => entry.Outcome));
    }

    [Fact]
    public async Task Blocks_are_set_listed_and_lifted_and_an_exempt_network_never()
    {
        var (status, answer, _) = await console.AskAsync(
            ServedConsole.Admin,
            HttpMethod.Post,
            "/api/v1/blocks",
            """{"network":"203.0.113.77","hold":"2h","why":"a test"}"""
        );
        Assert.True(status == HttpStatusCode.OK, answer.ToString());
        var blocks = (await console.GetAsync(ServedConsole.Admin, "/api/v1/blocks?search=203.0.113.77")).GetProperty("items");
        Assert.Equal("203.0.113.77/32", blocks[0].GetProperty("network").GetString());
        Assert.Equal(
            HttpStatusCode.OK,
            (await console.AskAsync(ServedConsole.Admin, HttpMethod.Delete, "/api/v1/blocks?network=203.0.113.77&why=done")).Status
        );
        Assert.Equal(0, (await console.GetAsync(ServedConsole.Admin, "/api/v1/blocks?search=203.0.113.77")).GetProperty("total").GetInt64());
        (status, answer, _) = await console.AskAsync(ServedConsole.Admin, HttpMethod.Post, "/api/v1/blocks", """{"network":"198.51.100.9"}""");
        Assert.Equal(HttpStatusCode.BadRequest, status);
        Assert.Contains("never blocked", answer.GetProperty("detail").GetString(), StringComparison.Ordinal);
        Assert.Equal(
            HttpStatusCode.BadRequest,
            (await console.AskAsync(ServedConsole.Admin, HttpMethod.Post, "/api/v1/blocks", """{"network":"everything"}""")).Status
        );
        var failed = await console.Services.Audit.QueryAsync(Admin, new AuditQuery(Search: "198.51.100.9"), TestContext.Current.CancellationToken);
        Assert.StartsWith("failed: ", failed.Items[0].Outcome, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Everything_is_exported_as_csv_and_json()
    {
        foreach (
            var path in new[]
            {
                "accounts",
                "accounts/info@example.com/timeline",
                "incidents",
                "map",
                "rates",
                "sites",
                "blocks",
                "locks",
                "audit",
                "policies/default/history",
            }
        )
        {
            using var csv = await console.SendAsync(ServedConsole.Admin, HttpMethod.Get, $"/api/v1/{path}?export=csv");
            Assert.Equal((HttpStatusCode.OK, "text/csv"), (csv.StatusCode, csv.Content.Headers.ContentType?.MediaType));
            var lines = (await csv.Content.ReadAsStringAsync(TestContext.Current.CancellationToken)).Split("\r\n", StringSplitOptions.RemoveEmptyEntries);
            Assert.Contains(',', lines[0]);
            using var json = await console.SendAsync(ServedConsole.Admin, HttpMethod.Get, $"/api/v1/{path}?export=json");
            var rows = JsonDocument.Parse(await json.Content.ReadAsStringAsync(TestContext.Current.CancellationToken)).RootElement;
            Assert.Equal(JsonValueKind.Array, rows.ValueKind);
            if (path == "accounts")
                Assert.Equal(lines.Length - 1, rows.GetArrayLength());
        }
    }

    [Fact]
    public async Task The_openapi_document_has_every_path()
    {
        using var response = await console.SendAsync(null, HttpMethod.Get, "/api/v1/console/openapi.json");
        var paths = JsonDocument
            .Parse(await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken))
            .RootElement.GetProperty("paths")
            .EnumerateObject()
            .Select(path => path.Name)
            .ToHashSet();
        foreach (
            var endpoint in console
                .Endpoints.OfType<Microsoft.AspNetCore.Routing.RouteEndpoint>()
                .Where(endpoint => !endpoint.RoutePattern.RawText!.EndsWith("openapi.json", StringComparison.Ordinal))
        )
            Assert.Contains("/" + endpoint.RoutePattern.RawText!.TrimStart('/'), paths);
    }

    private async Task<string[]> NamesAsync(string path) =>
        [.. (await console.GetAsync(ServedConsole.Admin, path)).GetProperty("items").EnumerateArray().Select(row => row.GetProperty("user").GetString()!)];
}

internal static class JsonLength
{
    /// <summary>Bytes are an array of numbers, or a text in Base64.</summary>
    public static int GetBytesFromBase64OrArray(this JsonElement element) =>
        element.ValueKind == JsonValueKind.String ? element.GetBytesFromBase64().Length : element.GetArrayLength();
}
