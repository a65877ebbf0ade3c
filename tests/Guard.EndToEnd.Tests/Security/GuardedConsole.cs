using System.Text.Json;
using Guard.EndToEnd.Tests.Console;
using Guard.Host.Web.People;
using Microsoft.AspNetCore.Identity;
using Microsoft.EntityFrameworkCore;

namespace Guard.EndToEnd.Tests.Security;

/// <summary>The built program with its console behind a proxy that is believed, so that tests come from where they like; its people, and what lies in its
/// databases.</summary>
internal sealed class GuardedConsole(string more = "") : IDisposable
{
    public const string Password = ConsoleGuard.Password;

    private readonly ConsoleGuard _guard = new($"console.proxies = [\"127.0.0.1\"]\n{more}");

    public Uri Address => _guard.Address;

    public ConsoleGuard Guard => _guard;

    public GuardProgram Program => _guard.Program;

    /// <summary>Somebody at an address of their own.</summary>
    public ConsoleVisitor Visit(string? from = null) => new(Address, from);

    /// <summary>Waits until the console serves.</summary>
    public Task ReadyAsync() => _guard.SetUpLinkAsync();

    /// <summary>Kills the program, starts it again and waits until its console serves.</summary>
    public async Task RestartAsync()
    {
        _guard.Restart();
        using var visitor = Visit();
        await Eventually.Is(
            async () =>
            {
                try
                {
                    using var answer = await visitor.GetAsync("/sign-in");
                    return answer.IsSuccessStatusCode;
                }
                catch (HttpRequestException)
                {
                    return false;
                }
            },
            () => Program.Heard
        );
    }

    /// <summary>Adds a person by the command line, and chooses the password by the link.</summary>
    public async Task AddAsync(string name, params string[] more)
    {
        await ReadyAsync();
        using var visitor = Visit();
        await visitor.ChooseAsync(Tell(["console", "add-user", name, .. more]), Password);
    }

    /// <summary>Runs a command of the program on its configuration; what it prints.</summary>
    public string Tell(params string[] words)
    {
        var (text, error, code) = Program.Guard([.. words, "--config", Program["guard.conf"]]);
        Xunit.Assert.True(code == 0, $"{string.Join(' ', words)}: {text}{error}");
        return text.Trim();
    }

    public PeopleContext People() => new(new DbContextOptionsBuilder<PeopleContext>().UseSqlite($"Data Source={Program["data/people.db"]}").Options);

    /// <summary>Turns a person's second factor on, with a key that the test knows.</summary>
    public async Task TurnOnSecondFactorAsync(string name, string key)
    {
        await using var people = People();
        var person = await people.Users.SingleAsync(one => one.UserName == name, Xunit.TestContext.Current.CancellationToken);
        person.TwoFactorEnabled = true;
        people.UserTokens.Add(
            new IdentityUserToken<string>
            {
                UserId = person.Id,
                LoginProvider = "[AspNetUserStore]",
                Name = "AuthenticatorKey",
                Value = key,
            }
        );
        await people.SaveChangesAsync(Xunit.TestContext.Current.CancellationToken);
    }

    /// <summary>The audit as the program tells it to an administrator.</summary>
    public static async Task<JsonElement[]> AuditAsync(ConsoleVisitor admin, string query)
    {
        using var told = JsonDocument.Parse(await admin.TextAsync($"/api/v1/audit?limit=1000&{query}"));
        return [.. told.RootElement.Clone().GetProperty("items").EnumerateArray()];
    }

    public void Dispose() => _guard.Dispose();
}
