using System.Collections.Concurrent;
using System.Collections.Frozen;
using System.Net;
using System.Text;
using Akka.Actor;
using Guard.Actors.Regions;
using Guard.Host.Configuration;
using Guard.Host.Geo;
using Guard.Host.Intake.DovecotAuthPolicy;
using Guard.Host.Intake.Inline;
using Guard.Host.Intake.Logs;
using Guard.Host.Tests.Sockets;
using Guard.Messages.Decisions;
using Guard.Messages.Identity;
using Guard.Messages.Observations;
using Guard.Messages.Policies;
using Guard.Messages.Users;
using Serilog;
using Serilog.Core;
using Serilog.Events;
using Xunit;

namespace Guard.Host.Tests.DovecotAuthPolicy;

public sealed class RetriedPasswordsSpecs
{
    private static readonly UserId Info = new("info@example.com");

    private static PasswordHash Hash(int number) => new(number.ToString("x4"));

    [Fact]
    public void The_same_wrong_password_is_no_new_guess_and_another_one_is()
    {
        var retried = new RetriedPasswords(TimeProvider.System);
        Assert.False(retried.Note(Info, Hash(1)));
        for (var i = 0; i < 500; i++)
            Assert.True(retried.Note(Info, Hash(1)));
        Assert.False(retried.Note(Info, Hash(2)));
        Assert.False(retried.Note(new UserId("anna@example.com"), Hash(1)));
    }

    [Fact]
    public void Who_guesses_is_hardly_ever_taken_for_an_old_device_and_does_not_push_one_out()
    {
        var retried = new RetriedPasswords(TimeProvider.System);
        for (var i = 0; i < 3; i++)
            retried.Note(Info, Hash(0));
        // All of Dovecot's 4,096 hashes but that one.
        var taken = Enumerable.Range(1, 4095).Count(guess => retried.Note(Info, Hash(guess)));
        Assert.InRange(taken, 0, 10);
        Assert.True(retried.Note(Info, Hash(0)));
    }

    [Fact]
    public void A_device_that_was_away_for_long_and_a_client_without_hashes_are_new_each_time()
    {
        var clock = new ManualClock();
        var retried = new RetriedPasswords(clock);
        retried.Note(Info, Hash(1));
        clock.Advance(RetriedPasswords.Memory + TimeSpan.FromSeconds(1));
        Assert.False(retried.Note(Info, Hash(1)));
        Assert.False(retried.Note(Info, default));
        Assert.False(retried.Note(Info, default));
    }

    [Fact]
    public void Of_more_accounts_than_are_kept_the_latest_are()
    {
        var retried = new RetriedPasswords(TimeProvider.System, maxAccounts: 2);
        foreach (var name in new[] { "a", "b", "a", "c" })
            retried.Note(new UserId(name), Hash(1));
        Assert.True(retried.Note(new UserId("a"), Hash(1)));
        Assert.False(retried.Note(new UserId("b"), Hash(1)));
    }

    [Fact]
    public async Task Reported_for_hours_an_old_password_is_one_failure_and_no_hash_is_written_anywhere()
    {
        const string hash = "c0ffee";
        var written = new ConcurrentQueue<string>();
        await using var log = new LoggerConfiguration().MinimumLevel.Verbose().WriteTo.Sink(new Sink(written)).CreateLogger();
        var told = new ConcurrentQueue<Observation>();
        var system = ActorSystem.Create("auth", "akka { loglevel = OFF, stdout-loglevel = OFF }");
        var users = system.ActorOf(Props.Create(() => new Users(told)));
        var settings = new InlineSettings(null, null, null, FrozenSet<EndPoint>.Empty, TimeSpan.FromSeconds(20), false, "", "", "", true);
        var judge = new InlineJudge(
            new GuardRegions(users, ActorRefs.Nobody),
            new DecisionReplies(system),
            new UserNameRules("example.com"),
            new PlaceLookup([], null),
            () => DateTimeOffset.UtcNow,
            settings
        );
        var limits = new AuthPolicySettings(Loopback.AnyPort) { Deadline = TimeSpan.FromSeconds(20) };
        var endpoint = new AuthPolicyEndpoint(
            limits,
            new AuthPolicyDecisions(judge, true, new RetriedPasswords(TimeProvider.System), new SlowedAccounts([], TimeProvider.System)),
            new PassingAccessLists(TimeProvider.System),
            TimeProvider.System,
            log
        );
        await using (var server = new AuthPolicyServer(limits, endpoint))
        {
            await server.StartAsync(TestContext.Current.CancellationToken);
            using var client = new HttpClient();
            for (var i = 0; i < 60; i++)
                Assert.Equal("""{"status":"ok"}""", await ReportAsync(client, server, hash, success: false));
            await ReportAsync(client, server, "beef01", success: false);
            await ReportAsync(client, server, "beef02", success: true);
        }
        await system.Terminate();
        var outcomes = told.Cast<Login>().Select(login => login.Outcome).ToArray();
        Assert.Equal(LoginOutcome.WrongPassword, outcomes[0]);
        Assert.All(outcomes[1..60], outcome => Assert.Equal(LoginOutcome.RetriedPassword, outcome));
        Assert.Equal([LoginOutcome.WrongPassword, LoginOutcome.Succeeded], outcomes[60..]);
        // Neither the accounts nor the log hear of it, and no record shows it by itself.
        Assert.DoesNotContain(told, observation => observation.ToString().Contains(hash, StringComparison.OrdinalIgnoreCase));
        Assert.DoesNotContain(written, line => line.Contains(hash, StringComparison.OrdinalIgnoreCase));
        Assert.DoesNotContain(
            hash,
            new LoginReport(new LoginAttempt { Login = "info", PasswordHash = new PasswordHash(hash) }, false, false).ToString(),
            StringComparison.Ordinal
        );
    }

    private static async Task<string> ReportAsync(HttpClient client, AuthPolicyServer server, string hash, bool success)
    {
        var body =
            $$"""{"login":"info","protocol":"imap","pwhash":"{{hash}}","remote":"198.51.100.1","success":{{(success ? "true" : "false")}},"policy_reject":false}""";
        var response = await client.PostAsync(
            new Uri(server.Address, "/?command=report"),
            new StringContent(body, Encoding.UTF8, "application/json"),
            TestContext.Current.CancellationToken
        );
        return await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
    }

    private sealed class Sink(ConcurrentQueue<string> written) : ILogEventSink
    {
        public void Emit(LogEvent logEvent) => written.Enqueue(logEvent.RenderMessage() + string.Join(' ', logEvent.Properties));
    }

    private sealed class Users : ReceiveActor
    {
        public Users(ConcurrentQueue<Observation> told) =>
            Receive<UserCommands.Decide>(decide =>
            {
                told.Enqueue(decide.Observation);
                Sender.Tell(new Decision(decide.User, decide.RequestId, Verdict.Allow, Verdict.Allow, Rung.Normal, null, 0, []));
            });
    }
}
