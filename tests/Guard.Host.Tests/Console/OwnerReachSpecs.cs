using System.Net;
using Xunit;

namespace Guard.Host.Tests.Console;

/// <summary>What an owner of a site tries at the API to get beyond it, on a real node.</summary>
public sealed class OwnerReachSpecs(ServedConsole console) : IClassFixture<ServedConsole>
{
    private const string Owner = "site:example.net";
    private const string Path = "/api/v1/policies/sites/example.net";

    [Theory]
    [InlineData(Path, """{"domains":["example.net","example.com"]}""")]
    [InlineData(Path, """{"mode":"observe","quotas":[],"reactions":{"highest":"normal"}}""")]
    [InlineData(Path, """{"quotas":[]}""")]
    [InlineData(Path, """{"users":{"marie":{"reactions":{"highest":"normal"}}}}""")]
    [InlineData(Path, """{"users":{"info@example.com":{"quotas":[]}}}""")]
    [InlineData(Path, """{"owners":{"may":{"mode":"free","quotas":"free"}}}""")]
    [InlineData($"{Path}/users/marie@example.net", """{"quotas":[]}""")]
    [InlineData($"{Path}/users/marie@example.net", """{"domains":["example.com"]}""")]
    public async Task It_is_refused_to_check_and_to_save(string path, string own)
    {
        var body = $$"""{"own":{{own}},"why":"mine"}""";
        Assert.False((await console.AskAsync(Owner, HttpMethod.Post, $"{path}/check", body)).Body.GetProperty("sound").GetBoolean());
        // What reaches into other sites is not even tried out.
        if (own.Contains("example.com", StringComparison.Ordinal))
            Assert.Equal(HttpStatusCode.UnprocessableEntity, (await console.AskAsync(Owner, HttpMethod.Post, $"{path}/what-if", body)).Status);
        var (_, form, tag) = await console.AskAsync(Owner, HttpMethod.Get, path);
        var (status, problem, _) = await console.AskAsync(Owner, HttpMethod.Put, path, body, tag);
        Assert.Equal(HttpStatusCode.UnprocessableEntity, status);
        Assert.NotEqual(0, problem.GetProperty("mistakes").GetArrayLength());
        var after = (await console.AskAsync(Owner, HttpMethod.Get, path)).Body;
        Assert.Equal(form.GetProperty("own").ToString(), after.GetProperty("own").ToString());
        Assert.Equal("example.com", await SiteOfAsync("info@example.com"));
    }

    [Fact]
    public async Task Not_even_the_administrator_sets_domains_at_run_time()
    {
        var (status, problem, _) = await console.AskAsync(
            ServedConsole.Admin,
            HttpMethod.Put,
            "/api/v1/policies/sites/example.net",
            """{"own":{"domains":["example.net","example.com"]}}""",
            "\"0\""
        );
        Assert.Equal(HttpStatusCode.UnprocessableEntity, status);
        Assert.Equal("domains", problem.GetProperty("mistakes")[0].GetProperty("path").GetString());
    }

    [Fact]
    public async Task An_owner_does_not_undo_what_the_administrator_made_stricter()
    {
        const string path = "/api/v1/policies/sites/undo.example";
        const string owner = "site:undo.example";
        const string wide = """{"own":{"quotas":[{"per":"1d","recipients":90000}]}}""";
        const string narrow = """{"own":{"quotas":[{"per":"1d","recipients":10}]}}""";
        Assert.Equal(HttpStatusCode.OK, (await console.AskAsync(ServedConsole.Admin, HttpMethod.Put, path, wide, "\"0\"")).Status);
        Assert.Equal(HttpStatusCode.OK, (await console.AskAsync(ServedConsole.Admin, HttpMethod.Put, path, narrow, "\"1\"")).Status);
        var (status, _, _) = await console.AskAsync(owner, HttpMethod.Post, path + "/undo", """{"version":2}""", "\"2\"");
        Assert.Equal(HttpStatusCode.UnprocessableEntity, status);
        Assert.Equal(HttpStatusCode.OK, (await console.AskAsync(ServedConsole.Admin, HttpMethod.Post, path + "/undo", """{"version":2}""", "\"2\"")).Status);
    }

    [Theory]
    [InlineData("""{"services":{"imap":{"allow":["*"]}}}""")]
    [InlineData("""{"services":{"imap":{"allow":["Japan"]}}}""")]
    public async Task What_is_theirs_is_sound(string own)
    {
        var (status, check, _) = await console.AskAsync(Owner, HttpMethod.Post, $"{Path}/check", $$"""{"own":{{own}}}""");
        Assert.Equal((HttpStatusCode.OK, true), (status, check.GetProperty("sound").GetBoolean()));
    }

    [Fact]
    public async Task The_form_says_what_is_the_owners()
    {
        var form = await console.GetAsync(Owner, Path);
        var bounds = form.GetProperty("bounds").EnumerateArray().ToDictionary(bound => bound.GetProperty("section").GetString()!);
        Assert.Equal("no", bounds["mode"].GetProperty("may").GetString());
        Assert.Equal("stricter", bounds["quotas"].GetProperty("may").GetString());
        Assert.Equal(3, bounds["quotas"].GetProperty("ceiling").GetArrayLength());
        Assert.Equal(0, (await console.GetAsync(ServedConsole.Admin, Path)).GetProperty("bounds").GetArrayLength());
    }

    private async Task<string> SiteOfAsync(string user)
    {
        var found = (await console.GetAsync(ServedConsole.Admin, $"/api/v1/accounts?search={user}")).GetProperty("items")[0];
        return found.GetProperty("site").GetString()!;
    }
}
