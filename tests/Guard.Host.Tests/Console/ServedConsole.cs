using System.Net;
using System.Net.Http.Headers;
using System.Security.Claims;
using System.Text;
using System.Text.Json;
using Guard.Host.ConsoleModel.Contracts;
using Guard.Host.Intake.Sockets;
using Guard.Host.Tests.Inspection;
using Guard.Host.Web;
using Guard.Host.Web.Api;
using Guard.Host.Web.Modules;
using Guard.Messages.Identity;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Xunit;

namespace Guard.Host.Tests.Console;

/// <summary>A node that has read the demo's story, with the API on a port of its own. A token is a scope in words: <c>admin</c>, <c>site:example.org</c>,
/// <c>account:anna@example.com</c>.</summary>
public sealed class ServedConsole : IAsyncLifetime
{
    public const string Admin = "admin";

    private readonly HttpClient _client = new() { Timeout = TimeSpan.FromMinutes(2) };
    private WebServer? _server;

    public ServedConsole()
    {
        Node.More["accountguard.archive.keep-days"] = "366";
        // What accounts learn of each other takes its time between entities: a log that passes in seconds does not wait for it.
        Node.More["accountguard.policy.default.learning.from-site"] = "off";
    }

    public InspectedGuard Node { get; } = new();

    internal ConsoleServices Services => Node.Guard().Console;

    internal IReadOnlyList<Endpoint> Endpoints => _server!.Endpoints;

    public async ValueTask InitializeAsync()
    {
        await Node.InitializeAsync();
        _server = new WebServer(TakenAddress.Take(new IPEndPoint(IPAddress.Loopback, 0)), [new SignIn(), new ConsoleApi(Services)]);
        await _server.StartAsync(TestContext.Current.CancellationToken);
        _client.BaseAddress = _server.Address;
        // What was journaled is in the records a moment later.
        await Eventually.Is(async () =>
            (await Services.Accounts.ListAsync(AccessScope.ServerAdmin("test", ""), new AccountQuery(Search: "info@example.com"), default)).Items
                is [{ Rung: Guard.Messages.Policies.Rung.Blocked }]
        );
    }

    public async Task<HttpResponseMessage> SendAsync(string? token, HttpMethod method, string path, string? body = null, string? ifMatch = null)
    {
        using var request = new HttpRequestMessage(method, path);
        if (token is not null)
            request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token);
        if (ifMatch is not null)
            request.Headers.TryAddWithoutValidation("If-Match", ifMatch);
        if (body is not null)
            request.Content = new StringContent(
                body,
                Encoding.UTF8,
                path.StartsWith("/api/v1/lists/", StringComparison.Ordinal) ? "text/csv" : "application/json"
            );
        return await _client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, TestContext.Current.CancellationToken);
    }

    public async Task<JsonElement> GetAsync(string token, string path)
    {
        using var response = await SendAsync(token, HttpMethod.Get, path);
        var text = await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
        Assert.True(response.IsSuccessStatusCode, $"{path}: {response.StatusCode} {text}");
        return JsonDocument.Parse(text).RootElement;
    }

    public async Task<(HttpStatusCode Status, JsonElement Body, string? Tag)> AskAsync(
        string? token,
        HttpMethod method,
        string path,
        string? body = null,
        string? ifMatch = null
    )
    {
        using var response = await SendAsync(token, method, path, body, ifMatch);
        var text = await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
        return (response.StatusCode, text.Length == 0 ? default : JsonDocument.Parse(text).RootElement, response.Headers.ETag?.Tag);
    }

    public async ValueTask DisposeAsync()
    {
        _client.Dispose();
        if (_server is not null)
            await _server.DisposeAsync();
        await Node.DisposeAsync();
    }

    internal static AccessScope ScopeOf(string token, string from) =>
        token.Split(':', 2) switch
        {
            [Admin] => AccessScope.ServerAdmin("boss", from),
            ["reader"] => AccessScope.ReadOnly("reader", from),
            ["site", var site] => AccessScope.SiteOwner($"owner of {site}", from, new SiteId(site)),
            ["account", var user] => AccessScope.AccountOwner(user, from, new UserId(user)),
            _ => AccessScope.Nobody,
        };

    private sealed class SignIn : IWebModule, IAccessScopes
    {
        public void Add(IServiceCollection services) => services.AddSingleton<IAccessScopes>(this);

        public void Map(WebApplication application) =>
            application.Use(
                (http, next) =>
                {
                    if (http.Request.Headers.Authorization.ToString() is { Length: > 7 } bearer)
                        http.User = new ClaimsPrincipal(new ClaimsIdentity([new Claim(ClaimTypes.Name, bearer.Split(' ', 2)[1])], "test"));
                    return next(http);
                }
            );

        public ValueTask<AccessScope> OfAsync(ClaimsPrincipal principal, string from, CancellationToken cancel) =>
            ValueTask.FromResult(ScopeOf(principal.Identity?.Name ?? "", from));
    }
}
