using System.Net;
using Akka.Actor;
using Akka.Configuration;
using Guard.Host.Configuration;
using Guard.Host.Intake;
using Guard.Host.Node.Health;
using Guard.Host.Running;
using Guard.Host.Web;
using Guard.Host.Web.Modules;
using Xunit;

namespace Guard.Host.Tests.Telemetry;

/// <summary>When a node is not ready, and who may read its metrics.</summary>
public sealed class HealthSpecs
{
    [Fact]
    public void A_log_that_is_behind_and_stands_still_is_stuck_and_one_that_goes_on_is_not()
    {
        var time = new SteppedTime();
        var progress = new IntakeProgress(time);
        var log = new IntakeReading("mail.log", "log", Lines: 10, BehindBytes: 100);
        Assert.True(progress.Look([log]).Single().Good);
        time.Step(IntakeProgress.StuckAfter / 2);
        Assert.True(progress.Look([log with { Lines = 11 }]).Single().Good);
        time.Step(IntakeProgress.StuckAfter * 0.9);
        Assert.True(progress.Look([log with { Lines = 11 }]).Single().Good);
        time.Step(IntakeProgress.StuckAfter * 0.2);
        Assert.False(progress.Look([log with { Lines = 11 }]).Single().Good);
        Assert.True(progress.Look([log with { Lines = 12 }]).Single().Good);
        // One that has nothing to read may stand still for ever.
        time.Step(IntakeProgress.StuckAfter * 10);
        Assert.True(progress.Look([log with { Lines = 12, BehindBytes = 0 }]).Single().Good);
        Assert.Equal(FindingLevel.Ok, progress.Look([new IntakeReading("127.0.0.1:10031", "postfix-policy")]).Single().Level);
    }

    [Fact]
    public async Task A_database_that_cannot_be_written_is_noticed_though_nobody_writes()
    {
        // Nobody listens at port 1.
        var settings = new PersistenceSettings(PersistenceEngine.Postgres, "", "full", "Host=127.0.0.1;Port=1;Username=nobody", 64, 500);
        var system = ActorSystem.Create("probing", ConfigurationFactory.ParseString("akka.loglevel = OFF").WithFallback(PersistenceConfiguration.Of(settings)));
        var probe = system.ActorOf(JournalProbe.Props("here", 0));
        await Eventually.Is(async () =>
        {
            var state = await probe.Ask<JournalProbe.State>(JournalProbe.GetState.Instance, TimeSpan.FromMinutes(1), TestContext.Current.CancellationToken);
            Assert.Null(state.Ago);
            return state.Failure.Contains("127.0.0.1:1", StringComparison.Ordinal);
        });
        await system.Terminate();
    }

    [Fact]
    public async Task With_a_token_metrics_are_for_whoever_has_it()
    {
        using var metrics = new MetricsModule(new TelemetrySettings(null, MetricsAccess.Token, "sesame"));
        await using var server = await WebServer.StartAsync(new IPEndPoint(IPAddress.Loopback, 0), [metrics]);
        using var client = new HttpClient { BaseAddress = server.Address };
        Assert.Equal(HttpStatusCode.Unauthorized, await Get(null));
        Assert.Equal(HttpStatusCode.Unauthorized, await Get("Bearer sesamE"));
        Assert.Equal(HttpStatusCode.OK, await Get("Bearer sesame"));

        async Task<HttpStatusCode> Get(string? authorization)
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, "/metrics");
            request.Headers.TryAddWithoutValidation("Authorization", authorization);
            using var answer = await client.SendAsync(request, TestContext.Current.CancellationToken);
            return answer.StatusCode;
        }
    }

    [Fact]
    public async Task Switched_off_there_are_no_metrics()
    {
        using var metrics = new MetricsModule(new TelemetrySettings(null, MetricsAccess.Off, ""));
        await using var server = await WebServer.StartAsync(new IPEndPoint(IPAddress.Loopback, 0), [metrics]);
        using var client = new HttpClient { BaseAddress = server.Address };
        using var answer = await client.GetAsync("/metrics", TestContext.Current.CancellationToken);
        Assert.Equal(HttpStatusCode.NotFound, answer.StatusCode);
    }

    [Fact]
    public void Mistakes_in_the_settings_are_told()
    {
        var loaded = GuardConfiguration.Load(
            null,
            new Dictionary<string, string> { ["accountguard.telemetry.prometheus.access"] = "token", ["accountguard.telemetry.otlp.endpoint"] = "collector" }
        );
        Assert.Null(loaded.Settings);
        Assert.Contains(loaded.Faults, fault => fault.ToString().Contains("telemetry.prometheus.token", StringComparison.Ordinal));
        Assert.Contains(loaded.Faults, fault => fault.ToString().Contains("telemetry.otlp.endpoint", StringComparison.Ordinal));
    }

    private sealed class SteppedTime : TimeProvider
    {
        private TimeSpan _now;

        public override long TimestampFrequency => TimeSpan.TicksPerSecond;

        public void Step(TimeSpan by) => _now += by;

        public override long GetTimestamp() => _now.Ticks;
    }
}
