using System.Net;
using Guard.Host.Web.Api;
using Microsoft.AspNetCore.Routing;
using Xunit;

namespace Guard.Host.Tests.Console;

/// <summary>Every endpoint that there is, tried by people whose reach it is not. A new endpoint is tried as well, without being named here.</summary>
public sealed class ReachSpecs(ServedConsole console) : IClassFixture<ServedConsole>
{
    private const string Own = "site:example.org";
    private const string Foreign = "example.com";

    [Fact]
    public async Task Nobody_gets_anything_without_signing_in()
    {
        foreach (var (method, path) in Requests())
        {
            using var response = await console.SendAsync(null, method, path, "{}");
            Assert.True(response.StatusCode == HttpStatusCode.Unauthorized, $"{method} {path}: {response.StatusCode}");
        }
    }

    [Theory]
    [InlineData(Own)]
    [InlineData("account:karl@example.org")]
    public async Task A_guessed_address_of_another_site_is_not_there(string token)
    {
        var tried = 0;
        foreach (var (method, path) in Requests().Where(request => request.Path.Contains(Foreign, StringComparison.Ordinal)))
        {
            using var response = await console.SendAsync(token, method, path, BodyOf(path), "\"0\"");
            Assert.True(response.StatusCode == HttpStatusCode.NotFound, $"{method} {path}: {response.StatusCode}");
            tried++;
        }
        // Accounts, their time lines and acts, sites, policies of sites and accounts.
        Assert.True(tried >= 20, $"only {tried} endpoints name a site or an account");
    }

    [Theory]
    [InlineData(Own)]
    [InlineData("account:karl@example.org")]
    public async Task No_list_tells_of_another_site(string token)
    {
        foreach (
            var (_, path) in Requests()
                .Where(request =>
                    request.Method == HttpMethod.Get && !request.Path.Contains(Foreign, StringComparison.Ordinal) && request.Path != "/api/v1/live"
                )
        )
        {
            foreach (var query in new[] { "", "?export=csv", "?export=json", $"?site={Foreign}", $"?search={Foreign}", $"?user=info@{Foreign}&open=all" })
            {
                using var response = await console.SendAsync(token, HttpMethod.Get, path + query);
                var text = await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
                Assert.DoesNotContain(Foreign, text, StringComparison.OrdinalIgnoreCase);
                Assert.DoesNotContain("example.net", text, StringComparison.OrdinalIgnoreCase);
                Assert.True(
                    response.StatusCode is HttpStatusCode.OK or HttpStatusCode.Forbidden or HttpStatusCode.NotFound or HttpStatusCode.BadRequest,
                    $"{path}{query}: {response.StatusCode}"
                );
            }
        }
    }

    [Fact]
    public async Task Who_only_reads_changes_nothing()
    {
        foreach (
            var (method, path) in Requests()
                .Where(request => request.Method != HttpMethod.Get && !request.Path.StartsWith("/api/v1/lists/", StringComparison.Ordinal))
        )
        {
            using var response = await console.SendAsync(
                "reader",
                method,
                path + (method == HttpMethod.Delete ? "?network=203.0.113.4" : ""),
                BodyOf(path),
                "\"0\""
            );
            Assert.True(response.StatusCode == HttpStatusCode.Forbidden, $"{method} {path}: {response.StatusCode}");
        }
    }

    [Fact]
    public async Task What_belongs_to_the_server_is_no_site_owners()
    {
        foreach (
            var (method, path, body) in new[]
            {
                (HttpMethod.Get, "/api/v1/status", ""),
                (HttpMethod.Get, "/api/v1/audit/verify", ""),
                (HttpMethod.Post, "/api/v1/blocks", """{"network":"203.0.113.4"}"""),
                (HttpMethod.Delete, "/api/v1/blocks?network=203.0.113.4", ""),
                (HttpMethod.Put, "/api/v1/policies/default", """{"own":{}}"""),
                (HttpMethod.Post, "/api/v1/policies/default/what-if", """{"own":{}}"""),
            }
        )
        {
            using var response = await console.SendAsync(Own, method, path, body, "\"0\"");
            Assert.True(response.StatusCode == HttpStatusCode.Forbidden, $"{method} {path}: {response.StatusCode}");
        }
    }

    [Fact]
    public async Task An_account_owner_answers_for_himself_and_does_nothing_else()
    {
        const string token = "account:anna@example.com";
        Assert.Equal(HttpStatusCode.OK, (await console.AskAsync(token, HttpMethod.Get, "/api/v1/accounts/anna@example.com")).Status);
        Assert.Equal(HttpStatusCode.OK, (await console.AskAsync(token, HttpMethod.Post, "/api/v1/accounts/anna@example.com/absolve", "{}")).Status);
        Assert.Equal(HttpStatusCode.Forbidden, (await console.AskAsync(token, HttpMethod.Post, "/api/v1/accounts/anna@example.com/lock", "{}")).Status);
        Assert.Equal(HttpStatusCode.NotFound, (await console.AskAsync(token, HttpMethod.Get, "/api/v1/accounts/bob@example.com")).Status);
        var list = await console.GetAsync(token, "/api/v1/accounts");
        Assert.Equal(["anna@example.com"], list.GetProperty("items").EnumerateArray().Select(row => row.GetProperty("user").GetString()));
    }

    [Fact]
    public async Task A_page_of_another_origin_cannot_make_a_browser_act()
    {
        using var client = new HttpClient
        {
            BaseAddress = new Uri((await console.SendAsync(null, HttpMethod.Get, "/api/v1/sites")).RequestMessage!.RequestUri!, "/"),
        };
        // As a browser sends it with a cookie: no token. Signed in here by another scheme than a bearer token.
        using var request = new HttpRequestMessage(HttpMethod.Post, "/api/v1/accounts/karl@example.org/release")
        {
            Content = new StringContent("{}", System.Text.Encoding.UTF8, "application/json"),
        };
        request.Headers.TryAddWithoutValidation("Authorization", "Cookie admin");
        using var forged = await client.SendAsync(request, TestContext.Current.CancellationToken);
        Assert.Equal(HttpStatusCode.Forbidden, forged.StatusCode);
        using var meant = new HttpRequestMessage(HttpMethod.Post, "/api/v1/accounts/karl@example.org/release")
        {
            Content = new StringContent("{}", System.Text.Encoding.UTF8, "application/json"),
        };
        meant.Headers.TryAddWithoutValidation("Authorization", "Cookie admin");
        meant.Headers.Add(ApiGate.OwnHeader, "1");
        using var done = await client.SendAsync(meant, TestContext.Current.CancellationToken);
        Assert.Equal(HttpStatusCode.OK, done.StatusCode);
    }

    private static string BodyOf(string path) =>
        path.Split('/')[^1] switch
        {
            "undo" => """{"version":1}""",
            "blocks" => """{"network":"203.0.113.4"}""",
            _ when path.Contains("/policies/", StringComparison.Ordinal) => """{"own":{}}""",
            _ => "{}",
        };

    /// <summary>Every endpoint of the API with every method, its names filled in with those of another site.</summary>
    private IEnumerable<(HttpMethod Method, string Path)> Requests()
    {
        var found = 0;
        foreach (var endpoint in console.Endpoints.OfType<RouteEndpoint>())
        {
            var pattern = "/" + endpoint.RoutePattern.RawText!.TrimStart('/');
            if (pattern.EndsWith("/openapi.json", StringComparison.Ordinal))
                continue;
            var path = pattern
                .Replace("{user}", $"info@{Foreign}", StringComparison.Ordinal)
                .Replace("{site}", Foreign, StringComparison.Ordinal)
                .Replace("{kind}", "places", StringComparison.Ordinal);
            Assert.False(path.Contains('{', StringComparison.Ordinal), $"{pattern}: tell this test what to fill in");
            foreach (var method in endpoint.Metadata.GetMetadata<IHttpMethodMetadata>()!.HttpMethods)
            {
                found++;
                yield return (new HttpMethod(method), path);
            }
        }
        Assert.True(found >= 35, $"only {found} endpoints were found");
    }
}
