using System.Net;
using Xunit;

namespace Guard.EndToEnd.Tests.Console;

/// <summary>The database of who may sign in, which is not there when the console starts.</summary>
public sealed class PeopleDatabaseTests
{
    [Fact(DisplayName = "A people's database that cannot be had when the console starts costs the console only as long as it cannot be had")]
    public async Task Comes_back()
    {
        await using var browser = new ConsoleBrowser();
        await browser.InitializeAsync();
        var page = await browser.OpenAsync();
        using var guard = new ConsoleGuard();
        await guard.SetUpAsync(page);
        guard.Kill();
        var file = guard.Program["data/people.db"];
        var aside = Directory.CreateDirectory(guard.Program["aside"]).FullName;
        // With its write-ahead log, which a killed guard leaves.
        foreach (var part in Directory.GetFiles(guard.Program["data"], "people.db*"))
            File.Move(part, Path.Combine(aside, Path.GetFileName(part)));
        // Where a file is to be stands a directory.
        Directory.CreateDirectory(file);
        guard.Start();
        using var http = new HttpClient();
        HttpResponseMessage? answer = null;
        await Eventually.Is(async () =>
        {
            try
            {
                answer = await http.GetAsync(new Uri(guard.Address, "/sign-in"), TestContext.Current.CancellationToken);
                return true;
            }
            catch (HttpRequestException)
            {
                return false;
            }
        });
        Assert.Equal(HttpStatusCode.ServiceUnavailable, answer!.StatusCode);
        Assert.NotNull(answer.Headers.RetryAfter);
        Assert.Contains("people cannot be had", guard.Program.Heard, StringComparison.Ordinal);

        Directory.Delete(file);
        foreach (var part in Directory.GetFiles(aside))
            File.Move(part, Path.Combine(guard.Program["data"], Path.GetFileName(part)));
        await Eventually.Is(async () => (await http.GetAsync(new Uri(guard.Address, "/sign-in"), TestContext.Current.CancellationToken)).IsSuccessStatusCode);
        await guard.GoAsync(page, "/accounts", "Accounts");
    }
}
