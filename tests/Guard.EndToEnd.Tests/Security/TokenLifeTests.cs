using System.Net;
using System.Security.Cryptography;
using System.Text;
using Guard.Host.Web.People;
using Microsoft.EntityFrameworkCore;
using Xunit;

namespace Guard.EndToEnd.Tests.Security;

/// <summary>A thief of a token or of a session, and the owner who changes the password.</summary>
public sealed class TokenLifeTests
{
    private const string Name = "root@example.com";

    [Theory(DisplayName = "The password goes: every session and every token of the person ends with it, at once")]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Die_with_the_password(bool byCommand)
    {
        using var console = new GuardedConsole();
        await console.AddAsync(Name);
        await console.AddAsync("other@example.com");
        var (own, others) = (
            await TokenAsync(console, Name, DateTimeOffset.UtcNow.AddDays(30)),
            await TokenAsync(console, "other@example.com", DateTimeOffset.UtcNow.AddDays(30))
        );
        using var thief = console.Visit("203.0.113.9");
        Assert.Equal("/", await thief.SignInAsync(Name, GuardedConsole.Password));
        Assert.True(await thief.IsInAsync());
        Assert.Equal(HttpStatusCode.OK, await WithTokenAsync(console, own));
        // A link to choose a new one: the command takes the old one away at once, an administrator's link when it is used.
        var link = console.Tell("console", "reset-password", Name);
        if (!byCommand)
        {
            using var owner = console.Visit();
            await owner.ChooseAsync(link, "a lamp under a wet umbrella");
        }
        // What was read of the database is believed for ten seconds, where another process changed it.
        await Eventually.Is(
            async () => !await thief.IsInAsync() && await WithTokenAsync(console, own) == HttpStatusCode.Unauthorized,
            "a session or a token outlives the password"
        );
        Assert.Equal(HttpStatusCode.OK, await WithTokenAsync(console, others));
        await using var people = console.People();
        Assert.Equal(1, await people.Tokens.CountAsync(TestContext.Current.CancellationToken));
    }

    [Fact(
        DisplayName = "A token of a former version without an end gets one at the start, and one that would outlast the setting an earlier one; an old one that is over stays over"
    )]
    public async Task Every_token_ends()
    {
        using var console = new GuardedConsole("console.token-lifetime = 90d");
        await console.AddAsync(Name);
        var (endless, long_, over) = (
            await TokenAsync(console, Name, null),
            await TokenAsync(console, Name, DateTimeOffset.UtcNow.AddDays(3000)),
            await TokenAsync(console, Name, DateTimeOffset.UtcNow.AddDays(-1))
        );
        // Not even before the restart.
        Assert.Equal(HttpStatusCode.Unauthorized, await WithTokenAsync(console, endless));
        await console.RestartAsync();
        await Eventually.Is(() => console.Program.Heard.Contains("console.token-lifetime", StringComparison.Ordinal), () => console.Program.Heard);
        Assert.Equal(HttpStatusCode.OK, await WithTokenAsync(console, endless));
        Assert.Equal(HttpStatusCode.OK, await WithTokenAsync(console, long_));
        Assert.Equal(HttpStatusCode.Unauthorized, await WithTokenAsync(console, over));
        await using var people = console.People();
        Assert.All(
            await people.Tokens.ToListAsync(TestContext.Current.CancellationToken),
            token => Assert.True(token.Expires < DateTimeOffset.UtcNow.AddDays(91))
        );
    }

    /// <summary>A token as a former version left it.</summary>
    private static async Task<string> TokenAsync(GuardedConsole console, string name, DateTimeOffset? expires)
    {
        var secret = $"agt_{Guid.NewGuid():N}";
        await using var people = console.People();
        var person = await people.Users.SingleAsync(one => one.UserName == name, TestContext.Current.CancellationToken);
        people.Tokens.Add(
            new ApiToken
            {
                Id = Guid.NewGuid().ToString("N"),
                PersonId = person.Id,
                Hash = Convert.ToHexString(SHA256.HashData(Encoding.UTF8.GetBytes(secret))),
                Name = "old",
                Rights = "View",
                Created = DateTimeOffset.UtcNow.AddDays(-400),
                Expires = expires,
            }
        );
        await people.SaveChangesAsync(TestContext.Current.CancellationToken);
        return secret;
    }

    private static async Task<HttpStatusCode> WithTokenAsync(GuardedConsole console, string token)
    {
        using var http = new HttpClient { BaseAddress = console.Address };
        http.DefaultRequestHeaders.Authorization = new("Bearer", token);
        using var answer = await http.GetAsync(new Uri("/api/v1/accounts", UriKind.Relative), TestContext.Current.CancellationToken);
        return answer.StatusCode;
    }
}
