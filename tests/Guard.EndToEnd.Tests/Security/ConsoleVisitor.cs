using System.Net;
using System.Text.RegularExpressions;
using Xunit;

namespace Guard.EndToEnd.Tests.Security;

/// <summary>A browser without pictures: cookies, forms with their tokens, redirections that are looked at instead of followed.</summary>
internal sealed partial class ConsoleVisitor(Uri address, string? from = null) : IDisposable
{
    private readonly HttpClient _http = new(
        new SocketsHttpHandler
        {
            AllowAutoRedirect = false,
            CookieContainer = new CookieContainer(),
            MaxConnectionsPerServer = 4,
        }
    )
    {
        BaseAddress = address,
        Timeout = TimeSpan.FromMinutes(2),
    };

    public async Task<HttpResponseMessage> GetAsync(string path)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, path);
        Place(request);
        return await _http.SendAsync(request, TestContext.Current.CancellationToken);
    }

    public async Task<string> TextAsync(string path)
    {
        using var answer = await GetAsync(path);
        return await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
    }

    /// <summary>Sends a form of a page, with the token that the page has.</summary>
    /// <returns>Where it leads.</returns>
    public async Task<string> PostAsync(string page, string path, params (string Name, string Value)[] fields)
    {
        var token = WebUtility.HtmlDecode(FormToken().Match(await TextAsync(page)).Groups[1].Value);
        using var request = new HttpRequestMessage(HttpMethod.Post, path)
        {
            Content = new FormUrlEncodedContent(fields.Append(("__RequestVerificationToken", token)).ToDictionary()),
        };
        Place(request);
        using var answer = await _http.SendAsync(request, TestContext.Current.CancellationToken);
        return answer.Headers.Location?.ToString() ?? answer.StatusCode.ToString();
    }

    public Task<string> SignInAsync(string name, string password) =>
        PostAsync("/sign-in", "/sign-in/password", ("name", name), ("password", password), ("return", "/"));

    public Task<string> GiveCodeAsync(string code) => PostAsync("/sign-in/code", "/sign-in/code/given", ("code", code), ("return", "/"));

    /// <summary>Asks the API as the console's own pages do.</summary>
    public async Task<(HttpStatusCode Status, string Body)> ApiAsync(HttpMethod method, string path, string body, string? ifMatch = null)
    {
        using var request = new HttpRequestMessage(method, path) { Content = new StringContent(body, System.Text.Encoding.UTF8, "application/json") };
        request.Headers.Add("X-AccountGuard", "1");
        if (ifMatch is not null)
            request.Headers.TryAddWithoutValidation("If-Match", ifMatch);
        Place(request);
        using var answer = await _http.SendAsync(request, TestContext.Current.CancellationToken);
        return (answer.StatusCode, await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
    }

    /// <summary>Whether it is signed in, asked of the API.</summary>
    public async Task<bool> IsInAsync()
    {
        using var answer = await GetAsync("/api/v1/accounts");
        return answer.StatusCode == HttpStatusCode.OK;
    }

    /// <summary>Chooses a password by a link that was handed out.</summary>
    public async Task ChooseAsync(string link, string password)
    {
        var path = new Uri(link).PathAndQuery;
        var token = Uri.UnescapeDataString(path.Split("token=")[1]);
        var then = await PostAsync(path, "/password/chosen", ("token", token), ("password", password), ("repeat", password));
        Assert.Equal("/sign-in?problem=chosen", then);
    }

    private void Place(HttpRequestMessage request)
    {
        if (from is not null)
            request.Headers.Add("X-Forwarded-For", from);
    }

    public void Dispose() => _http.Dispose();

    [GeneratedRegex("name=\"__RequestVerificationToken\" value=\"([^\"]+)\"")]
    private static partial Regex FormToken();
}
