using System.Net;
using System.Net.Http.Headers;
using System.Text;
using Guard.Host.Intake.DovecotAuthPolicy;
using Guard.Host.Tests.Sockets;
using Serilog.Core;
using Xunit;

namespace Guard.Host.Tests.DovecotAuthPolicy;

public sealed class AuthPolicyServerSpecs : IAsyncLifetime
{
    /// <summary>As Dovecot 2.3 sends it.</summary>
    private const string Attempt =
        """{"device_id":"","login":"info@example.com","protocol":"imap","pwhash":"0ed2","remote":"198.51.100.1","session_id":"oTk10vpgkhDGM2QB","tls":false}""";

    private readonly RememberingService _service = new();
    private readonly HttpClient _client = new();
    private readonly List<AuthPolicyOrder> _orders = [];
    private AuthPolicyEndpoint? _endpoint;
    private AuthPolicyServer? _server;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public ValueTask InitializeAsync() => default;

    public async ValueTask DisposeAsync()
    {
        _client.Dispose();
        if (_server is not null)
            await _server.DisposeAsync();
    }

    [Fact(DisplayName = "Dovecot's allow is asked with what it sent and answered in its shape")]
    public async Task Allow()
    {
        await StartAsync();
        Assert.Equal((200, """{"status":0,"msg":"","r_attrs":{}}"""), await PostAsync("allow", Attempt));
        _service.Decide = static _ => new(AuthPolicyReply.Refuse("account \"locked\"\r\nby AccountGuard"));
        Assert.Equal((200, """{"status":-1,"msg":"account \u0022locked\u0022 by AccountGuard","r_attrs":{}}"""), await PostAsync("allow", Attempt));
        _service.Decide = static _ => new(AuthPolicyReply.Delay(TimeSpan.FromSeconds(2.5)));
        Assert.Equal((200, """{"status":3,"msg":"","r_attrs":{}}"""), await PostAsync("allow", Attempt));
        var asked = Assert.IsType<LoginAttempt>(_service.Heard.First());
        Assert.Equal(
            ("info@example.com", "198.51.100.1", "imap", "0ed2", "oTk10vpgkhDGM2QB", false),
            (asked.Login, asked.Remote.ToString(), asked.Protocol, asked.PasswordHash.Reveal(), asked.SessionId, asked.Tls)
        );
    }

    [Theory(DisplayName = "A report is taken, with its flags as words too")]
    [InlineData("true", "false", true, false)]
    [InlineData("\"false\"", "\"true\"", false, true)]
    public async Task Report(string success, string reject, bool expectedSuccess, bool expectedReject)
    {
        await StartAsync();
        Assert.Equal((200, """{"status":"ok"}"""), await PostAsync("report", Attempt[..^1] + $",\"success\":{success},\"policy_reject\":{reject}}}"));
        var report = Assert.IsType<LoginReport>(Assert.Single(_service.Heard));
        Assert.Equal((expectedSuccess, expectedReject, "info@example.com"), (report.Success, report.PolicyReject, report.Attempt.Login));
    }

    [Fact(DisplayName = "A black list entry refuses, a white one overrules it, reset removes it")]
    public async Task Lists()
    {
        await StartAsync();
        Assert.Equal((200, """{"bl_entries":[]}"""), await GetAsync("getBL"));
        Assert.Equal((200, """{"status":"ok"}"""), await PostAsync("addBLEntry", """{"netmask":"198.51.100.0/24","expire_secs":3600,"reason":"noisy"}"""));
        Assert.Contains("\"status\":-1", (await PostAsync("allow", Attempt)).Body, StringComparison.Ordinal);
        var listed = (await GetAsync("getBL")).Body;
        Assert.StartsWith("""{"bl_entries":[{"ip":"198.51.100.0/24","expiration":"20""", listed, StringComparison.Ordinal);
        Assert.EndsWith("\"reason\":\"noisy\"}]}", listed, StringComparison.Ordinal);
        await PostAsync("addWLEntry", """{"ip":"198.51.100.1","login":"INFO@example.com","expire_secs":60,"reason":"ours"}""");
        Assert.Contains("\"iplogin\":\"198.51.100.1:info@example.com\"", (await GetAsync("getWL")).Body, StringComparison.Ordinal);
        Assert.Contains("\"status\":0", (await PostAsync("allow", Attempt)).Body, StringComparison.Ordinal);
        await PostAsync("delWLEntry", """{"ip":"198.51.100.1","login":"info@example.com"}""");
        Assert.Contains("\"status\":-1", (await PostAsync("allow", Attempt)).Body, StringComparison.Ordinal);
        await PostAsync("delBLEntry", """{"netmask":"198.51.100.0/24"}""");
        await PostAsync("addBLEntry", """{"login":"info@example.com","expire_secs":3600,"reason":"theirs"}""");
        Assert.Contains("\"status\":-1", (await PostAsync("allow", Attempt)).Body, StringComparison.Ordinal);
        Assert.Contains(
            "\"blacklisted\":true,\"bl_expire\":",
            (await PostAsync("getDBStats", """{"login":"info@example.com"}""")).Body,
            StringComparison.Ordinal
        );
        Assert.Equal((200, """{"status":"ok"}"""), await PostAsync("reset", """{"login":"info@example.com"}"""));
        Assert.Equal(
            (
                200,
                """{"login":"info@example.com","blacklisted":false,"bl_expire":"","bl_reason":"","whitelisted":false,"wl_expire":"","wl_reason":"","stats":{"logins":{"countLogins":3}}}"""
            ),
            await PostAsync("getDBStats", """{"login":"info@example.com"}""")
        );
        Assert.Contains(("", "info@example.com"), _service.Heard);
    }

    [Fact(DisplayName = "Ping and stats answer, and the newer form of the path does too")]
    public async Task Others()
    {
        await StartAsync();
        Assert.Equal((200, """{"status":"ok"}"""), await GetAsync("ping"));
        Assert.Equal(
            HttpStatusCode.OK,
            (
                await _client.PostAsync(new Uri(_server!.Address, "/command/allow"), new StringContent(Attempt, Encoding.UTF8, "application/json"), Cancel)
            ).StatusCode
        );
        var stats = await GetAsync("stats");
        Assert.Equal(200, stats.Status);
        Assert.StartsWith("""{"reports":0,"allows":1,"denieds":0,"user-msec":""", stats.Body, StringComparison.Ordinal);
    }

    [Theory(DisplayName = "Mistakes of the caller are told as such")]
    [InlineData("allow", "{", 400)]
    [InlineData("allow", "[]", 400)]
    [InlineData("allow", "", 400)]
    [InlineData("allow", """{"remote":"192.0.2.1"}""", 400)]
    [InlineData("allow", """{"login":7,"remote":"192.0.2.1"}""", 400)]
    [InlineData("report", """{"login":"a","remote":"192.0.2.1"}""", 400)]
    [InlineData("addBLEntry", """{"ip":"192.0.2.1"}""", 400)]
    [InlineData("addBLEntry", """{"ip":"192.0.2.1","expire_secs":0}""", 400)]
    [InlineData("addBLEntry", """{"ip":"192.0.2.1","netmask":"192.0.2.0/24","expire_secs":60}""", 400)]
    [InlineData("addBLEntry", """{"ip":"junk","expire_secs":60}""", 400)]
    [InlineData("addBLEntry", """{"expire_secs":60}""", 400)]
    [InlineData("reset", "{}", 400)]
    [InlineData("noSuchCommand", "{}", 404)]
    [InlineData("syncDBs", "{}", 400)]
    [InlineData("", "{}", 404)]
    [InlineData("ping", "{}", 405)]
    public async Task Mistakes(string command, string body, int status)
    {
        await StartAsync();
        var answer = await PostAsync(command, body);
        Assert.Equal(status, answer.Status);
        Assert.StartsWith("""{"status":"failure","reason":""", answer.Body, StringComparison.Ordinal);
    }

    [Fact(DisplayName = "A body over the limit is refused")]
    public async Task TooLarge()
    {
        await StartAsync(static settings => settings with { LongestBody = 1000 });
        Assert.Equal(413, (await PostAsync("allow", Attempt + new string(' ', 2000))).Status);
        Assert.Empty(_service.Heard);
    }

    [Theory(DisplayName = "Without a password that is set nobody gives orders, wherever they are")]
    [InlineData("addBLEntry", """{"netmask":"0.0.0.0/0","expire_secs":300000000}""")]
    [InlineData("addWLEntry", """{"netmask":"0.0.0.0/0","expire_secs":300000000}""")]
    [InlineData("delBLEntry", """{"ip":"192.0.2.1"}""")]
    [InlineData("delWLEntry", """{"ip":"192.0.2.1"}""")]
    [InlineData("reset", """{"login":"info@example.com"}""")]
    public async Task OrdersNeedPassword(string command, string body)
    {
        await StartAsync(static settings => settings with { Credentials = AuthPolicyCredentials.None });
        var (status, answer) = await PostAsync(command, body);
        Assert.Equal(403, status);
        Assert.Contains("intake.auth-policy.password", answer, StringComparison.Ordinal);
        Assert.Contains("\"status\":0", (await PostAsync("allow", Attempt)).Body, StringComparison.Ordinal);
    }

    [Fact(DisplayName = "An order is written down with who gave it before it is carried out")]
    public async Task OrdersAreWrittenDown()
    {
        await StartAsync();
        await PostAsync("addBLEntry", """{"netmask":"198.51.100.0/24","expire_secs":3600}""");
        await PostAsync("reset", """{"login":"info@example.com"}""");
        Assert.Equal(["addBLEntry 198.51.100.0/24", "reset info@example.com"], _orders.Select(order => $"{order.Command} {order.Subject}"));
        Assert.All(_orders, order => Assert.Equal($"uid {Guard.Host.Platform.FileOwner.OwnUser()}", string.Join(' ', order.Who.Split(' ')[..2])));
    }

    [Fact(DisplayName = "With credentials nothing is answered without them")]
    public async Task Credentials()
    {
        await StartAsync(static settings =>
            settings with
            {
                Credentials = AuthPolicyCredentials.None.WithPassword("wforce", "super:secret").WithHeader("X-Api-Key", "example-key"),
            }
        );
        Assert.Equal((401, """{"status":"failure","reason":"Unauthorized"}"""), await GetAsync("stats"));
        Assert.Equal(401, (await PostAsync("allow", Attempt)).Status);
        foreach (var wrong in (string[])["wforce:super:secre", "wforce:", "", "x:super:secret"])
        {
            Authorize(wrong);
            Assert.Equal(401, (await GetAsync("ping")).Status);
        }
        Authorize("wforce:super:secret");
        Assert.Equal(200, (await GetAsync("ping")).Status);
        _client.DefaultRequestHeaders.Authorization = null;
        _client.DefaultRequestHeaders.Add("X-Api-Key", "example-key");
        Assert.Equal(200, (await PostAsync("allow", Attempt)).Status);
    }

    [Fact(DisplayName = "A guard that hangs lets logins go on, but does not claim to have taken a report")]
    public async Task FailOpen()
    {
        var never = new TaskCompletionSource();
        _service.Decide = async _ =>
        {
            await never.Task;
            return AuthPolicyReply.Refuse("late");
        };
        _service.Take = async _ => await never.Task;
        await StartAsync(static settings => settings with { Deadline = TimeSpan.FromMilliseconds(50) });
        Assert.Contains("\"status\":0", (await PostAsync("allow", Attempt)).Body, StringComparison.Ordinal);
        Assert.Equal(503, (await PostAsync("report", Attempt[..^1] + ",\"success\":true}")).Status);
        Assert.Equal(2, _endpoint!.Unanswered);
        never.SetResult();
    }

    private void Authorize(string pair) =>
        _client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes(pair)));

    private async Task StartAsync(Func<AuthPolicySettings, AuthPolicySettings>? with = null)
    {
        Authorize("wforce:usual");
        var settings = new AuthPolicySettings(Loopback.AnyPort) { Credentials = AuthPolicyCredentials.None.WithPassword("", "usual") };
        settings = with?.Invoke(settings) ?? settings;
        _endpoint = new AuthPolicyEndpoint(settings, _service, new PassingAccessLists(TimeProvider.System), TimeProvider.System, Logger.None)
        {
            WriteDown = (order, _) =>
            {
                _orders.Add(order);
                return Task.CompletedTask;
            },
        };
        _server = new AuthPolicyServer(settings, _endpoint);
        await _server.StartAsync(Cancel);
    }

    private async Task<(int Status, string Body)> PostAsync(string command, string body) =>
        await ReadAsync(await _client.PostAsync(At(command), new StringContent(body, Encoding.UTF8, "application/json"), Cancel));

    private async Task<(int Status, string Body)> GetAsync(string command) => await ReadAsync(await _client.GetAsync(At(command), Cancel));

    private Uri At(string command) => new(_server!.Address, "/?command=" + command);

    private static async Task<(int Status, string Body)> ReadAsync(HttpResponseMessage response) =>
        ((int)response.StatusCode, await response.Content.ReadAsStringAsync(Cancel));
}
