using Akka.Actor;
using Akka.TestKit;
using Guard.Host.Running;
using Microsoft.Extensions.Hosting.Systemd;
using Xunit;

namespace Guard.Host.Tests.Running;

/// <summary>What systemd is told, and when a node has nothing more to drain.</summary>
public sealed class WatchdogSpecs : Akka.TestKit.Xunit.TestKit, ISystemdNotifier
{
    private static readonly TimeSpan Every = TimeSpan.FromSeconds(20);

    public WatchdogSpecs()
        : base("akka.scheduler.implementation = \"Akka.TestKit.TestScheduler, Akka.TestKit\"") { }

    bool ISystemdNotifier.IsEnabled => true;

    void ISystemdNotifier.Notify(ServiceState state) => TestActor.Tell(state.ToString());

    [Fact]
    public void Systemd_hears_of_it_at_once_and_then_every_third_of_what_it_waits()
    {
        var cancel = TestContext.Current.CancellationToken;
        Sys.ActorOf(Watchdog.Props(this, Every)).Tell(new Identify(null));
        ExpectMsg<ActorIdentity>(cancellationToken: cancel);
        var scheduler = (TestScheduler)Sys.Scheduler;
        scheduler.Advance(TimeSpan.FromTicks(1));
        ExpectMsg("WATCHDOG=1", cancellationToken: cancel);
        scheduler.Advance(Every);
        ExpectMsg("WATCHDOG=1", cancellationToken: cancel);
        scheduler.Advance(Every / 2);
        ExpectNoMsg(TimeSpan.Zero, cancel);
    }

    [Theory]
    [InlineData("60000000", null, 20.0)]
    [InlineData("60000000", "7", 20.0)]
    [InlineData("60000000", "8", null)]
    [InlineData("0", null, null)]
    [InlineData("soon", null, null)]
    [InlineData(null, "7", null)]
    public void It_tells_when_systemd_waits_for_this_process(string? microseconds, string? process, double? seconds)
    {
        var variables = new Dictionary<string, string?> { ["WATCHDOG_USEC"] = microseconds, ["WATCHDOG_PID"] = process };
        Assert.Equal(seconds is { } every ? TimeSpan.FromSeconds(every) : null, Watchdog.Interval(variables.GetValueOrDefault, 7));
    }

    [Fact]
    public void A_node_that_was_given_up_drains_nothing_and_one_that_leaves_or_is_stopped_does()
    {
        Assert.True(GuardNode.IsOut(CoordinatedShutdown.ClusterDowningReason.Instance));
        Assert.True(GuardNode.IsOut(CoordinatedShutdown.ActorSystemTerminateReason.Instance));
        Assert.False(GuardNode.IsOut(CoordinatedShutdown.ClusterLeavingReason.Instance));
        Assert.False(GuardNode.IsOut(CoordinatedShutdown.ClrExitReason.Instance));
    }
}
