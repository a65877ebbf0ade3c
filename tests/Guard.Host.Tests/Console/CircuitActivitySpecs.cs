using System.Security.Claims;
using Guard.Host.Configuration;
using Guard.Host.Tests.DovecotAuthPolicy;
using Guard.Host.Tests.Platform;
using Guard.Host.Web.People;
using Guard.Host.Web.SignIn;
using Microsoft.AspNetCore.Components.Authorization;
using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;
using Serilog;
using Serilog.Core;
using Xunit;

namespace Guard.Host.Tests.Console;

/// <summary>What somebody does in an open page reaches it as they did it, whatever the database of sessions does meanwhile.</summary>
public sealed class CircuitActivitySpecs : IAsyncLifetime
{
    private readonly string _directory = Directory.CreateTempSubdirectory("accountguard-people").FullName;
    private readonly Contexts _contexts;
    private readonly PersonSessions _sessions;
    private readonly ManualClock _clock = new();
    private string _secret = "";

    public CircuitActivitySpecs()
    {
        var settings = GuardConfiguration.Load(null, new Dictionary<string, string> { ["accountguard.data-directory"] = _directory }).Settings!;
        var options = new DbContextOptionsBuilder<PeopleContext>();
        PeopleDatabase.Use(options, settings);
        _contexts = new Contexts(options.Options);
        _sessions = new PersonSessions(_contexts, settings.Console!, _clock);
    }

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        var person = new Person
        {
            UserName = "admin",
            NormalizedUserName = "admin",
            Role = PersonRole.ServerAdmin,
        };
        await using (var context = _contexts.CreateDbContext())
        {
            await PeopleDatabase.PrepareAsync(context, Cancel);
            context.Users.Add(person);
            await context.SaveChangesAsync(Cancel);
        }
        _secret = await _sessions.BeginAsync(person, "192.0.2.1", "a browser", Cancel);
    }

    [Fact]
    public async Task A_database_that_takes_its_time_lets_no_key_overtake_another()
    {
        _contexts.Answer = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var typed = new List<int>();
        var handler = Handler(typed);
        var acts = new List<Task>();
        for (var key = 0; key < 20; key++)
        {
            acts.Add(handler(key)(null!));
            // As the browser's word does that a change is drawn, which nothing holds up: it must find the key in its place.
            Assert.Equal(key + 1, typed.Count);
        }
        Assert.Equal(Enumerable.Range(0, 20), typed);
        await Task.WhenAll(acts);
        // Nothing is noted behind this test's back: nobody waits for that.
        _contexts.Answer.SetException(Full());
    }

    [Fact]
    public async Task An_act_is_noted_in_the_session()
    {
        _clock.Advance(TimeSpan.FromMinutes(5));
        await Handler([])(1)(null!);
        await using var context = _contexts.CreateDbContext();
        Assert.Equal(_clock.GetUtcNow(), (await context.Sessions.SingleAsync(Cancel)).LastSeen);
    }

    [Fact]
    public async Task A_database_that_is_away_takes_nothing_from_what_somebody_does()
    {
        _contexts.Answer = Failed();
        var typed = new List<int>();
        await Handler(typed)(1)(null!);
        Assert.Equal([1], typed);
    }

    [Fact]
    public async Task The_same_trouble_is_said_once_and_again_after_it_was_over()
    {
        var said = new LoggedTexts();
        using var log = new LoggerConfiguration().WriteTo.Sink(said).CreateLogger();
        var handler = Handler([], log);
        foreach (var isAway in (bool[])[true, true, true, false, true, true])
        {
            // So much later that the session is read, and written, anew.
            _clock.Advance(TimeSpan.FromMinutes(2));
            _contexts.Answer = isAway ? Failed() : null;
            await handler(1)(null!);
        }
        Assert.Equal(Enumerable.Repeat("That somebody is active is not noted in their session: SQLite Error 13: 'the disk is full'.", 2), said);
    }

    private static TaskCompletionSource Failed()
    {
        var answer = new TaskCompletionSource();
        answer.SetException(Full());
        return answer;
    }

    private static SqliteException Full() => new("SQLite Error 13: 'the disk is full'.", 13);

    private Func<int, Func<Microsoft.AspNetCore.Components.Server.Circuits.CircuitInboundActivityContext, Task>> Handler(
        List<int> typed,
        Serilog.ILogger? log = null
    )
    {
        var activity = new CircuitActivity(new SignedIn(_secret), _sessions, log ?? Logger.None);
        return key =>
            activity.CreateInboundActivityHandler(_ =>
            {
                typed.Add(key);
                return Task.CompletedTask;
            });
    }

    public ValueTask DisposeAsync()
    {
        SqliteConnection.ClearAllPools();
        Directory.Delete(_directory, true);
        return ValueTask.CompletedTask;
    }

    /// <summary>A database that answers when it is told to.</summary>
    private sealed class Contexts(DbContextOptions<PeopleContext> options) : IDbContextFactory<PeopleContext>
    {
        public TaskCompletionSource? Answer { get; set; }

        public PeopleContext CreateDbContext() => new(options);

        public async Task<PeopleContext> CreateDbContextAsync(CancellationToken cancel)
        {
            if (Answer is { } answer)
                await answer.Task;
            return CreateDbContext();
        }
    }

    private sealed class SignedIn(string secret) : AuthenticationStateProvider
    {
        public override Task<AuthenticationState> GetAuthenticationStateAsync() =>
            Task.FromResult(new AuthenticationState(new ClaimsPrincipal(new ClaimsIdentity([new Claim(PersonScopes.SessionClaim, secret)], "test"))));
    }
}
