using CsCheck;
using Guard.Host.Intake.Routing;
using Guard.Host.Tests.Console;
using Guard.Messages.Identity;
using Guard.Messages.Observations;
using Guard.Messages.Places;
using Xunit;

namespace Guard.Host.Tests.Intake;

/// <summary>A site that strangers guess at, though none of their names is anybody's.</summary>
public sealed class GuessedSitesSpecs
{
    private static readonly SiteId Ours = new("example.com");

    private readonly SteppedClock _clock = new();
    private readonly GuessedSites _guessed;
    private readonly List<GuessedSite> _told = [];

    public GuessedSitesSpecs() => _guessed = new GuessedSites(_clock) { Begun = _told.Add };

    private void Fail(string name, string address, SiteId? site = null, bool isOurs = true, DateTimeOffset? at = null) =>
        _guessed.Add(
            new Login(
                new UserId($"{name}@{site ?? Ours}"),
                at ?? _clock.GetUtcNow(),
                new Place(NetworkAddress.Parse(address), AddressKind.Public, ""),
                ObservationOrigin.None,
                Service.Imap,
                LoginOutcome.UnknownUser
            ),
            site ?? Ours,
            isOurs
        );

    private void Botnet(int failures, DateTimeOffset? at = null)
    {
        for (var i = 0; i < failures; i++)
            Fail($"x{i}", $"203.0.{i % 150}.{i % 7}", at: at);
    }

    [Fact]
    public void A_botnet_whose_addresses_each_fail_twice_is_told_once_with_its_size_and_is_over_an_hour_later()
    {
        Botnet(300);
        Botnet(300);
        var site = Assert.Single(_told);
        Assert.Equal(Ours, site.Site);
        var now = Assert.Single(_guessed.Attacked());
        Assert.Equal(600, now.Failures);
        Assert.InRange(now.Names, 270, 330);
        Assert.InRange(now.Addresses, 120, 330);
        _clock.Step(TimeSpan.FromHours(2));
        Assert.Empty(_guessed.Attacked());
        Botnet(300);
        Assert.Equal(2, _told.Count);
    }

    [Fact]
    public void One_address_one_name_and_some_slips_of_the_finger_are_no_attack_on_a_site()
    {
        for (var i = 0; i < 5000; i++)
            Fail($"x{i}", "203.0.113.9");
        for (var i = 0; i < 5000; i++)
            Fail("old-printer", $"198.51.{i % 100}.7", new SiteId("example.org"));
        for (var i = 0; i < 150; i++)
            Fail($"x{i}", $"198.51.{i}.7", new SiteId("example.net"));
        Assert.Empty(_guessed.Attacked());
        Assert.Empty(_told);
    }

    [Fact]
    public void What_goes_on_all_the_time_is_usual_and_five_times_as_much_is_told_again()
    {
        for (var part = 0; part < 24 * 6 * 5; part++)
        {
            Botnet(70);
            _clock.Step(TimeSpan.FromMinutes(10));
        }
        Assert.Single(_told);
        Assert.Empty(_guessed.Attacked());
        Botnet(4000);
        Assert.Equal(2, _told.Count);
        Assert.InRange(_guessed.Attacked().Single().Usual, 300, 430);
    }

    [Fact]
    public void An_old_log_tells_nothing_of_now()
    {
        Botnet(5000, _clock.GetUtcNow() - TimeSpan.FromDays(30));
        Assert.Empty(_told);
        Assert.Empty(_guessed.Attacked());
    }

    [Fact]
    public void However_many_domains_are_made_up_those_with_accounts_keep_their_counts()
    {
        Botnet(300);
        for (var i = 0; i < 10_000; i++)
            Fail("x", $"203.0.{i % 250}.9", new SiteId($"made-up-{i}.example"), isOurs: false);
        for (var i = 0; i < 1000; i++)
            Fail("x", "203.0.113.9", new SiteId($"ours-{i}.example"));
        Assert.Contains(_guessed.Attacked(), site => site.Site == Ours && site.Failures == 300);
    }

    [Fact]
    public void Whatever_comes_in_whatever_order_counts_never_exceed_what_was_told() =>
        Gen.Select(Gen.Int[0, 40], Gen.Int[0, 400], Gen.Int[0, 20_000])
            .Array[0, 300]
            .Sample(failures =>
            {
                var guessed = new GuessedHour();
                foreach (var (name, address, second) in failures)
                    guessed.Add(second, (ulong)name * 0x9E3779B97F4A7C15, (ulong)address * 0x9E3779B97F4A7C15);
                Assert.InRange(guessed.Failures, 0, failures.Length);
                Assert.InRange(guessed.Names, 0, 60);
            });
}
