using Guard.Actors.Users;
using Guard.Messages.Decisions;
using Guard.Messages.Identity;
using Guard.Messages.Observations;
using Guard.Messages.Policies;
using Xunit;

namespace Guard.Actors.Tests.Behaviour;

/// <summary>Old lists of addresses give a spammer away: many of them do not exist any more.</summary>
public sealed class FailedRecipientsSpecs
{
    private static readonly DateTimeOffset Later = Account.Start.AddDays(60);

    private static Account Deliver(Account account, DateTimeOffset at, DeliveryOutcome outcome, int count)
    {
        for (var i = 0; i < count; i++)
            account.Take(new Delivery(account.State.User, at.AddSeconds(i), ObservationOrigin.None, outcome, 1));
        return account;
    }

    [Fact]
    public void Many_unknown_recipients_are_told_with_their_share_and_the_usual_one()
    {
        var account = Deliver(new Account().KnownFor(60), Later, DeliveryOutcome.Delivered, 12);
        Deliver(account, Later.AddMinutes(1), DeliveryOutcome.UnknownRecipient, 12).Send(Later.AddMinutes(2), "GB");
        var reason = Assert.Single(account.Last.Reasons, reason => reason.Code == ReasonCodes.FailedRecipients);
        Assert.InRange(reason.Value, 0.45, 0.55);
        Assert.InRange(reason.Usual, 0, 0.06);
        Assert.True(account.Last.Score >= 10, $"{account.Last.Score}");
        var status = UserDescription.Of(account.State, new SiteId("example.com"), Account.Example, Rung.Normal, Later.AddMinutes(2));
        Assert.InRange(status.FailedRecipients.Now, 0.45, 0.55);
        Assert.InRange(status.FailedRecipients.Of, 23, 24);
        Assert.Equal(12, status.Totals.Bounced);
    }

    [Fact]
    public void Spam_that_others_refuse_is_no_unknown_recipient_and_two_typing_errors_are_nothing()
    {
        var account = Deliver(new Account().KnownFor(60), Later, DeliveryOutcome.Bounced, 20);
        Deliver(account, Later.AddMinutes(1), DeliveryOutcome.UnknownRecipient, 2).Send(Later.AddMinutes(2), "GB");
        Assert.DoesNotContain(account.Last.Reasons, reason => reason.Code == ReasonCodes.FailedRecipients);
    }

    [Fact]
    public void An_account_whose_lists_are_always_old_is_not_told_of_every_time()
    {
        var account = new Account().KnownFor(60);
        for (var day = 0; day < 30; day++)
        {
            Deliver(account, Later.AddDays(day), DeliveryOutcome.UnknownRecipient, 6);
            Deliver(account, Later.AddDays(day).AddMinutes(1), DeliveryOutcome.Delivered, 24);
        }
        account.Send(Later.AddDays(29).AddMinutes(3), "GB");
        Assert.DoesNotContain(account.Last.Reasons, reason => reason.Code == ReasonCodes.FailedRecipients);
    }

    [Fact]
    public void With_time_it_is_forgotten()
    {
        var account = Deliver(new Account().KnownFor(60), Later, DeliveryOutcome.UnknownRecipient, 12).Send(Later.AddDays(4), "GB");
        Assert.DoesNotContain(account.Last.Reasons, reason => reason.Code == ReasonCodes.FailedRecipients);
    }

    [Theory]
    [InlineData(3, 100)]
    [InlineData(10, 400)]
    public void From_the_webmail_s_own_address_a_bought_list_is_restricted_and_a_newsletter_to_an_old_one_is_not(int everyUnknown, int passed)
    {
        var account = new Account().KnownFor(60);
        // A newsletter's account: it sent such a one before, as its owner said.
        for (var i = 0; i < 130; i++)
            account.Send(Later.AddDays(-7).AddSeconds(6 * i), "GB", network: 4);
        account.Told(UserAdministration.Absolve(account.State, Later.AddDays(-6)));
        var through = 0;
        for (var i = 0; i < 400; i++)
        {
            var at = Later.AddSeconds(6 * i);
            if (account.Send(at, "GB", network: 4).Refused)
                continue;
            through++;
            var outcome = i % everyUnknown == 0 ? DeliveryOutcome.UnknownRecipient : DeliveryOutcome.Delivered;
            account.Take(new Delivery(account.State.User, at.AddSeconds(1), ObservationOrigin.None, outcome, 1));
        }
        Assert.InRange(through, passed == 400 ? 400 : 1, passed);
    }
}
