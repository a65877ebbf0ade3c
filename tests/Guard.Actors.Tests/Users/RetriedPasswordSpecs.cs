using Guard.Messages.Identity;
using Guard.Messages.Observations;
using Guard.Messages.Policies;
using Guard.Messages.Users;
using Xunit;

namespace Guard.Actors.Tests.Users;

public sealed class RetriedPasswordSpecs
{
    private static readonly UserId User = new("info@example.com");

    private static Login Failed(DateTimeOffset at, LoginOutcome outcome, string country = "FR") =>
        new(User, at, Account.In(country), ObservationOrigin.None, Service.Imap, outcome);

    private static (Account Account, int Blocks) Repeat(LoginOutcome outcome)
    {
        var account = new Account();
        var start = Account.Start.AddDays(40);
        // Every five minutes for twelve hours, as a mail program does that still has a former password.
        for (var i = 0; i < 144; i++)
            account.Take(Failed(start.AddMinutes(5 * i), outcome));
        return (account, account.Events.OfType<AddressBlockOrdered>().Count());
    }

    [Fact]
    public void A_device_that_repeats_an_old_password_for_hours_is_no_guesser_and_its_address_is_not_blocked()
    {
        var (account, blocks) = Repeat(LoginOutcome.RetriedPassword);
        Assert.Equal(0, blocks);
        Assert.Equal(144, account.State.Totals.Failures);
        Assert.Equal(Rung.Normal, account.State.Reaction.Rung);
    }

    [Fact]
    public void As_many_different_passwords_from_there_block_it() => Assert.True(Repeat(LoginOutcome.WrongPassword).Blocks > 0);

    [Fact]
    public void What_its_log_tells_of_the_same_try_counts_once_and_not_as_a_guess()
    {
        var account = new Account();
        var at = Account.Start.AddDays(40);
        account.Take(Failed(at, LoginOutcome.RetriedPassword));
        account.Take(Failed(at.AddSeconds(2), LoginOutcome.WrongPassword) with { Origin = new ObservationOrigin("/var/log/mail.log", 7) });
        Assert.Equal(1, account.State.Totals.Failures);
    }
}
