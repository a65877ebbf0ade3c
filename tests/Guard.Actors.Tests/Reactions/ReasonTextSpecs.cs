using Guard.Actors.Reactions;
using Guard.Messages.Decisions;
using Xunit;

namespace Guard.Actors.Tests.Reactions;

/// <summary>The words of each reason, as admins read them in reports, in explain and in the console.</summary>
public sealed class ReasonTextSpecs
{
    public static TheoryData<string, string, string> Words =>
        new()
        {
            { ReasonCodes.NewCountry, "RO", "used from Romania, never seen in 5 days of activity" },
            { ReasonCodes.RareCountry, "RO", "used from Romania, seen on 3 of 5 days" },
            { ReasonCodes.NewNetwork, "192.0.2.0/24", "network 192.0.2.0/24 was never used in 5 days of activity" },
            { ReasonCodes.SuspiciousPlace, "RO", "Romania is on the suspicious list" },
            { ReasonCodes.AnonymousNetwork, "Tor", "an anonymising network (tor)" },
            { ReasonCodes.ManyCountries, "", "3 strange countries within an hour; usual is 5" },
            { ReasonCodes.ManyNetworks, "", "3 strange networks within an hour; usual is 5" },
            { ReasonCodes.TravelSpeed, "", "3 km/h since the last place; nobody travels faster than 5" },
            { ReasonCodes.OwnerElsewhere, "RO", "used from Romania and from the owner's own line within 3 minutes; the way takes at least 5" },
            { ReasonCodes.SendsUnread, "", "3 mails sent from networks where the mailbox was never opened; so it was on 5 days before" },
            { ReasonCodes.NewService, "ftp", "ftp was never used in 5 days of activity" },
            { ReasonCodes.UnusualHour, "", "active at 3 h UTC, which is unusual" },
            { ReasonCodes.FailuresBefore, "", "3 failed logins from the same network just before" },
            { ReasonCodes.LoginRate, "hour", "3 logins in this hour; usual are 5" },
            { ReasonCodes.MailRate, "hour", "3 mails in this hour; usual are 5" },
            { ReasonCodes.RecipientRate, "hour", "3 recipients in this hour; usual are 5" },
            { ReasonCodes.FailedRecipients, "", "300 % of recipients do not exist; usual are 500 %" },
            { ReasonCodes.Listed, "tor-exits", "the address stands on the list tor-exits" },
            { ReasonCodes.LargeMail, "", "one mail to 3 recipients; the most before were 5" },
            { ReasonCodes.FreshRecipients, "", "3 recipients today to whom the account never wrote; the most on a day before were 5" },
            { ReasonCodes.NewSender, "", "sent under an address that the account never used as sender" },
            { ReasonCodes.SpamRefusals, "", "300 % of recipients' servers refuse it as spam; usual are 500 %" },
            { ReasonCodes.QuotaExceeded, "5 mails per 1d", "3 would exceed the quota of 5 mails per 1d" },
            { ReasonCodes.SiteQuotaExceeded, "5 mails per 1d", "the site's quota of 5 mails per 1d is used up" },
            { ReasonCodes.ForbiddenPlace, "imap RO", "imap RO: the policy does not allow this service from there" },
            { ReasonCodes.AccountLocked, "", "the account is locked" },
            { ReasonCodes.SiteReaction, "", "the whole site is locked" },
            { ReasonCodes.AccountsAtOnce, "", "3 accounts of the site were restricted or worse within an hour" },
            {
                ReasonCodes.SameTurn,
                "",
                "3 accounts of the site sent mail from countries where they never were, within an hour and without opening their mailboxes"
            },
            {
                ReasonCodes.SiteSendsStrange,
                "",
                "the same turn as at other accounts of the site: a first mail from a country never seen, the mailbox not opened"
            },
            {
                ReasonCodes.SameTurnAtSites,
                "",
                "accounts of 3 sites sent mail from countries where they never were, within an hour and without opening their mailboxes; 5 a day are usual"
            },
            { ReasonCodes.SitesSendStrange, "", "the same turn as at accounts of other sites: a first mail from a country never seen, the mailbox not opened" },
            { ReasonCodes.BruteForce, "192.0.2.1", "3 failed logins from 192.0.2.1; 5 are tolerated" },
            { ReasonCodes.Besieged, "192.0.2.1", "logins failed from 3 networks within a day, now from 192.0.2.1, where the owner never was" },
            { ReasonCodes.GuessedAccounts, "192.0.2.1", "logins failed for 3 different names from 192.0.2.1; 5 are tolerated" },
            { ReasonCodes.NetworkGuessing, "192.0.2.0/24", "3 failed logins from addresses of 192.0.2.0/24; 5 are tolerated" },
            { ReasonCodes.StrangersGuessing, "192.0.2.1", "logins failed for 3 different names from 192.0.2.1, where nobody logs in; 5 are tolerated there" },
            { ReasonCodes.StrangersBlocked, "2001:db8::/48", "3 parts of 2001:db8::/48 guessed, and nobody logs in from it" },
            { ReasonCodes.Learning, "", "the account is not known long enough to judge" },
            { ReasonCodes.TimeIsUp, "", "the time is up" },
            { ReasonCodes.Released, "", "released by an admin" },
            { ReasonCodes.Absolved, "", "absolved by an admin: it was the owner" },
            { ReasonCodes.Confirmed, "", "confirmed as an attack by an admin" },
            { ReasonCodes.Forgotten, "", "the account was forgotten" },
            { ReasonCodes.LockNotHeld, "a login to imap", "the lock does not hold: a login to imap, 3 minutes after it was made" },
            { ReasonCodes.BlockNotHeld, "a login to imap", "the block does not hold: a login to imap, 3 minutes after it was made" },
            {
                ReasonCodes.LockNowhere,
                "sending",
                "locked here, sending goes on: no server asks the guard for it, and nothing in enforcement.locks carries it out"
            },
            { ReasonCodes.LockFailing, "no such file", "locking fails: no such file" },
            { ReasonCodes.DenyFileUnread, "/etc/dovecot/deny", "Dovecot does not read the deny file /etc/dovecot/deny" },
            { ReasonCodes.AccessMapUnread, "/etc/postfix/deny", "Postfix does not read the access map /etc/postfix/deny" },
            { ReasonCodes.QueueNotHeld, "", "mail that was in the queue still leaves: enforcement.locks.hold-queue is off" },
            { ReasonCodes.FirewallOff, "", "no firewall is driven: enforcement.firewall.backend is off" },
            { ReasonCodes.FirewallFailing, "no such table", "the firewall cannot be set: no such table" },
            {
                ReasonCodes.ComesOtherwise,
                "",
                "the firewall here has the block: it comes through a proxy or another machine; block it there, and name that in intake.own-proxies"
            },
            { ReasonCodes.LockedByAdmin, "", "locked by an admin" },
        };

    [Theory, MemberData(nameof(Words))]
    public void A_reason_says_what_was_measured_against_what_is_usual(string code, string subject, string words) =>
        Assert.Equal(words, ReasonText.Of(new Reason(code, 3, 5, 1, subject)));

    [Fact]
    public void Every_reason_has_words_and_what_a_newer_version_knows_is_told_by_its_name()
    {
        Assert.Equal(
            typeof(ReasonCodes).GetFields().Select(code => (string)code.GetRawConstantValue()!).Order(StringComparer.Ordinal),
            Words.Select(words => words.Data.Item1).Order(StringComparer.Ordinal)
        );
        Assert.Equal("of-tomorrow", ReasonText.Of(new Reason("of-tomorrow", 1, 2)));
    }

    [Theory]
    [InlineData(0, "0")]
    [InlineData(0.04, "0")]
    [InlineData(2.54, "2.5")]
    [InlineData(99.5, "99.5")]
    [InlineData(100, "100")]
    [InlineData(100.4, "100")]
    [InlineData(1234.5678, "1235")]
    public void Amounts_below_a_hundred_have_a_decimal_and_larger_ones_none(double amount, string shown) =>
        Assert.Equal($"{shown} mails in this day; usual are {shown}", ReasonText.Of(new Reason(ReasonCodes.MailRate, amount, amount, 1, "day")));

    [Theory]
    [InlineData(0, "0 %")]
    [InlineData(0.0123, "1.2 %")]
    [InlineData(0.5, "50 %")]
    [InlineData(1, "100 %")]
    public void Shares_are_told_in_percent(double share, string shown) =>
        Assert.Equal($"{shown} of recipients do not exist; usual are {shown}", ReasonText.Of(new Reason(ReasonCodes.FailedRecipients, share, share)));
}
