using CsCheck;
using Guard.Actors.Behaviour;
using Guard.Messages.Observations;
using Guard.Messages.Places;
using Guard.Messages.Policies;
using Guard.Messages.Users;
using Xunit;

namespace Guard.Actors.Tests.Behaviour;

/// <summary>Networks prove themselves by use; until then further mails from them add up.</summary>
public sealed class UnprovenNetworkSpecs
{
    private const uint Provider = 2856;

    private static readonly GuardPolicy NoQuotas = GuardPolicy.Default;
    private static readonly DateTimeOffset Later = Account.Start.AddDays(121).AddHours(1);

    private static Place At(string address) => new(NetworkAddress.Parse(address), AddressKind.Public, "GB", Asn: Provider);

    /// <summary>Four months at one provider, from one /16.</summary>
    private static Account Known()
    {
        var account = new Account(NoQuotas);
        for (var day = 0; day < 120; day++)
        {
            var at = Account.Start.AddDays(day);
            Read(account, at, "86.130.4.7");
            for (var mail = 0; mail < 4; mail++)
                Send(account, at.AddMinutes(10 + mail * 20), "86.130.4.7", 1);
        }
        return account;
    }

    private static void Read(Account account, DateTimeOffset at, string address) =>
        account.Take(new Login(account.State.User, at, At(address), ObservationOrigin.None, Service.Imap, LoginOutcome.Succeeded));

    private static void Send(Account account, DateTimeOffset at, string address, int recipients) =>
        account.Take(new Submission(account.State.User, at, At(address), ObservationOrigin.None, recipients, 1000, ""));

    [Fact]
    public void A_burst_from_a_bot_of_the_owners_own_provider_is_restricted_within_thirty_mails()
    {
        var account = Known();
        var mails = 0;
        while (account.Rung < Rung.Restricted && mails < 200)
            Send(account, Later.AddSeconds(5 * mails++), "86.177.3.3", 1);
        Assert.InRange(mails, 3, 30);
    }

    [Fact]
    public void The_same_burst_from_the_owners_own_network_reports_at_most()
    {
        var account = Known();
        for (var mail = 0; mail < 110; mail++)
            Send(account, Later.AddSeconds(5 * mail), "86.130.4.7", 1);
        Assert.True(account.Highest <= Rung.Reported);
    }

    [Fact]
    public void A_new_network_of_the_provider_where_mail_was_read_first_may_send_a_newsletter()
    {
        var account = Known();
        Read(account, Later.AddHours(-3), "86.177.3.3");
        Read(account, Later.AddHours(-1), "86.177.3.3");
        for (var mail = 0; mail < 100; mail++)
            Send(account, Later.AddSeconds(5 * mail), "86.177.3.3", 10);
        Assert.True(account.Highest <= Rung.Reported);
    }

    [Fact]
    public void One_mail_to_many_from_a_trip_restricts_nothing()
    {
        var account = new Account(NoQuotas).KnownFor(120);
        account.Login(Later, "FR").Send(Later.AddMinutes(5), "FR", 40);
        Assert.True(account.Highest <= Rung.Reported);
    }

    [Fact]
    public void A_burst_never_speaks_for_itself_as_a_bulk_senders_habit()
    {
        var peak = default(BulkPeak).See(100, 900);
        Assert.Equal(0, peak.At(100));
        Assert.Equal(900, peak.At(101));
        Assert.Equal(0, peak.Forget().At(101));
        Assert.Equal(900, peak.See(101, 5).Forget().At(102));
    }

    [Fact]
    public void Addresses_that_share_the_guessing_are_blocked_though_each_fails_seldom()
    {
        var account = new Account(NoQuotas).KnownFor(60);
        for (var i = 0; i < 1500; i++)
            account.Login(Later.AddSeconds(i * 40), "RO", Service.Smtp, LoginOutcome.WrongPassword, i % 6);
        Assert.Equal(Rung.Normal, account.Highest);
        Assert.Equal(6, account.Events.OfType<AddressBlockOrdered>().Select(block => block.Address).Distinct().Count());
    }

    [Fact]
    public void An_old_device_abroad_that_goes_on_with_a_former_password_is_not_blocked()
    {
        var account = new Account(NoQuotas).KnownFor(60);
        account.Login(Account.Start.AddDays(61), "FR", Service.Imap);
        for (var i = 0; i < 300; i++)
            account.Login(Account.Start.AddDays(61).AddMinutes(10 + i * 3), "FR", Service.Imap, LoginOutcome.WrongPassword);
        Assert.DoesNotContain(account.Events, change => change is AddressBlockOrdered);
    }

    [Fact]
    public void An_old_device_abroad_whose_carrier_moves_it_every_hour_is_not_blocked()
    {
        var account = new Account(NoQuotas).KnownFor(60);
        for (var i = 0; i < 500; i++)
            account.Login(Later.AddMinutes(5 * i), "FR", Service.Imap, LoginOutcome.WrongPassword, i / 12);
        Assert.DoesNotContain(account.Events, change => change is AddressBlockOrdered);
    }

    [Fact]
    public void While_an_account_stands_at_blocked_its_owners_other_lines_are_not_blocked_for_it()
    {
        var account = new Account(NoQuotas).KnownFor(60);
        account.Told([new ReactionChanged(Later, Rung.Normal, Rung.Blocked, Later.AddDays(1), 50, default, "BR", [])]);
        var before = account.Events.OfType<AddressBlockOrdered>().Count();
        for (var network = 40; network < 60; network++)
            account.Login(Later.AddHours(2).AddMinutes(network), "GB", network: network);
        Assert.Equal(before, account.Events.OfType<AddressBlockOrdered>().Count());
        for (var i = 0; i < 10; i++)
            account.Send(Later.AddHours(4).AddSeconds(i), "VN", 3);
        Assert.Equal(before + 1, account.Events.OfType<AddressBlockOrdered>().Count());
    }

    [Fact]
    public void Mails_to_people_it_writes_to_are_the_owners_though_the_mailbox_was_not_opened_there()
    {
        Assert.InRange(Unread(i => i % 4) / Unread(i => 100 + i), 0.4, 0.6);

        double Unread(Func<int, int> recipient)
        {
            var account = new Account(NoQuotas).KnownFor(60);
            for (var i = 0; i < 4; i++)
                account.Take(Told(Later.AddDays(-1), i));
            for (var i = 0; i < 8; i++)
                account.Take(Told(Later.AddMinutes(20 * i + 1), recipient(i))).Send(Later.AddMinutes(20 * i), "GB", network: 77);
            return account.Last.Reasons.Where(reason => reason.Code == Messages.Decisions.ReasonCodes.SendsUnread).Sum(reason => reason.Bits);

            Delivery Told(DateTimeOffset at, int number) =>
                new(account.State.User, at, ObservationOrigin.None, DeliveryOutcome.Delivered, 1) { Recipient = 0x9E3779B97F4A7C15UL * (ulong)(number + 1) };
        }
    }

    [Fact]
    public void Surprise_is_never_negative_grows_with_the_amount_and_fades_with_time() =>
        Gen.Select(Gen.Double[0.1, 500], Gen.Double[0.1, 50], Gen.Int[0, 100_000])
            .Sample(
                (amount, expected, later) =>
                {
                    var bits = UnprovenSending.Surprise(amount, expected);
                    Assert.True(bits >= 0);
                    Assert.True(UnprovenSending.Surprise(amount + 1, expected) >= bits);
                    Assert.True(UnprovenSending.Surprise(amount, expected + 1) <= bits);
                    var sending = default(UnprovenSending).Add(1000, amount);
                    Assert.True(sending.InHour(1000 + later) <= sending.InHour(1000));
                    Assert.True(sending.InDay(1000 + later) >= sending.InHour(1000 + later) - 1e-3);
                }
            );
}
