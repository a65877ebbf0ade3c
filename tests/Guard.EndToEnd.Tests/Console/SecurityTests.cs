using System.Net;
using System.Net.WebSockets;
using System.Text.RegularExpressions;
using Microsoft.Playwright;
using Xunit;

namespace Guard.EndToEnd.Tests.Console;

/// <summary>What an attacker would try, tried.</summary>
[Collection(ConsoleCollection.Name)]
public sealed partial class SecurityTests(StoryGuard story)
{
    private Uri At(string path) => new(story.Guard.Address, path);

    [Fact(DisplayName = "CSRF: without the form's token, or from another site's page, nothing is changed")]
    public async Task Forged_requests()
    {
        var page = await story.AdminAsync();
        await story.Guard.GoAsync(page, "/", "Now");
        var bare = await page.APIRequest.PostAsync(At("/sign-in/out").ToString());
        Assert.Equal(400, bare.Status);
        foreach (var path in new[] { "/sign-in/out", "/api/v1/accounts/anna%40example.com/lock" })
        {
            var foreign = await page.APIRequest.PostAsync(
                At(path).ToString(),
                new()
                {
                    Headers = [new("Origin", "https://evil.example"), new("Sec-Fetch-Site", "cross-site"), new("X-AccountGuard", "1")],
                    DataObject = new { why = "" },
                }
            );
            Assert.Equal(403, foreign.Status);
        }
        // The session still holds, and nobody was locked.
        await story.Guard.GoAsync(page, "/accounts/anna%40example.com", "anna@example.com");
        await Assertions.Expect(page.Locator(".panel .rung").First).ToHaveTextAsync("normal");
        await page.Context.CloseAsync();
    }

    [Fact(DisplayName = "The web socket of a page is not opened for another site's page")]
    public async Task Foreign_web_socket()
    {
        using var socket = new ClientWebSocket();
        socket.Options.SetRequestHeader("Origin", "https://evil.example");
        var refused = await Assert.ThrowsAsync<WebSocketException>(() =>
            socket.ConnectAsync(new UriBuilder(At("/_blazor?id=x")) { Scheme = "ws" }.Uri, TestContext.Current.CancellationToken)
        );
        Assert.Contains("403", refused.Message, StringComparison.Ordinal);
    }

    [Fact(DisplayName = "XSS: names and HELO strings of attackers are shown as what they are")]
    public async Task Hostile_names()
    {
        // No account's name at all: the intake takes no such name. Anybody may type it at the sign-in, though, and the audit shows it.
        const string Markup = "<img/src=x/onerror=document.body.dataset.hacked=1>";
        // A name that the intake does take, with all that it lets through.
        const string Quoted = "x'onmouseover='document.body.dataset.hacked=1'{{7*7}}&lt;b&gt;@example.com";
        const string Helo = "<script>document.body.dataset.hacked=1</script>";
        await story.Guard.AskPolicyAsync($"{Markup}@example.com", Helo, "someone@example.org");
        for (var mail = 0; mail < 3; mail++)
            await story.Guard.AskPolicyAsync(Quoted, Helo, $"someone{mail}@example.org");
        using var attacker = Client();
        await TryAsync(attacker, Markup, "wrong but long enough");
        var page = await story.AdminAsync();
        await story.Guard.GoAsync(page, "/audit", "Audit");
        await page.GetByLabel("Search").FillAsync("onerror");
        await Assertions.Expect(page.GetByRole(AriaRole.Row).Filter(new() { HasText = Markup }).First).ToBeVisibleAsync();
        Assert.Equal(0, await page.Locator("table img").CountAsync());
        await ConsoleBrowser.KeepAsync(page, "hostile-audit");
        await story.Guard.GoAsync(page, "/accounts", "Accounts");
        await page.GetByLabel("Search").FillAsync("onmouseover");
        var link = page.GetByRole(AriaRole.Link, new() { Name = "onmouseover" });
        await Assertions.Expect(link).ToBeVisibleAsync();
        await link.HoverAsync();
        await link.ClickAsync();
        await Assertions.Expect(page.GetByRole(AriaRole.Heading, new() { Name = Quoted, Level = 1 })).ToBeVisibleAsync();
        await Assertions.Expect(page.Locator("#timeline")).ToBeVisibleAsync();
        await ConsoleBrowser.KeepAsync(page, "hostile-name");
        await story.Guard.GoAsync(page, "/", "Now");
        Assert.Null(await page.EvaluateAsync<string?>("document.body.dataset.hacked"));
        await page.Context.CloseAsync();
    }

    [Fact(DisplayName = "A script that got into a page all the same would not run: the content policy allows none that stands in it")]
    public async Task Content_policy()
    {
        var page = await story.AdminAsync();
        await story.Guard.GoAsync(page, "/", "Now");
        await page.EvaluateAsync(
            "() => { const script = document.createElement('script'); script.textContent = 'document.body.dataset.hacked = 1'; document.body.append(script); const image = document.createElement('img'); image.setAttribute('onerror', 'document.body.dataset.hacked = 1'); image.src = 'nowhere:'; document.body.append(image); }"
        );
        Assert.Null(await page.EvaluateAsync<string?>("document.body.dataset.hacked"));
        await GuardProgram.UntilAsync(Refused, () => "the browser did not tell of a script that it kept away");
        var policy = await PolicyOfAsync("/sign-in");
        Assert.Matches("script-src 'self';", policy);
        Assert.DoesNotContain("unsafe-eval", policy, StringComparison.Ordinal);
        await page.Context.CloseAsync();

        bool Refused() => story.Browser.TakeFaults(page).Any(fault => fault.Contains("inline script", StringComparison.Ordinal));
    }

    [Theory(DisplayName = "Clickjacking and guessing of content types: every answer forbids frames and sniffing")]
    [InlineData("/sign-in")]
    [InlineData("/")]
    [InlineData("/set-up")]
    [InlineData("/console.css")]
    [InlineData("/api/v1/accounts")]
    [InlineData("/no-such-page")]
    public async Task Headers(string path)
    {
        using var http = Client();
        using var answer = await http.GetAsync(At(path), TestContext.Current.CancellationToken);
        Assert.Contains("frame-ancestors 'none'", answer.Headers.GetValues("Content-Security-Policy").Single(), StringComparison.Ordinal);
        Assert.Equal("DENY", answer.Headers.GetValues("X-Frame-Options").Single());
        Assert.Equal("nosniff", answer.Headers.GetValues("X-Content-Type-Options").Single());
        Assert.Equal("same-origin", answer.Headers.GetValues("Referrer-Policy").Single());
        Assert.True(answer.Headers.Contains("Permissions-Policy"));
        Assert.False(answer.Headers.Contains("Server"));
    }

    [Fact(DisplayName = "Session fixation: a session that somebody planted is not taken over; each sign-in has a new number, and the one before ends")]
    public async Task Session_fixation()
    {
        var page = await story.Browser.OpenAsync();
        await page.Context.AddCookiesAsync([
            new Microsoft.Playwright.Cookie
            {
                Name = "accountguard-session",
                Value = "planted",
                Domain = "127.0.0.1",
                Path = "/",
            },
        ]);
        await story.Guard.SignInAsync(page, StoryGuard.Owner, ConsoleGuard.Password);
        await Assertions.Expect(page.GetByRole(AriaRole.Heading, new() { Name = "Now", Exact = true })).ToBeVisibleAsync();
        var first = (await page.Context.CookiesAsync()).Single(cookie => cookie.Name == "accountguard-session");
        Assert.NotEqual("planted", first.Value);
        Assert.True(first.HttpOnly);
        Assert.Equal(SameSiteAttribute.Lax, first.SameSite);
        await story.Guard.SignInAsync(page, StoryGuard.Owner, ConsoleGuard.Password);
        await Assertions.Expect(page.GetByRole(AriaRole.Heading, new() { Name = "Now", Exact = true })).ToBeVisibleAsync();
        var second = (await page.Context.CookiesAsync()).Single(cookie => cookie.Name == "accountguard-session");
        Assert.NotEqual(first.Value, second.Value);
        Assert.Equal(401, await StatusAsync(first.Value));
        Assert.Equal(200, await StatusAsync(second.Value));
        await page.Context.CloseAsync();
    }

    [Fact(DisplayName = "Signed out everywhere, no session of the person opens anything, and an open page goes to the sign-in")]
    public async Task Sign_out_everywhere()
    {
        var (here, there) = (await story.OwnerAsync(), await story.OwnerAsync());
        var session = (await there.Context.CookiesAsync()).Single(cookie => cookie.Name == "accountguard-session").Value;
        await story.Guard.GoAsync(here, "/sign-out", "Sign out");
        await here.GetByRole(AriaRole.Button, new() { Name = "Sign out everywhere" }).ClickAsync();
        await Assertions.Expect(here.GetByRole(AriaRole.Heading, new() { Name = "Sign in" })).ToBeVisibleAsync();
        Assert.Equal(401, await StatusAsync(session));
        await Assertions.Expect(there.GetByRole(AriaRole.Heading, new() { Name = "Sign in" })).ToBeVisibleAsync();
        await here.Context.CloseAsync();
        await there.Context.CloseAsync();
    }

    [Theory(DisplayName = "Open redirect: a sign-in never leads to another host")]
    [InlineData("//evil.example/")]
    [InlineData("https://evil.example/")]
    [InlineData("/\\evil.example")]
    [InlineData("javascript:alert(1)")]
    public async Task Open_redirect(string target)
    {
        var page = await story.OwnerAsync(target);
        Assert.Equal(story.Guard.Address.Authority, new Uri(page.Url).Authority);
        await page.Context.CloseAsync();
    }

    [Fact(DisplayName = "Brute force: after a few wrong passwords every try has to wait, the right one too; the owner's known browser does not")]
    public async Task Brute_force()
    {
        var owner = await story.OwnerAsync();
        using var attacker = Client();
        HttpResponseMessage last;
        var tries = 0;
        do
        {
            last = await TryAsync(attacker, StoryGuard.Owner, $"wrong {tries}");
            tries++;
        } while (tries < 12 && !last.Headers.Location!.ToString().Contains("problem=wait", StringComparison.Ordinal));
        Assert.InRange(tries, 5, 8);
        Assert.Contains(
            "problem=wait",
            (await TryAsync(attacker, StoryGuard.Owner, ConsoleGuard.Password)).Headers.Location!.ToString(),
            StringComparison.Ordinal
        );
        // From the same address, even: the browser that is known has a count of its own.
        await story.Guard.SignInAsync(owner, StoryGuard.Owner, ConsoleGuard.Password);
        await Assertions.Expect(owner.GetByRole(AriaRole.Heading, new() { Name = "Now", Exact = true })).ToBeVisibleAsync();
        await owner.Context.CloseAsync();
        // The wait ends, for the attacker too; and whoever signs in next here does not wait for what was tried.
        await Eventually.Is(async () =>
            !(await TryAsync(attacker, StoryGuard.Owner, ConsoleGuard.Password)).Headers.Location!.ToString().Contains("problem=", StringComparison.Ordinal)
        );
    }

    [Fact(DisplayName = "Names of strangers and of people are refused alike")]
    public async Task No_names_told()
    {
        using var http = Client();
        var stranger = await TryAsync(http, "nobody@example.org", "wrong but long enough");
        var person = await TryAsync(http, ConsoleGuard.Admin, "wrong but long enough");
        Assert.Equal(stranger.Headers.Location, person.Headers.Location);
        Assert.Contains("problem=wrong", person.Headers.Location!.ToString(), StringComparison.Ordinal);
    }

    [Fact(DisplayName = "A name that was pointed at this server (DNS rebinding) is not answered")]
    public async Task Rebinding()
    {
        using var http = Client();
        using var request = new HttpRequestMessage(HttpMethod.Get, At("/sign-in"));
        request.Headers.Host = "evil.example";
        using var answer = await http.SendAsync(request, TestContext.Current.CancellationToken);
        Assert.Equal(HttpStatusCode.Forbidden, answer.StatusCode);
    }

    [Fact(DisplayName = "A token needs the password, is shown once, may do what it was made for and no more, and ends when it is revoked")]
    public async Task Tokens()
    {
        var page = await story.OwnerAsync();
        await story.Guard.GoAsync(page, "/me", "My sign-in");
        await page.GetByLabel("Name of the tool").FillAsync("dashboard");
        await page.GetByLabel("Confirm with your password").FillAsync("not the password");
        await page.GetByRole(AriaRole.Button, new() { Name = "Create a token" }).ClickAsync();
        await Assertions.Expect(page.GetByRole(AriaRole.Alert)).ToContainTextAsync("The current password is wrong");
        await page.GetByLabel("Confirm with your password").FillAsync(ConsoleGuard.Password);
        await page.GetByRole(AriaRole.Button, new() { Name = "Create a token" }).ClickAsync();
        var token = await page.GetByRole(AriaRole.Status).Filter(new() { HasText = "shown this once" }).Locator("code").InnerTextAsync();
        using var http = Client();
        http.DefaultRequestHeaders.Authorization = new("Bearer", token);
        Assert.Equal(HttpStatusCode.OK, (await http.GetAsync(At("/api/v1/accounts"), TestContext.Current.CancellationToken)).StatusCode);
        Assert.Equal(
            HttpStatusCode.NotFound,
            (await http.GetAsync(At("/api/v1/accounts/info%40example.com"), TestContext.Current.CancellationToken)).StatusCode
        );
        var act = await http.PostAsync(
            At("/api/v1/accounts/marie%40example.net/lock"),
            new StringContent("{}", System.Text.Encoding.UTF8, "application/json"),
            TestContext.Current.CancellationToken
        );
        Assert.Equal(HttpStatusCode.Forbidden, act.StatusCode);
        await page.ReloadAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Revoke dashboard" }).ClickAsync();
        await Assertions.Expect(page.GetByRole(AriaRole.Button, new() { Name = "Revoke dashboard" })).ToHaveCountAsync(0);
        Assert.Equal(HttpStatusCode.Unauthorized, (await http.GetAsync(At("/api/v1/accounts"), TestContext.Current.CancellationToken)).StatusCode);
        await page.Context.CloseAsync();
    }

    private static HttpClient Client() => new(new HttpClientHandler { AllowAutoRedirect = false, UseCookies = true });

    private async Task<int> StatusAsync(string session)
    {
        using var http = new HttpClient(new HttpClientHandler { AllowAutoRedirect = false, UseCookies = false });
        using var request = new HttpRequestMessage(HttpMethod.Get, At("/api/v1/accounts"));
        request.Headers.Add("Cookie", $"accountguard-session={session}");
        using var answer = await http.SendAsync(request, TestContext.Current.CancellationToken);
        return (int)answer.StatusCode;
    }

    private async Task<string> PolicyOfAsync(string path)
    {
        using var http = Client();
        using var answer = await http.GetAsync(At(path), TestContext.Current.CancellationToken);
        return answer.Headers.GetValues("Content-Security-Policy").Single();
    }

    private async Task<HttpResponseMessage> TryAsync(HttpClient http, string name, string password)
    {
        var form = await http.GetStringAsync(At("/sign-in"), TestContext.Current.CancellationToken);
        return await http.PostAsync(
            At("/sign-in/password"),
            new FormUrlEncodedContent(
                new Dictionary<string, string>
                {
                    ["__RequestVerificationToken"] = WebUtility.HtmlDecode(FormToken().Match(form).Groups[1].Value),
                    ["name"] = name,
                    ["password"] = password,
                }
            ),
            TestContext.Current.CancellationToken
        );
    }

    [GeneratedRegex("name=\"__RequestVerificationToken\" value=\"([^\"]+)\"")]
    private static partial Regex FormToken();
}
