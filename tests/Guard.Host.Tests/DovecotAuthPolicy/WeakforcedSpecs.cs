using System.Collections.Frozen;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using Guard.Host.Configuration;
using Guard.Host.Intake.DovecotAuthPolicy;
using Guard.Host.Tests.Sockets;
using Serilog.Core;
using Xunit;

namespace Guard.Host.Tests.DovecotAuthPolicy;

/// <summary>Each call as weakforced's API documentation has it (docs/swagger/wforce_api.7.yml), and where that says nothing, as its server answers.</summary>
public sealed class WeakforcedSpecs : IAsyncLifetime
{
    private const string Attempt =
        """{"login":"joe.bloggs","remote":"192.168.1.2","pwhash":"cc04","protocol":"http","tls":true,"attrs":{"foo":"bar","more":["a","b"]}}""";

    private readonly RememberingService _service = new();
    private readonly ManualClock _clock = new();
    private readonly HttpClient _client = new();
    private AuthPolicyServer? _server;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public ValueTask InitializeAsync() => default;

    public async ValueTask DisposeAsync()
    {
        _client.Dispose();
        if (_server is not null)
            await _server.DisposeAsync();
    }

    private async Task StartAsync(AuthPolicyCredentials? credentials = null, Dictionary<string, string[]>? refuse = null)
    {
        // Orders need a password always.
        if (credentials is null)
            _client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Basic", Convert.ToBase64String("wforce:usual"u8));
        var settings = new AuthPolicySettings(Loopback.AnyPort)
        {
            RefuseAttributes = new RefusedAttributes((refuse ?? []).ToFrozenDictionary(one => one.Key, one => one.Value.ToFrozenSet())),
            Credentials = credentials ?? AuthPolicyCredentials.None.WithPassword("", "usual"),
        };
        _server = new AuthPolicyServer(settings, new AuthPolicyEndpoint(settings, _service, new PassingAccessLists(_clock), _clock, Logger.None));
        await _server.StartAsync(Cancel);
    }

    private async Task<(HttpResponseMessage Response, JsonElement Body)> SendAsync(
        HttpMethod method,
        string command,
        string? body = null,
        string type = "application/json",
        string path = "/?command="
    )
    {
        using var request = new HttpRequestMessage(method, new Uri(_server!.Address, path + command));
        if (body is not null)
            request.Content = new StringContent(body, Encoding.UTF8, type);
        var response = await _client.SendAsync(request, Cancel);
        Assert.Equal("application/json", response.Content.Headers.ContentType!.MediaType);
        return (response, JsonDocument.Parse(await response.Content.ReadAsStringAsync(Cancel)).RootElement);
    }

    private async Task<JsonElement> PostAsync(string command, string body)
    {
        var (response, answer) = await SendAsync(HttpMethod.Post, command, body);
        Assert.Equal(200, (int)response.StatusCode);
        return answer;
    }

    private async Task<JsonElement> GetAsync(string command)
    {
        var (response, answer) = await SendAsync(HttpMethod.Get, command);
        Assert.Equal(200, (int)response.StatusCode);
        return answer;
    }

    private static void IsOk(JsonElement answer) => Assert.Equal("""{"status":"ok"}""", answer.GetRawText());

    private static void IsFailure((HttpResponseMessage Response, JsonElement Body) answer, int status, string? reason = null)
    {
        Assert.Equal(status, (int)answer.Response.StatusCode);
        Assert.Equal("failure", answer.Body.GetProperty("status").GetString());
        Assert.NotEqual("", answer.Body.GetProperty("reason").GetString());
        if (reason is not null)
            Assert.Equal(reason, answer.Body.GetProperty("reason").GetString());
    }

    [Fact]
    public async Task Allow_answers_with_status_msg_and_r_attrs()
    {
        await StartAsync();
        var answer = await PostAsync("allow", Attempt);
        Assert.Equal(
            (0, "", 0),
            (answer.GetProperty("status").GetInt32(), answer.GetProperty("msg").GetString(), answer.GetProperty("r_attrs").EnumerateObject().Count())
        );
        _service.Decide = _ => new(AuthPolicyReply.Refuse("no"));
        Assert.Equal(-1, (await PostAsync("allow", Attempt)).GetProperty("status").GetInt32());
        _service.Decide = _ => new(AuthPolicyReply.Delay(TimeSpan.FromSeconds(7)));
        Assert.Equal(7, (await PostAsync("allow", Attempt)).GetProperty("status").GetInt32());
    }

    [Fact]
    public async Task Allow_tells_in_r_attrs_which_entry_of_a_list_decided()
    {
        await StartAsync();
        IsOk(await PostAsync("addBLEntry", """{"ip":"192.168.1.2","expire_secs":60,"reason":"Is there ever a good reason"}"""));
        var refused = await PostAsync("allow", Attempt);
        Assert.Equal(-1, refused.GetProperty("status").GetInt32());
        Assert.Equal(
            """{"expiration":"2026-Nov-24 10:01:00","reason":"Is there ever a good reason","blacklisted":"1","key":"ip"}""",
            refused.GetProperty("r_attrs").GetRawText()
        );
        IsOk(await PostAsync("addWLEntry", """{"ip":"192.168.1.2","login":"joe.bloggs","expire_secs":60,"reason":"ours"}"""));
        var let = await PostAsync("allow", Attempt);
        Assert.Equal(0, let.GetProperty("status").GetInt32());
        Assert.Equal(
            ("1", "iplogin"),
            (let.GetProperty("r_attrs").GetProperty("whitelisted").GetString(), let.GetProperty("r_attrs").GetProperty("key").GetString())
        );
    }

    [Fact]
    public async Task Report_is_ok_and_its_flags_may_be_words()
    {
        await StartAsync();
        IsOk(await PostAsync("report", Attempt[..^1] + ",\"success\":true}"));
        IsOk(await PostAsync("report", Attempt[..^1] + ",\"success\":\"false\",\"policy_reject\":true}"));
        Assert.Equal([(true, false), (false, true)], _service.Heard.Cast<LoginReport>().Select(report => (report.Success, report.PolicyReject)));
        IsFailure(await SendAsync(HttpMethod.Post, "report", Attempt), 400, "success is missing");
    }

    [Fact]
    public async Task Report_may_come_in_chunks()
    {
        await StartAsync();
        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri(_server!.Address, "/?command=report"))
        {
            Content = new StringContent(Attempt[..^1] + ",\"success\":true}", Encoding.UTF8, "application/json"),
        };
        request.Headers.TransferEncodingChunked = true;
        IsOk(JsonDocument.Parse(await (await _client.SendAsync(request, Cancel)).Content.ReadAsStringAsync(Cancel)).RootElement);
    }

    [Fact]
    public async Task Reset_forgets_an_ip_a_login_or_both_and_their_black_list_entry()
    {
        await StartAsync();
        foreach (var subject in new[] { "\"ip\":\"192.168.1.2\"", "\"login\":\"joe.bloggs\"", "\"ip\":\"192.168.1.2\",\"login\":\"joe.bloggs\"" })
        {
            IsOk(await PostAsync("addBLEntry", $"{{{subject},\"expire_secs\":60,\"reason\":\"x\"}}"));
            Assert.Equal(-1, (await PostAsync("allow", Attempt)).GetProperty("status").GetInt32());
            IsOk(await PostAsync("reset", $"{{{subject}}}"));
            Assert.Equal(0, (await PostAsync("allow", Attempt)).GetProperty("status").GetInt32());
        }
        IsFailure(await SendAsync(HttpMethod.Post, "reset", "{}"), 400);
    }

    [Fact]
    public async Task AddBLEntry_takes_an_ip_a_netmask_a_login_or_both_and_getBL_lists_them()
    {
        await StartAsync();
        IsOk(await PostAsync("addBLEntry", """{"ip":"192.168.1.2","expire_secs":3600,"reason":"one"}"""));
        IsOk(await PostAsync("addBLEntry", """{"netmask":"2001:503:ba3e::/64","expire_secs":3600,"reason":"two"}"""));
        IsOk(await PostAsync("addBLEntry", """{"login":"joe.bloggs","expire_secs":3600,"reason":"three"}"""));
        IsOk(await PostAsync("addBLEntry", """{"ip":"192.168.1.3","login":"joe.bloggs","expire_secs":3600,"reason":"four"}"""));
        var entries = (await GetAsync("getBL")).GetProperty("bl_entries").EnumerateArray().Select(entry => entry.GetRawText()).ToHashSet();
        Assert.Equal(4, entries.Count);
        Assert.Contains("""{"ip":"192.168.1.2","expiration":"2026-Nov-24 11:00:00","reason":"one"}""", entries);
        Assert.Contains("""{"ip":"2001:503:ba3e::/64","expiration":"2026-Nov-24 11:00:00","reason":"two"}""", entries);
        Assert.Contains("""{"login":"joe.bloggs","expiration":"2026-Nov-24 11:00:00","reason":"three"}""", entries);
        Assert.Contains("""{"iplogin":"192.168.1.3:joe.bloggs","expiration":"2026-Nov-24 11:00:00","reason":"four"}""", entries);
        Assert.Equal("""{"wl_entries":[]}""", (await GetAsync("getWL")).GetRawText());
    }

    [Fact]
    public async Task Entries_end_by_themselves_and_delBLEntry_and_delWLEntry_end_them_earlier()
    {
        await StartAsync();
        IsOk(await PostAsync("addBLEntry", """{"ip":"192.168.1.2","expire_secs":10,"reason":"test blacklist"}"""));
        Assert.Equal(-1, (await PostAsync("allow", Attempt)).GetProperty("status").GetInt32());
        _clock.Advance(TimeSpan.FromSeconds(11));
        Assert.Equal(0, (await PostAsync("allow", Attempt)).GetProperty("status").GetInt32());
        foreach (
            var (add, remove, list, name) in new[] { ("addBLEntry", "delBLEntry", "getBL", "bl_entries"), ("addWLEntry", "delWLEntry", "getWL", "wl_entries") }
        )
        {
            IsOk(await PostAsync(add, """{"login":"joe.bloggs","expire_secs":10,"reason":"x"}"""));
            Assert.Equal(1, (await GetAsync(list)).GetProperty(name).GetArrayLength());
            IsOk(await PostAsync(remove, """{"login":"joe.bloggs"}"""));
            Assert.Equal(0, (await GetAsync(list)).GetProperty(name).GetArrayLength());
            // Deleting what is not there is no failure.
            IsOk(await PostAsync(remove, """{"ip":"10.0.0.1"}"""));
        }
    }

    [Theory]
    [InlineData("""{"login":"joe.bloggs"}""", "login", "joe.bloggs")]
    [InlineData("""{"ip":"192.168.1.2"}""", "ip", "192.168.1.2")]
    [InlineData("""{"login":"joe.bloggs","ip":"192.168.1.2"}""", "ip_login", "192.168.1.2:joe.bloggs")]
    public async Task GetDBStats_names_its_key_and_always_tells_of_both_lists(string subject, string key, string value)
    {
        await StartAsync();
        var answer = await PostAsync("getDBStats", subject);
        Assert.Equal(
            [key, "blacklisted", "bl_expire", "bl_reason", "whitelisted", "wl_expire", "wl_reason", "stats"],
            answer.EnumerateObject().Select(property => property.Name)
        );
        Assert.Equal(
            (value, false, "", ""),
            (
                answer.GetProperty(key).GetString(),
                answer.GetProperty("blacklisted").GetBoolean(),
                answer.GetProperty("bl_expire").GetString(),
                answer.GetProperty("bl_reason").GetString()
            )
        );
        Assert.Equal(JsonValueKind.Number, answer.GetProperty("stats").EnumerateObject().First().Value.EnumerateObject().First().Value.ValueKind);
        IsOk(await PostAsync("addBLEntry", subject[..^1] + ",\"expire_secs\":60,\"reason\":\"noisy\"}"));
        answer = await PostAsync("getDBStats", subject);
        Assert.Equal(
            (true, "2026-Nov-24 10:01:00", "noisy"),
            (answer.GetProperty("blacklisted").GetBoolean(), answer.GetProperty("bl_expire").GetString(), answer.GetProperty("bl_reason").GetString())
        );
        IsFailure(await SendAsync(HttpMethod.Post, "getDBStats", "{}"), 400);
    }

    [Fact]
    public async Task Ping_is_ok()
    {
        await StartAsync();
        IsOk(await GetAsync("ping"));
    }

    [Fact]
    public async Task Stats_counts_calls_since_the_start_and_of_the_last_five_minutes()
    {
        await StartAsync();
        await PostAsync("allow", Attempt);
        await PostAsync("report", Attempt[..^1] + ",\"success\":true}");
        await PostAsync("addBLEntry", """{"ip":"192.168.1.2","expire_secs":60,"reason":"x"}""");
        await PostAsync("allow", Attempt);
        var stats = await GetAsync("stats");
        Assert.Equal(
            ["reports", "allows", "denieds", "user-msec", "sys-msec", "uptime", "perfstats", "commandstats", "customstats"],
            stats.EnumerateObject().Select(property => property.Name)
        );
        Assert.Equal((1, 2, 1), (stats.GetProperty("reports").GetInt32(), stats.GetProperty("allows").GetInt32(), stats.GetProperty("denieds").GetInt32()));
        var commands = stats.GetProperty("commandstats");
        foreach (
            var (name, count) in new[]
            {
                ("allow", 2),
                ("allow_allowed", 1),
                ("allow_blacklisted", 1),
                ("allow_denied", 1),
                ("allow_whitelisted", 0),
                ("allow_tarpitted", 0),
                ("addBLEntry", 1),
                ("report", 1),
                ("stats", 1),
                ("ping", 0),
                ("getDBStats", 0),
            }
        )
            Assert.Equal((name, count), (name, commands.GetProperty(name).GetInt32()));
        Assert.Equal(4, stats.GetProperty("perfstats").EnumerateObject().Sum(bucket => bucket.Value.GetInt32()));
        _clock.Advance(TimeSpan.FromMinutes(5));
        stats = await GetAsync("stats");
        Assert.Equal(
            (2, 0, 300),
            (stats.GetProperty("allows").GetInt32(), stats.GetProperty("commandstats").GetProperty("allow").GetInt32(), stats.GetProperty("uptime").GetInt32())
        );
    }

    [Fact]
    public async Task Without_the_password_everything_is_401_with_a_challenge()
    {
        await StartAsync(AuthPolicyCredentials.None.WithPassword("", "super"));
        foreach (
            var (method, command) in new[]
            {
                (HttpMethod.Get, "stats"),
                (HttpMethod.Get, "ping"),
                (HttpMethod.Post, "allow"),
                (HttpMethod.Get, "no-such-command"),
            }
        )
        {
            var answer = await SendAsync(method, command);
            IsFailure(answer, 401, "Unauthorized");
            Assert.Equal("Basic", Assert.Single(answer.Response.Headers.WwwAuthenticate).Scheme);
        }
        foreach (var wrong in new[] { "foo:supe", "super", "foo:super:", ":", "foo" })
        {
            _client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes(wrong)));
            IsFailure(await SendAsync(HttpMethod.Get, "stats"), 401, "Unauthorized");
        }
        // Whichever name comes with it, as with weakforced.
        foreach (var right in new[] { "foo:super", ":super", "wforce:super" })
        {
            _client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes(right)));
            IsOk(await GetAsync("ping"));
        }
    }

    [Theory]
    [InlineData("POST", "noSuchCommand", "{}", "application/json", 404)]
    [InlineData("POST", "syncDBs", "{}", "application/json", 400)]
    [InlineData("POST", "addSibling", """{"sibling_host":"127.0.0.1","sibling_port":4001}""", "application/json", 400)]
    [InlineData("POST", "addBLEntry", """{"ip":"192.168.1.2","expire_secs":60}""", "application/json", 400)]
    [InlineData("GET", "", null, "", 404)]
    [InlineData("POST", "ping", "{}", "application/json", 405)]
    [InlineData("GET", "allow", null, "", 405)]
    [InlineData("DELETE", "getBL", null, "", 405)]
    [InlineData("POST", "allow", Attempt, "text/plain", 415)]
    [InlineData("POST", "allow", "{", "application/json", 400)]
    [InlineData("POST", "allow", "[1]", "application/json", 400)]
    [InlineData("POST", "addBLEntry", """{"ip":"192.168.1.2","reason":"x"}""", "application/json", 400)]
    [InlineData("POST", "addBLEntry", """{"ip":"192.168.1.2","netmask":"192.168.0.0/16","expire_secs":60,"reason":"x"}""", "application/json", 400)]
    public async Task What_is_not_understood_is_a_failure_with_a_reason(string method, string command, string? body, string type, int status)
    {
        await StartAsync();
        var answer = await SendAsync(new HttpMethod(method), command, body, type);
        IsFailure(answer, status, status == 404 ? "Command not found" : null);
        if (status == 405)
            Assert.Single(answer.Response.Content.Headers.Allow);
    }

    [Fact]
    public async Task The_form_of_the_path_of_version_3_is_answered_too()
    {
        await StartAsync();
        Assert.Equal(200, (int)(await SendAsync(HttpMethod.Get, "ping", path: "/command/")).Response.StatusCode);
        Assert.Equal(200, (int)(await SendAsync(HttpMethod.Post, "allow", Attempt, path: "/command/")).Response.StatusCode);
        IsFailure(await SendAsync(HttpMethod.Get, "nonsense", path: "/command/"), 404, "Command not found");
    }

    [Theory]
    [InlineData("addBLEntry", """{"ip":"192.168.1.2","reason":"x"}""", "Missing mandatory expire_secs field")]
    [InlineData("addWLEntry", """{"ip":"192.168.1.2","expire_secs":60}""", "Missing mandatory reason field")]
    [InlineData("delBLEntry", "{}", "No ip, netmask, login or ja3 field supplied")]
    [InlineData("reset", "{}", "No ip or login field supplied")]
    [InlineData("getDBStats", "{}", "No ip or login field supplied")]
    [InlineData(
        "syncDBs",
        """{"replication_host":"10.0.0.1"}""",
        "One of mandatory parameters [replication_host, replication_port, callback_url, callback_auth_pw] is missing"
    )]
    public async Task Lists_and_syncing_say_what_is_missing_in_weakforced_s_words(string command, string body, string reason)
    {
        await StartAsync();
        IsFailure(await SendAsync(HttpMethod.Post, command, body), 400, reason);
    }

    [Fact]
    public async Task SyncDone_is_ok_since_nothing_is_synchronized_by_hand()
    {
        await StartAsync();
        IsOk(await GetAsync("syncDone"));
    }

    [Theory]
    [InlineData(
        "http",
        "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_12_6) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/61.0.3163.100 Safari/537.36",
        "Mac OS X"
    )]
    [InlineData(
        "imap",
        "\\\"name\\\" \\\"Mac OS X Mail\\\" \\\"version\\\" \\\"10.0 (3226)\\\" \\\"os\\\" \\\"Mac OS X\\\" \\\"os-version\\\" \\\"10.12 (16A323)\\\"",
        "Mac OS X"
    )]
    [InlineData("mobileapi", "OpenXchange.iOS.Mail/1.0.3 (OS: 10.0.3; device: iPhone 7 Plus)", "iOS")]
    [InlineData("pop3", "OpenXchange.iOS.Mail/1.0.3", null)]
    public async Task Device_id_is_parsed_by_its_protocol(string protocol, string device, string? family)
    {
        await StartAsync();
        var answer = await PostAsync(
            "allow",
            $$"""{"login":"joe","remote":"192.168.1.2","pwhash":"cc04","protocol":"{{protocol}}","device_id":"{{device}}"}"""
        );
        Assert.Equal(family, answer.GetProperty("r_attrs").TryGetProperty("os_family", out var told) ? told.GetString() : null);
    }

    [Fact]
    public async Task Device_attrs_that_the_client_found_itself_are_taken_as_they_are()
    {
        await StartAsync();
        await PostAsync(
            "allow",
            """{"login":"joe","remote":"192.168.1.2","pwhash":"cc04","protocol":"http","device_id":"curl/8.0","device_attrs":{"os.family":"Plan 9"}}"""
        );
        Assert.Equal("Plan 9", Assert.IsType<LoginAttempt>(Assert.Single(_service.Heard)).Device["os.family"]);
    }

    [Theory]
    [InlineData("""{"accountStatus":"blocked"}""", "accountStatus blocked")]
    [InlineData("""{"accountStatus":"normal","countryList":["UK","US","Blockmestan"]}""", "countryList Blockmestan")]
    [InlineData("""{"accountStatus":"normal","countryList":["UK","US"]}""", null)]
    [InlineData("{}", null)]
    public async Task A_login_is_refused_for_what_its_attributes_say(string attributes, string? said)
    {
        await StartAsync(refuse: new() { ["accountStatus"] = ["blocked"], ["countryList"] = ["Blockmestan"] });
        var answer = await PostAsync("allow", $$"""{"login":"fredbloggs","remote":"127.0.0.1","pwhash":"1234","attrs":{{attributes}}}""");
        Assert.Equal((said is null ? 0 : -1, said ?? ""), (answer.GetProperty("status").GetInt32(), answer.GetProperty("msg").GetString()));
    }

    [Fact]
    public async Task A_client_s_tls_fingerprint_may_be_listed_alone_or_with_an_address()
    {
        const string ja3 = "E7D705A3286E19EA42F587B344EE6865";
        await StartAsync();
        IsOk(await PostAsync("addBLEntry", $$"""{"ja3":"{{ja3}}","expire_secs":60,"reason":"a bot"}"""));
        var hello = $$"""{"login":"joe","remote":"192.168.1.2","pwhash":"cc04","ja3":"{{ja3}}"}""";
        var refused = await PostAsync("allow", hello);
        Assert.Equal((-1, "ja3"), (refused.GetProperty("status").GetInt32(), refused.GetProperty("r_attrs").GetProperty("key").GetString()));
        Assert.Equal(0, (await PostAsync("allow", Attempt)).GetProperty("status").GetInt32());
        IsOk(await PostAsync("addWLEntry", $$"""{"ip":"192.168.1.2","ja3":"{{ja3}}","expire_secs":60,"reason":"ours"}"""));
        Assert.Equal(0, (await PostAsync("allow", hello)).GetProperty("status").GetInt32());
        Assert.Equal(ja3.ToLowerInvariant(), (await GetAsync("getBL")).GetProperty("bl_entries")[0].GetProperty("ja3").GetString());
        IsOk(await PostAsync("delBLEntry", $$"""{"ja3":"{{ja3}}"}"""));
        Assert.Equal(0, (await GetAsync("getBL")).GetProperty("bl_entries").GetArrayLength());
    }
}
