using System.Net;
using System.Net.Sockets;
using System.Text.RegularExpressions;
using Microsoft.Playwright;
using Xunit;

namespace Guard.EndToEnd.Tests.Console;

/// <summary>The built program with its console on a port of its own, following a log that tests write.</summary>
internal sealed partial class ConsoleGuard : IDisposable
{
    public const string Admin = "root@example.com";
    public const string Password = "a horse on a staple battery";

    private readonly GuardProgram _program = new();
    private System.Diagnostics.Process _process;

    public ConsoleGuard(string more = "")
    {
        var (console, cluster, policy) = (FreePort.Next(), FreePort.Next(), FreePort.Next());
        PolicyPort = policy;
        Address = new Uri($"http://127.0.0.1:{console}");
        _program.Configure(
            "data",
            cluster,
            $$"""
            accountguard {
              mode = enforce
              console.listen = "127.0.0.1:{{console}}"
              intake { postfix-policy.listen = "127.0.0.1:{{policy}}", auth-policy.listen = off, milter.listen = off }
              {{more}}
            }
            """
        );
        File.WriteAllText(_program["mail.log"], "");
        _process = _program.Start();
    }

    public Uri Address { get; }

    public int PolicyPort { get; }

    public GuardProgram Program => _program;

    /// <summary>The link to set the console up, as the log told it.</summary>
    public async Task<string> SetUpLinkAsync()
    {
        await GuardProgram.UntilAsync(() => LinkInLog().IsMatch(_program.Heard), () => $"no set-up link: {_program.Heard}");
        return LinkInLog().Match(_program.Heard).Value;
    }

    /// <summary>Sets the console up in a browser, which is signed in as its admin then.</summary>
    public async Task SetUpAsync(IPage page)
    {
        await page.GotoAsync(await SetUpLinkAsync());
        await page.GetByLabel("Name").FillAsync(Admin);
        await page.GetByLabel("Password").FillAsync(Password);
        await page.GetByLabel("Repeat it").FillAsync(Password);
        await page.GetByRole(AriaRole.Button, new() { Name = "Make the first server admin" }).ClickAsync();
        await Assertions.Expect(page.GetByRole(AriaRole.Heading, new() { Name = "Now", Exact = true })).ToBeVisibleAsync();
    }

    public async Task SignInAsync(IPage page, string name, string password, string then = "/")
    {
        await page.GotoAsync(new Uri(Address, $"/sign-in?return={Uri.EscapeDataString(then)}").ToString());
        await page.GetByLabel("Name").FillAsync(name);
        await page.GetByLabel("Password").FillAsync(password);
        await page.GetByRole(AriaRole.Button, new() { Name = "Sign in", Exact = true }).ClickAsync();
    }

    public async Task GoAsync(IPage page, string path, string heading)
    {
        await page.GotoAsync(new Uri(Address, path).ToString());
        await Assertions.Expect(page.GetByRole(AriaRole.Heading, new() { Name = heading, Level = 1 })).ToBeVisibleAsync();
    }

    /// <summary>The whole story of the demo, as if the daemons wrote it now.</summary>
    public void TellStory()
    {
        using var log = new FileStream(_program["mail.log"], FileMode.Append, FileAccess.Write, FileShare.ReadWrite);
        log.Write(_program.DemoLog());
    }

    /// <summary>What Postfix would ask about a mail of a user who signed in.</summary>
    public async Task<string> AskPolicyAsync(string user, string helo, string recipient, string address = "203.0.113.9")
    {
        using var client = new TcpClient();
        await client.ConnectAsync(IPAddress.Loopback, PolicyPort, TestContext.Current.CancellationToken);
        await using var stream = client.GetStream();
        var request =
            $"request=smtpd_access_policy\nprotocol_state=RCPT\nprotocol_name=ESMTP\nclient_address={address}\nhelo_name={helo}\nsender={user}\nrecipient={recipient}\n"
            + $"recipient_count=0\nqueue_id=\ninstance={Guid.NewGuid():N}\nsize=0\nsasl_method=PLAIN\nsasl_username={user}\nsasl_sender=\npolicy_context=submission\n\n";
        await stream.WriteAsync(System.Text.Encoding.UTF8.GetBytes(request), TestContext.Current.CancellationToken);
        using var reader = new StreamReader(stream);
        return await reader.ReadLineAsync(TestContext.Current.CancellationToken) ?? "";
    }

    /// <summary>Kills it and starts it again on the same data.</summary>
    public void Restart()
    {
        Kill();
        Start();
    }

    public void Kill()
    {
        _process.Kill();
        _process.WaitForExit();
    }

    /// <summary>Starts it on the same data after <see cref="Kill"/>.</summary>
    public void Start() => _process = _program.Start();

    /// <summary>Tells it to read its configuration again.</summary>
    public void Reload() => _program.Must("kill", "-HUP", $"{_process.Id}");

    public void Dispose() => _program.Dispose();

    [GeneratedRegex(@"http://\S+/set-up\?token=\S+")]
    private static partial Regex LinkInLog();
}
