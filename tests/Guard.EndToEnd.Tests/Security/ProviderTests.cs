using Xunit;

namespace Guard.EndToEnd.Tests.Security;

/// <summary>OpenID Connect against the built program, with a provider that breaks each rule, and with people who bring answers that are not theirs.</summary>
public sealed class ProviderTests : IDisposable
{
    private const string Name = "root@example.com";

    private readonly TestProvider _provider = new();
    private readonly GuardedConsole _console;

    public ProviderTests() => _console = new GuardedConsole(_provider.Setting);

    [Fact(DisplayName = "Whom a provider confirms and an administrator added gets in; what breaks a rule of the protocol does not, each of twelve")]
    public async Task Rules()
    {
        await _console.AddAsync(Name);
        (string What, ProviderAnswer Answer)[] broken =
        [
            ("another issuer", new() { Issuer = "http://127.0.0.1:9" }),
            ("another client's token", new() { Audience = "somebody-else" }),
            ("another nonce", new() { Nonce = "of another sign-in" }),
            ("an empty nonce", new() { Nonce = "" }),
            ("expired", new() { Lasts = TimeSpan.FromMinutes(-30) }),
            ("signed by nobody", new() { Signed = "none" }),
            ("signed by another key", new() { Signed = "foreign" }),
            ("signed with the public key", new() { Signed = "HS256" }),
            ("a signature of something else", new() { Signed = "cut" }),
            ("userinfo of somebody else", new() { UserInfoSubject = "subject-2" }),
        ];
        foreach (var (what, answer) in broken)
        {
            using var visitor = _console.Visit();
            Assert.True(await SignInAsync(visitor, answer) == "/sign-in?problem=provider", what);
            Assert.False(await visitor.IsInAsync(), what);
        }
        foreach (
            var (what, answer) in new[]
            {
                ("an address that nobody verified", new ProviderAnswer { EmailVerified = false }),
                ("whom nobody added", new() { Email = "x@example.org" }),
            }
        )
        {
            using var visitor = _console.Visit();
            Assert.True(await SignInAsync(visitor, answer) == "/sign-in?problem=stranger", what);
            Assert.False(await visitor.IsInAsync(), what);
        }
        using var owner = _console.Visit();
        Assert.Equal("/", await SignInAsync(owner, new ProviderAnswer()));
        Assert.True(await owner.IsInAsync());
        // What was refused is in the audit, with its reason.
        Assert.NotEmpty(await GuardedConsole.AuditAsync(owner, "act=sign-in.provider-refused"));
    }

    [Fact(DisplayName = "An answer that was used, one of another browser, one with another state, and one that nobody asked for let nobody in")]
    public async Task Replay()
    {
        await _console.AddAsync(Name);
        using var owner = _console.Visit();
        var back = _provider.SignIn(await BeginAsync(owner), new ProviderAnswer());
        // A thief who saw the address on its way has no cookie of the sign-in that it belongs to.
        using (var thief = _console.Visit("203.0.113.9"))
        {
            Assert.Equal("/sign-in?problem=provider", await FollowAsync(thief, back));
            Assert.False(await thief.IsInAsync());
        }
        Assert.Equal("/", await FollowAsync(owner, back));
        Assert.True(await owner.IsInAsync());
        await owner.PostAsync("/sign-out", "/sign-in/out");
        Assert.False(await owner.IsInAsync());
        Assert.Equal("/sign-in?problem=provider", await FollowAsync(owner, back));
        Assert.False(await owner.IsInAsync());
        // Somebody else's answer under one's own state, and a state of one's own making.
        using var victim = _console.Visit();
        var own = new Uri(_provider.SignIn(await BeginAsync(victim), new ProviderAnswer())).Query;
        using var attacker = _console.Visit();
        var theirs = new Uri(_provider.SignIn(await BeginAsync(attacker), new ProviderAnswer { Subject = "subject-9", Email = "evil@example.org" })).Query;
        var mixed = $"/sign-in/provider/answer{theirs.Split('&')[0]}&{own.Split('&')[1]}";
        Assert.Equal("/sign-in?problem=provider", await FollowAsync(victim, mixed));
        Assert.Equal("/sign-in?problem=provider", await FollowAsync(victim, $"/sign-in/provider/answer{theirs.Split('&')[0]}&state=made-up"));
        Assert.False(await victim.IsInAsync());
    }

    [Fact(DisplayName = "A name that the provider gave to somebody else later is not the same person")]
    public async Task Recycled()
    {
        await _console.AddAsync(Name);
        using (var first = _console.Visit())
            Assert.Equal("/", await SignInAsync(first, new ProviderAnswer { Subject = "the first" }));
        using var later = _console.Visit();
        Assert.Equal("/sign-in?problem=stranger", await SignInAsync(later, new ProviderAnswer { Subject = "the second" }));
        Assert.False(await later.IsInAsync());
    }

    private async Task<string> SignInAsync(ConsoleVisitor visitor, ProviderAnswer answer) =>
        await FollowAsync(visitor, _provider.SignIn(await BeginAsync(visitor), answer));

    private static Task<string> BeginAsync(ConsoleVisitor visitor) => visitor.PostAsync("/sign-in", "/sign-in/provider", ("return", "/"));

    /// <summary>Goes back to the console, and on to where it leads in the end.</summary>
    private static async Task<string> FollowAsync(ConsoleVisitor visitor, string address)
    {
        var path = address.StartsWith('/') ? address : new Uri(address).PathAndQuery;
        for (var steps = 0; steps < 3; steps++)
        {
            using var answer = await visitor.GetAsync(path);
            if (answer.Headers.Location?.ToString() is not { } next)
                return answer.StatusCode.ToString();
            path = next.StartsWith('/') ? next : new Uri(next).PathAndQuery;
            if (!path.StartsWith("/sign-in/provider/", StringComparison.Ordinal))
                return path;
        }
        return path;
    }

    public void Dispose()
    {
        _console.Dispose();
        _provider.Dispose();
    }
}
