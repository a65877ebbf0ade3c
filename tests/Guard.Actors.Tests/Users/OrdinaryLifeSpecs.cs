using Guard.Messages.Observations;
using Guard.Messages.Policies;
using Xunit;

namespace Guard.Actors.Tests.Users;

/// <summary>Whom the guard must never trouble.</summary>
public sealed class OrdinaryLifeSpecs
{
    [Fact]
    public void A_poller_that_logs_in_every_minute_is_never_noticed()
    {
        var account = new Account(Account.Example with { Quotas = [] });
        for (var minute = 0; minute < 30 * 1440; minute += 3)
            account.Login(Account.Start.AddMinutes(minute), "GB");
        Assert.Equal(Rung.Normal, account.Highest);
    }

    [Fact]
    public void A_phone_on_ever_new_networks_of_its_country_is_never_noticed()
    {
        var account = new Account();
        for (var day = 0; day < 90; day++)
        {
            for (var hour = 8; hour < 20; hour += 3)
                account.Login(Account.Start.Date.AddDays(day).AddHours(hour), "GB", Service.Imap, network: (day * 7 + hour) % 256);
            account.Send(Account.Start.Date.AddDays(day).AddHours(12), "GB", 2, (day * 7 + 12) % 256);
        }
        Assert.Equal(Rung.Normal, account.Highest);
    }

    [Fact]
    public void The_first_newsletter_from_home_restricts_nobody()
    {
        var account = new Account().KnownFor(120);
        var at = Account.Start.AddDays(121);
        for (var i = 0; i < 8; i++)
            account.Send(at.AddMinutes(i), "GB", 40, 3);
        Assert.True(account.Highest <= Rung.Reported);
        Assert.False(account.Refused);
    }
}
