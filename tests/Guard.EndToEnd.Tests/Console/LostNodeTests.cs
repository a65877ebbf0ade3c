using System.Diagnostics;
using System.Text.RegularExpressions;
using Guard.EndToEnd.Tests.Databases;
using Microsoft.Playwright;
using Xunit;

namespace Guard.EndToEnd.Tests.Console;

/// <summary>Three nodes on one PostgreSQL, each with its console, and one of them is killed.</summary>
public sealed partial class LostNodeTests : IDisposable
{
    private const int Count = 3;
    private const int Lost = 2;
    private const string Account = "user1@example.com";

    /// <summary>How long it may stay unsaid that a node is gone, in milliseconds.</summary>
    private const float Minute = 60_000;

    private readonly GuardProgram _program = new();
    private readonly int[] _clusters = [.. Enumerable.Range(0, Count).Select(_ => FreePort.Next())];
    private readonly Uri[] _consoles = [.. Enumerable.Range(0, Count).Select(_ => new Uri($"http://127.0.0.1:{FreePort.Next()}"))];
    private readonly Process[] _nodes = new Process[Count];

    [Fact(
        DisplayName = "One of three nodes is killed: a page at another one says so within a minute, its lists and acts go on; the page of the killed one comes back with it"
    )]
    public async Task Killed()
    {
        PostgresServer.Require();
        await using var browser = new ConsoleBrowser();
        await browser.InitializeAsync();
        var page = await browser.OpenAsync();
        await ConfigureAsync(PostgresServer.Shared.NewDatabase());
        for (var node = 0; node < Count; node++)
            Start(node);
        await GuardProgram.UntilAsync(() => LinkInLog().IsMatch(_program.Heard), () => _program.Heard);
        await SetUpAsync(page, LinkInLog().Match(_program.Heard).Value);
        var strip = await OpenAsync(page, 0, "/accounts", "Accounts");
        await Assertions.Expect(strip).ToContainTextAsync("All well");
        await Assertions.Expect(page.GetByRole(AriaRole.Link, new() { Name = Account })).ToBeVisibleAsync();
        // The session is everywhere the same.
        var other = await page.Context.NewPageAsync();
        await Assertions.Expect(await OpenAsync(other, Lost, "/incidents?state=all", "Incidents")).ToContainTextAsync("All well");
        await other.EvaluateAsync("document.documentElement.dataset.opened = 'before'");

        _nodes[Lost].Kill();
        await _nodes[Lost].WaitForExitAsync(TestContext.Current.CancellationToken);
        var since = Stopwatch.GetTimestamp();
        await Assertions.Expect(strip).ToContainTextAsync($"127.0.0.1:{_clusters[Lost]}", new() { Timeout = Minute });
        Tell($"the strip names the lost node after {Stopwatch.GetElapsedTime(since).TotalSeconds:F1} s");
        await Assertions.Expect(strip).ToContainTextAsync("Fault");
        await ConsoleBrowser.KeepAsync(page, "node-lost");
        var banner = other.GetByRole(AriaRole.Alert).Filter(new() { HasText = "The guard cannot be reached" });
        await Assertions.Expect(banner).ToBeVisibleAsync();

        // What lived on the lost node lives elsewhere.
        await OpenAsync(page, 1, "/accounts?search=user", "Accounts");
        for (var user = 0; user < 6; user++)
            await Assertions.Expect(page.GetByRole(AriaRole.Link, new() { Name = $"user{user}@example.com" })).ToBeVisibleAsync();
        await OpenAsync(page, 1, $"/accounts/{Uri.EscapeDataString(Account)}", Account);
        await page.GetByRole(AriaRole.Button, new() { Name = "Lock account", Exact = true }).ClickAsync();
        await page.GetByRole(AriaRole.Dialog).GetByRole(AriaRole.Button, new() { Name = "Lock account" }).ClickAsync();
        await Assertions.Expect(page.GetByText($"{Account}: locked")).ToBeVisibleAsync();
        await OpenAsync(page, 0, "/incidents", "Incidents");
        await Assertions.Expect(page.GetByRole(AriaRole.Row).Filter(new() { HasText = Account })).ToBeVisibleAsync();

        Start(Lost);
        await Assertions.Expect(other.Locator("html:not([data-opened]) .strip a").First).ToBeVisibleAsync();
        await Assertions.Expect(banner).ToBeHiddenAsync();
        Assert.EndsWith("/incidents?state=all", other.Url, StringComparison.Ordinal);
        await Assertions.Expect(other.GetByRole(AriaRole.Row).Filter(new() { HasText = Account })).ToBeVisibleAsync();
        foreach (var open in new[] { page, other })
        {
            await Assertions.Expect(Strip(open)).Not.ToContainTextAsync("cluster members", new() { IgnoreCase = true });
            // Nothing on these machines can lock an account, and that is said.
            await Assertions.Expect(Strip(open).GetByRole(AriaRole.Link, new() { Name = "Fault Enforcement does not hold", Exact = true })).ToBeVisibleAsync();
            await Assertions.Expect(Strip(open)).Not.ToContainTextAsync($"127.0.0.1:{_clusters[Lost]}");
        }
    }

    private static void Tell(string what) => TestContext.Current.TestOutputHelper?.WriteLine(what);

    private static ILocator Strip(IPage page) => page.GetByRole(AriaRole.Complementary, new() { Name = "State of the guard" });

    private async Task<ILocator> OpenAsync(IPage page, int node, string path, string heading)
    {
        await page.GotoAsync(new Uri(_consoles[node], path).ToString());
        await Assertions.Expect(page.GetByRole(AriaRole.Heading, new() { Name = heading, Level = 1 })).ToBeVisibleAsync();
        return Strip(page);
    }

    private static async Task SetUpAsync(IPage page, string link)
    {
        await page.GotoAsync(link);
        await page.GetByLabel("Name").FillAsync(ConsoleGuard.Admin);
        await page.GetByLabel("Password").FillAsync(ConsoleGuard.Password);
        await page.GetByLabel("Repeat it").FillAsync(ConsoleGuard.Password);
        await page.GetByRole(AriaRole.Button, new() { Name = "Make the first server admin" }).ClickAsync();
        await Assertions.Expect(page.GetByRole(AriaRole.Heading, new() { Name = "Now", Exact = true })).ToBeVisibleAsync();
    }

    private void Start(int node) => _nodes[node] = _program.StartProgram(GuardProgram.Program, "run", "--config", _program[$"node{node}.conf"]);

    private async Task ConfigureAsync(string database)
    {
        var begin = DateTimeOffset.UtcNow.AddHours(-2);
        await File.WriteAllTextAsync(_program["places.txt"], "90.0.0.0/9 FR\n");
        await File.WriteAllLinesAsync(
            _program["mail0.log"],
            Enumerable
                .Range(0, 60)
                .Select(i =>
                    $"{begin.AddMinutes(i):yyyy-MM-ddTHH:mm:ss.ffffff}+00:00 mail dovecot: imap-login: Login: user=<user{i % 6}@example.com>, method=PLAIN, rip=90.81.6.153, lip=192.0.2.25, mpid={i}, TLS, session=<x{i}>"
                )
        );
        for (var node = 0; node < Count; node++)
        {
            if (node > 0)
                await File.WriteAllTextAsync(_program[$"mail{node}.log"], "");
            await File.WriteAllTextAsync(
                _program[$"node{node}.conf"],
                $$"""
                include "{{GuardProgram.Root}}/hocon/cluster.conf"
                accountguard {
                  mode = enforce
                  data-directory = "{{_program[$"data{node}"]}}"
                  intake { logs.files = ["{{_program[$"mail{node}.log"]}}"], postfix-policy.listen = off, auth-policy.listen = off, milter.listen = off }
                  geo { fetch-default = off, overrides = "{{_program["places.txt"]}}" }
                  console.listen = "127.0.0.1:{{_consoles[node].Port}}"
                  persistence.postgres-connection = "{{database}}"
                  cluster {
                    listen = "127.0.0.1:{{_clusters[node]}}", advertise = "127.0.0.1:{{_clusters[node]}}", node = "node{{node}}", dangerous-plain-transport = on
                    tls { certificate = "", key = "", ca = "" }
                    seeds = [{{string.Join(", ", _clusters.Select(port => $"\"127.0.0.1:{port}\""))}}]
                  }
                }
                """
            );
        }
    }

    public void Dispose() => _program.Dispose();

    [GeneratedRegex(@"http://\S+/set-up\?token=\S+")]
    private static partial Regex LinkInLog();
}
