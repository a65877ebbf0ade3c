using System.Net;
using Guard.Host.Web.Security;
using Xunit;

namespace Guard.Host.Tests.Console;

public sealed class SignInThrottleSpecs
{
    private static readonly IPAddress Attacker = IPAddress.Parse("203.0.113.9");
    private static readonly IPAddress Home = IPAddress.Parse("192.0.2.7");

    private readonly SteppedClock _clock = new();

    [Fact]
    public void A_few_failures_are_free_then_each_try_waits_longer()
    {
        var throttle = new SignInThrottle(_clock);
        for (var failure = 0; failure < 5; failure++)
        {
            Assert.Equal(TimeSpan.Zero, throttle.Wait("ANNA", Attacker, null));
            throttle.Failed("ANNA", Attacker, null);
        }
        var first = throttle.Wait("ANNA", Attacker, null);
        _clock.Step(first);
        Assert.Equal(TimeSpan.Zero, throttle.Wait("ANNA", Attacker, null));
        throttle.Failed("ANNA", Attacker, null);
        Assert.True(throttle.Wait("ANNA", Attacker, null) > first);
    }

    [Fact]
    public void Failures_from_elsewhere_never_make_the_owner_wait()
    {
        var throttle = new SignInThrottle(_clock);
        for (var failure = 0; failure < 1000; failure++)
            throttle.Failed("ANNA", Attacker, null);
        Assert.True(throttle.Wait("ANNA", Attacker, null) > TimeSpan.FromMinutes(10));
        Assert.Equal(TimeSpan.Zero, throttle.Wait("ANNA", Home, null));
    }

    [Fact]
    public void A_known_browser_has_a_count_of_its_own_even_behind_the_attackers_address()
    {
        var throttle = new SignInThrottle(_clock);
        for (var failure = 0; failure < 1000; failure++)
            throttle.Failed("ANNA", Attacker, null);
        Assert.Equal(TimeSpan.Zero, throttle.Wait("ANNA", Attacker, "known"));
    }

    [Fact]
    public void One_network_that_tries_many_names_is_slowed_down_too()
    {
        var throttle = new SignInThrottle(_clock);
        for (var name = 0; name < 60; name++)
            throttle.Failed($"NAME{name}", Attacker, null);
        Assert.True(throttle.Wait("SOMEBODY", Attacker, null) > TimeSpan.Zero);
    }

    [Fact]
    public void An_IPv6_attacker_cannot_move_within_his_own_64()
    {
        var throttle = new SignInThrottle(_clock);
        for (var host = 1; host <= 20; host++)
            throttle.Failed("ANNA", IPAddress.Parse($"2001:db8:1:2::{host:x}"), null);
        Assert.True(throttle.Wait("ANNA", IPAddress.Parse("2001:db8:1:2::ffff"), null) > TimeSpan.Zero);
        Assert.Equal(TimeSpan.Zero, throttle.Wait("ANNA", IPAddress.Parse("2001:db8:1:3::1"), null));
    }

    [Fact]
    public void A_success_and_an_hour_of_rest_clear_the_count()
    {
        var throttle = new SignInThrottle(_clock);
        for (var failure = 0; failure < 8; failure++)
            throttle.Failed("ANNA", Home, null);
        throttle.Succeeded("ANNA", Home, null);
        Assert.Equal(TimeSpan.Zero, throttle.Wait("ANNA", Home, null));
        for (var failure = 0; failure < 8; failure++)
            throttle.Failed("BOB", Home, null);
        _clock.Step(TimeSpan.FromHours(2));
        Assert.Equal(TimeSpan.Zero, throttle.Wait("BOB", Home, null));
    }
}

/// <summary>A clock that goes on when told to.</summary>
internal sealed class SteppedClock : TimeProvider
{
    private DateTimeOffset _now = new(2026, 3, 1, 12, 0, 0, TimeSpan.Zero);

    public override DateTimeOffset GetUtcNow() => _now;

    public void Step(TimeSpan time) => _now += time;
}
