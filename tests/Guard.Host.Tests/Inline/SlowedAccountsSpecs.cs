using Guard.Actors.Policies.Geography;
using Guard.Host.Intake.Inline;
using Guard.Host.Intake.PostfixPolicy;
using Guard.Host.Tests.DovecotAuthPolicy;
using Guard.Messages.Identity;
using Guard.Messages.Places;
using Xunit;

namespace Guard.Host.Tests.Inline;

/// <summary>Guessing through the installation's own webmail: the account's attempts wait, the host is never shut out.</summary>
public sealed class SlowedAccountsSpecs
{
    private static readonly UserId Anna = new("anna@example.com");
    private static readonly NetworkAddress Webmail = NetworkAddress.Parse("192.0.2.25");

    private readonly ManualClock _clock = new();
    private readonly SlowedAccounts _slowed;

    public SlowedAccountsSpecs() => _slowed = new SlowedAccounts([NetworkPrefix.TryParse("192.0.2.25", out var own) ? own : default], _clock, 100);

    [Theory]
    [InlineData("192.0.2.25")]
    [InlineData("127.0.0.1")]
    [InlineData("::1")]
    public void From_the_own_webmail_each_wrong_password_lets_the_next_attempt_wait_longer(string address)
    {
        var webmail = NetworkAddress.Parse(address);
        for (var i = 0; i < SlowedAccounts.Tolerated; i++)
            _slowed.Failed(Anna, webmail);
        Assert.Equal(TimeSpan.Zero, _slowed.DelayOf(Anna, webmail));
        var delays = Enumerable
            .Range(0, 6)
            .Select(_ =>
            {
                _slowed.Failed(Anna, webmail);
                return _slowed.DelayOf(Anna, webmail).TotalSeconds;
            });
        Assert.Equal([1, 2, 4, 8, 15, 15], delays);
        Assert.Equal(TimeSpan.Zero, _slowed.DelayOf(new UserId("bert@example.com"), webmail));
    }

    [Fact]
    public void It_ends_with_a_login_or_an_hour_later_and_concerns_no_other_address()
    {
        for (var i = 0; i < 20; i++)
            _slowed.Failed(Anna, Webmail);
        Assert.Equal(TimeSpan.Zero, _slowed.DelayOf(Anna, NetworkAddress.Parse("203.0.113.9")));
        _clock.Advance(TimeSpan.FromMinutes(61));
        Assert.Equal(TimeSpan.Zero, _slowed.DelayOf(Anna, Webmail));
        for (var i = 0; i < 20; i++)
            _slowed.Failed(Anna, Webmail);
        _slowed.Succeeded(Anna);
        Assert.Equal(TimeSpan.Zero, _slowed.DelayOf(Anna, Webmail));
        _slowed.Failed(Anna, NetworkAddress.Parse("203.0.113.9"));
        Assert.Equal(TimeSpan.Zero, _slowed.DelayOf(Anna, Webmail));
    }

    [Fact]
    public void However_many_names_are_tried_it_stays_bounded()
    {
        for (var i = 0; i < 10_000; i++)
            _slowed.Failed(new UserId($"name{i}@example.com"), Webmail);
        Assert.Equal(TimeSpan.Zero, _slowed.DelayOf(new UserId("name1@example.com"), Webmail));
    }

    [Theory]
    [InlineData("127.0.0.1", 10025, "", true)]
    [InlineData("::1", 10026, "", true)]
    [InlineData("127.0.0.1", 25, "", false)]
    [InlineData("127.0.0.1", 10025, "anna@example.com", false)]
    [InlineData("192.0.2.7", 10025, "", false)]
    public void What_a_content_filter_of_this_machine_hands_back_is_not_asked_about_again(string client, int port, string login, bool handedBack) =>
        Assert.Equal(
            handedBack,
            PolicyDecisions.IsHandedBack(
                new PolicyRequest
                {
                    ClientAddress = NetworkAddress.Parse(client),
                    ServerPort = port,
                    SaslUsername = login,
                }
            )
        );
}
