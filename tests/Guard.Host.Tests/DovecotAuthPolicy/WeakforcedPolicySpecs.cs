using System.Net;
using System.Net.Http.Headers;
using System.Net.Sockets;
using System.Text;
using System.Text.Json;
using Guard.Host.Configuration;
using Guard.Host.Running;
using Serilog;
using Xunit;

namespace Guard.Host.Tests.DovecotAuthPolicy;

/// <summary>A whole node under hocon/weakforced.conf, asked by HTTP as weakforced's own regression tests ask theirs (test_TimeWindows.py, test_Attrs.py, test_GeoIP.py).</summary>
public sealed class WeakforcedPolicySpecs : IAsyncLifetime
{
    private readonly string _directory = Directory.CreateTempSubdirectory("accountguard-wforce").FullName;
    private readonly HttpClient _client = new();
    private GuardNode? _node;
    private string _address = "";

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        var (cluster, auth) = (FreePort(), FreePort());
        await File.WriteAllTextAsync(Path.Combine(_directory, "places.txt"), "203.0.113.0/24 JP\n198.51.100.0/24 GB\n");
        var loaded = GuardConfiguration.Load(
            Path.Combine(Repository.Root, "hocon", "weakforced.conf"),
            new Dictionary<string, string>
            {
                ["accountguard.data-directory"] = Path.Combine(_directory, "data"),
                ["accountguard.inspection.socket"] = Path.Combine(_directory, "s"),
                ["accountguard.cluster.listen"] = $"127.0.0.1:{cluster}",
                ["accountguard.intake.logs.default-domain"] = "foobar.com",
                ["accountguard.intake.postfix-policy.listen"] = "off",
                ["accountguard.intake.milter.listen"] = "off",
                ["accountguard.intake.auth-policy.listen"] = $"127.0.0.1:{auth}",
                ["accountguard.intake.auth-policy.password"] = "super",
                ["accountguard.intake.deadline"] = "20s",
                ["accountguard.console.listen"] = "off",
                ["accountguard.geo.fetch-default"] = "off",
                ["accountguard.geo.overrides"] = Path.Combine(_directory, "places.txt"),
            }
        );
        Assert.Empty(loaded.Faults);
        Assert.Empty(loaded.Warnings);
        _node = await GuardNode.StartAsync(loaded.Settings!, loaded.Akka, new LoggerConfiguration().CreateLogger());
        _address = $"http://127.0.0.1:{auth}/?command=";
        _client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Basic", Convert.ToBase64String("wforce:super"u8));
    }

    public async ValueTask DisposeAsync()
    {
        _client.Dispose();
        if (_node is not null)
            await _node.DisposeAsync();
        Directory.Delete(_directory, true);
    }

    [Fact]
    public async Task More_than_twenty_wrong_passwords_of_a_login_are_refused_until_the_window_has_passed()
    {
        for (var i = 0; i < 20; i++)
            await ReportAsync("ivbaddie", "198.51.100.1", $"1234{i}", success: false);
        Assert.Equal(0, await AllowAsync("ivbaddie", "198.51.100.1"));
        // The same one again is no other one.
        await ReportAsync("ivbaddie", "198.51.100.1", "12340", success: false);
        Assert.Equal(0, await AllowAsync("ivbaddie", "198.51.100.1"));
        await ReportAsync("ivbaddie", "198.51.100.1", "another", success: false);
        var refused = await AnswerAsync("ivbaddie", "198.51.100.1");
        Assert.Equal((-1, "AccountGuard: diffPasswords for login"), (refused.GetProperty("status").GetInt32(), refused.GetProperty("msg").GetString()));
        Assert.Equal(0, await AllowAsync("otherlogin", "198.51.100.1"));
        await Eventually.Is(async () => await AllowAsync("ivbaddie", "198.51.100.1") == 0);
    }

    [Fact]
    public async Task More_than_thirty_failures_of_an_address_are_refused_whichever_the_login_and_reset_lets_it_in()
    {
        for (var i = 0; i < 30; i++)
            await ReportAsync(i % 2 == 0 ? "flbaddie" : "flother", "198.51.100.2", "1234", success: false);
        Assert.Equal(0, await AllowAsync("flbaddie", "198.51.100.2"));
        await ReportAsync("flbaddie", "198.51.100.2", "1234", success: false);
        Assert.Equal(-1, await AllowAsync("flbaddie", "198.51.100.2"));
        Assert.Equal(-1, await AllowAsync("somebody", "198.51.100.2"));
        Assert.Equal(0, await AllowAsync("flbaddie", "198.51.100.3"));
        Assert.Equal("ok", (await PostAsync("reset", """{"login":"flbaddie","ip":"198.51.100.2"}""")).GetProperty("status").GetString());
        Assert.Equal(0, await AllowAsync("flbaddie", "198.51.100.2"));
    }

    [Fact]
    public async Task More_than_ten_addresses_of_a_login_are_refused()
    {
        for (var i = 0; i < 10; i++)
            await ReportAsync("ipbaddie", $"198.51.{100 + i}.1", "1234", success: true);
        Assert.Equal(0, await AllowAsync("ipbaddie", "198.51.100.1"));
        for (var i = 10; i < 12; i++)
            await ReportAsync("ipbaddie", $"198.51.{100 + i}.1", "1234", success: true);
        Assert.Equal(-1, await AllowAsync("ipbaddie", "198.51.100.1"));
        Assert.Equal(0, await AllowAsync("other", "198.51.100.1"));
        await Eventually.Is(async () => await AllowAsync("ipbaddie", "198.51.100.1") == 0);
    }

    [Theory]
    [InlineData("114.31.192.{0}", "114.31.192.200", "114.31.193.200")]
    [InlineData("2001:c78::{0}", "2001:c78::1000", "2001:c78:0:1::1000")]
    public async Task More_than_forty_five_logins_of_a_network_are_refused(string each, string again, string elsewhere)
    {
        for (var i = 1; i <= 45; i++)
            await ReportAsync($"netbaddie{i}", string.Format(System.Globalization.CultureInfo.InvariantCulture, each, i), "1234", success: true);
        Assert.Equal(0, await AllowAsync("netbaddie", again));
        await ReportAsync("netbaddie46", again, "1234", success: true);
        Assert.Equal(-1, await AllowAsync("netbaddie", again));
        Assert.Equal(0, await AllowAsync("netbaddie", elsewhere));
    }

    [Fact]
    public async Task A_denied_country_and_what_attributes_say_are_refused_at_once()
    {
        Assert.Equal(-1, await AllowAsync("baddie", "203.0.113.1"));
        Assert.Equal(0, await AllowAsync("goodie", "198.51.100.1"));
        Assert.Equal(0, await AllowAsync("fredbloggs", "127.0.0.1", """{"accountStatus":"normal"}"""));
        Assert.Equal(-1, await AllowAsync("fredbloggs", "127.0.0.1", """{"accountStatus":"blocked"}"""));
        Assert.Equal(0, await AllowAsync("fredbloggs", "127.0.0.1", """{"accountStatus":"normal","countryList":["UK","US"]}"""));
        Assert.Equal(-1, await AllowAsync("fredbloggs", "127.0.0.1", """{"accountStatus":"normal","countryList":["UK","US","Blockmestan"]}"""));
    }

    [Fact]
    public async Task GetDBStats_tells_what_is_counted_of_a_login_and_of_an_address()
    {
        await ReportAsync("dbstats", "198.51.100.4", "1234", success: true);
        await ReportAsync("dbstats", "198.51.100.4", "12", success: false);
        var login = (await PostAsync("getDBStats", """{"login":"dbstats"}""")).GetProperty("stats");
        Assert.Equal(1, login.GetProperty("quotas").GetProperty("10 different addresses per 15s").GetInt32());
        Assert.Equal((1, 1), (login.GetProperty("totals").GetProperty("logins").GetInt32(), login.GetProperty("totals").GetProperty("failures").GetInt32()));
        await ReportAsync("nobody", "198.51.100.4", "12", success: false);
        var address = (await PostAsync("getDBStats", """{"ip":"198.51.100.4"}""")).GetProperty("stats");
        Assert.True(address.GetProperty("addresses").GetProperty("failures").GetInt32() >= 1);
    }

    private Task ReportAsync(string login, string remote, string hash, bool success) =>
        PostAsync(
            "report",
            JsonSerializer.Serialize(
                new
                {
                    login,
                    remote,
                    pwhash = hash,
                    success,
                    protocol = "imap",
                }
            )
        );

    private async Task<int> AllowAsync(string login, string remote, string attributes = "{}") =>
        (await AnswerAsync(login, remote, attributes)).GetProperty("status").GetInt32();

    private Task<JsonElement> AnswerAsync(string login, string remote, string attributes = "{}") =>
        PostAsync("allow", $$"""{"login":"{{login}}","remote":"{{remote}}","pwhash":"1234","protocol":"imap","attrs":{{attributes}}}""");

    private async Task<JsonElement> PostAsync(string command, string body)
    {
        using var content = new StringContent(body, Encoding.UTF8, "application/json");
        var response = await _client.PostAsync(new Uri(_address + command), content, Cancel);
        var text = await response.Content.ReadAsStringAsync(Cancel);
        Assert.True(response.IsSuccessStatusCode, text);
        return JsonDocument.Parse(text).RootElement;
    }

    private static int FreePort()
    {
        using var free = new TcpListener(IPAddress.Loopback, 0);
        free.Start();
        return ((IPEndPoint)free.LocalEndpoint).Port;
    }
}
