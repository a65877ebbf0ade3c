using System.Net.Sockets;
using Xunit;

namespace Guard.EndToEnd.Tests.Security;

/// <summary>Hundreds sign in at once: passwords are costly to check, and everybody may ask for it.</summary>
public sealed class SignInFloodTests
{
    private const string Admin = "root@example.com";

    [Fact(
        DisplayName = "400 sign-ins at once, each from elsewhere: mail servers are answered meanwhile, a known browser gets in, and the audit holds some rows, not 400"
    )]
    public async Task Four_hundred_at_once()
    {
        using var console = new GuardedConsole();
        await console.AddAsync(Admin);
        using var owner = console.Visit("192.0.2.7");
        Assert.Equal("/", await owner.SignInAsync(Admin, GuardedConsole.Password));
        using var over = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        var asking = AskAsync(console, over.Token);
        var visitors = Enumerable.Range(0, 400).Select(i => console.Visit($"198.51.{i / 200}.{i % 200 + 1}")).ToArray();
        // The forms first, so that all passwords come together.
        var answers = await Task.WhenAll(visitors.Select(visitor => visitor.SignInAsync(Admin, "wrong but long enough")));
        var known = await owner.SignInAsync(Admin, GuardedConsole.Password);
        await over.CancelAsync();
        var (asked, unanswered) = await asking;
        foreach (var visitor in visitors)
            visitor.Dispose();
        Assert.Equal("/", known);
        Assert.All(answers, answer => Assert.Matches("^/sign-in\\?problem=(wrong|wait|busy)", answer));
        Assert.Contains(answers, answer => answer.StartsWith("/sign-in?problem=wrong", StringComparison.Ordinal));
        Assert.True(asked > 0);
        Assert.Equal(0, unanswered);
    }

    [Fact(DisplayName = "400 sign-ins of one address: few passwords are checked at all, and what was refused is told by its number")]
    public async Task Of_one_address()
    {
        using var console = new GuardedConsole();
        await console.AddAsync(Admin);
        var visitors = Enumerable.Range(0, 400).Select(_ => console.Visit("203.0.113.9")).ToArray();
        var answers = await Task.WhenAll(visitors.Select((visitor, i) => visitor.SignInAsync($"person{i}@example.com", "wrong but long enough")));
        foreach (var visitor in visitors)
            visitor.Dispose();
        Assert.InRange(answers.Count(answer => answer.StartsWith("/sign-in?problem=wrong", StringComparison.Ordinal)), 1, 80);
        using var owner = console.Visit("192.0.2.7");
        Assert.Equal("/", await owner.SignInAsync(Admin, GuardedConsole.Password));
        Assert.InRange((await GuardedConsole.AuditAsync(owner, "act=sign-in.")).Length, 2, 40);
        // Neither has the log a line each.
        Assert.InRange(console.Program.Heard.Split('\n').Count(line => line.Contains("sign-in.", StringComparison.Ordinal)), 1, 40);
    }

    /// <summary>Asks for decisions as Postfix does, one after the other, until it is over.</summary>
    private static async Task<(int Asked, int Unanswered)> AskAsync(GuardedConsole console, CancellationToken over)
    {
        var (asked, unanswered) = (0, 0);
        while (!over.IsCancellationRequested)
        {
            try
            {
                var answer = await console.Guard.AskPolicyAsync("anna@example.com", "home", $"friend{asked}@example.org", "90.81.6.153");
                unanswered += answer.StartsWith("action=", StringComparison.Ordinal) ? 0 : 1;
            }
            catch (Exception failure) when (failure is IOException or SocketException)
            {
                unanswered++;
            }
            asked++;
        }
        return (asked, unanswered);
    }
}
