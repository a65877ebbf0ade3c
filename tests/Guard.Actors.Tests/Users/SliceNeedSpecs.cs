using Guard.Actors.Users;
using Guard.Messages.Identity;
using Guard.Messages.Observations;
using Guard.Messages.Policies;
using Guard.Messages.Users;
using Xunit;

namespace Guard.Actors.Tests.Users;

/// <summary>What an account asks its site for before a mail is decided: all that is charged, as soon as one of it is short, and nothing when the slice holds it.</summary>
public sealed class SliceNeedSpecs
{
    private const int Charge = 7;
    private static readonly DateTimeOffset At = Account.Start;

    private static readonly GuardPolicy Policy = GuardPolicy.Default with
    {
        Quotas =
        [
            new Quota(TimeSpan.FromDays(1), QuotaUnit.Recipients, 100, Of: QuotaScope.Site),
            new Quota(TimeSpan.FromDays(1), QuotaUnit.Mails, 100, Of: QuotaScope.Site),
        ],
    };

    private static UserTerms Terms => UserTerms.Of(Policy, Policy, Rung.Normal);

    private static string[] Keys => [.. Terms.SiteQuotas.Select(quota => quota.Key)];

    private static Submission Mail(ObservationOrigin? origin = null, string queueId = "A1") =>
        new(new UserId("info@example.com"), At, Account.In("GB"), origin ?? ObservationOrigin.None, Charge, 1000, queueId);

    private static SliceAmount[] Needs(long recipients, long mails, double seconds)
    {
        var state = new UserState(Mail().User)
        {
            Slice = new Slice("l", At.AddSeconds(seconds).ToUnixTimeMilliseconds(), [new SliceAmount(Keys[0], recipients), new SliceAmount(Keys[1], mails)]),
        };
        return [.. UserDecider.SiteNeeds(state, Mail(), Terms)];
    }

    [Theory]
    [InlineData(Charge, 1, 1)]
    [InlineData(Charge + 1, 5, 0.001)]
    public void A_slice_that_holds_all_of_it_needs_nothing(long recipients, long mails, double seconds) => Assert.Empty(Needs(recipients, mails, seconds));

    [Theory]
    [InlineData(Charge - 1, 1, 1)]
    [InlineData(Charge, 0, 1)]
    [InlineData(0, 0, 1)]
    [InlineData(Charge, 1, 0)]
    [InlineData(Charge, 1, -1)]
    public void What_is_short_or_over_is_asked_for_with_all_that_is_charged(long recipients, long mails, double seconds) =>
        Assert.Equal([new SliceAmount(Keys[0], Charge), new SliceAmount(Keys[1], 1)], Needs(recipients, mails, seconds));

    [Fact]
    public void What_was_told_already_and_what_no_site_limits_needs_nothing()
    {
        var account = new Account(GuardPolicy.Default);
        account.Take(Mail());
        Assert.NotEmpty(UserDecider.SiteNeeds(account.State, Mail(new ObservationOrigin("log", 1), "B2"), Terms));
        Assert.Empty(UserDecider.SiteNeeds(account.State, Mail(new ObservationOrigin("log", 1)), Terms));
        Assert.Empty(UserDecider.SiteNeeds(new UserState(Mail().User), Mail(), UserTerms.Of(GuardPolicy.Default, GuardPolicy.Default, Rung.Normal)));
    }
}
