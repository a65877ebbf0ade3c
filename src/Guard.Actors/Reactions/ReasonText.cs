using System.Globalization;
using Guard.Actors.Policies.Geography;
using Guard.Messages.Decisions;

namespace Guard.Actors.Reactions;

/// <summary>Puts reasons into words that an admin understands: what was measured against what is usual.</summary>
public static class ReasonText
{
    public static string Of(Reason reason) =>
        reason.Code switch
        {
            ReasonCodes.NewCountry => $"used from {Countries.NameOf(reason.Subject)}, never seen in {Number(reason.Usual)} days of activity",
            ReasonCodes.RareCountry => $"used from {Countries.NameOf(reason.Subject)}, seen on {Number(reason.Value)} of {Number(reason.Usual)} days",
            ReasonCodes.NewNetwork => $"network {reason.Subject} was never used in {Number(reason.Usual)} days of activity",
            ReasonCodes.SuspiciousPlace => $"{Countries.NameOf(reason.Subject)} is on the suspicious list",
            ReasonCodes.AnonymousNetwork => $"an anonymising network ({reason.Subject.ToLowerInvariant()})",
            ReasonCodes.ManyCountries => $"{Number(reason.Value)} strange countries within an hour; usual is {Number(reason.Usual)}",
            ReasonCodes.ManyNetworks => $"{Number(reason.Value)} strange networks within an hour; usual is {Number(reason.Usual)}",
            ReasonCodes.TravelSpeed => $"{Number(reason.Value)} km/h since the last place; nobody travels faster than {Number(reason.Usual)}",
            ReasonCodes.OwnerElsewhere =>
                $"used from {Countries.NameOf(reason.Subject)} and from the owner's own line within {Number(reason.Value)} minutes; the way takes at least {Number(reason.Usual)}",
            ReasonCodes.SendsUnread =>
                $"{Number(reason.Value)} mails sent from networks where the mailbox was never opened; so it was on {Number(reason.Usual)} days before",
            ReasonCodes.NewService => $"{reason.Subject} was never used in {Number(reason.Usual)} days of activity",
            ReasonCodes.UnusualHour => $"active at {Number(reason.Value)} h UTC, which is unusual",
            ReasonCodes.FailuresBefore => $"{Number(reason.Value)} failed logins from the same network just before",
            ReasonCodes.LoginRate => $"{Number(reason.Value)} logins in this {reason.Subject}; usual are {Number(reason.Usual)}",
            ReasonCodes.MailRate => $"{Number(reason.Value)} mails in this {reason.Subject}; usual are {Number(reason.Usual)}",
            ReasonCodes.RecipientRate => $"{Number(reason.Value)} recipients in this {reason.Subject}; usual are {Number(reason.Usual)}",
            ReasonCodes.FailedRecipients => $"{Percent(reason.Value)} of recipients do not exist; usual are {Percent(reason.Usual)}",
            ReasonCodes.Listed => $"the address stands on the list {reason.Subject}",
            ReasonCodes.LargeMail => $"one mail to {Number(reason.Value)} recipients; the most before were {Number(reason.Usual)}",
            ReasonCodes.FreshRecipients =>
                $"{Number(reason.Value)} recipients today to whom the account never wrote; the most on a day before were {Number(reason.Usual)}",
            ReasonCodes.NewSender => "sent under an address that the account never used as sender",
            ReasonCodes.SpamRefusals => $"{Percent(reason.Value)} of recipients' servers refuse it as spam; usual are {Percent(reason.Usual)}",
            ReasonCodes.QuotaExceeded => $"{Number(reason.Value)} would exceed the quota of {reason.Subject}",
            ReasonCodes.SiteQuotaExceeded => $"the site's quota of {reason.Subject} is used up",
            ReasonCodes.ForbiddenPlace => $"{reason.Subject}: the policy does not allow this service from there",
            ReasonCodes.AccountLocked => "the account is locked",
            ReasonCodes.SiteReaction => "the whole site is locked",
            ReasonCodes.AccountsAtOnce => $"{Number(reason.Value)} accounts of the site were restricted or worse within an hour",
            ReasonCodes.SameTurn =>
                $"{Number(reason.Value)} accounts of the site sent mail from countries where they never were, within an hour and without opening their mailboxes",
            ReasonCodes.SiteSendsStrange => "the same turn as at other accounts of the site: a first mail from a country never seen, the mailbox not opened",
            ReasonCodes.SameTurnAtSites =>
                $"accounts of {Number(reason.Value)} sites sent mail from countries where they never were, within an hour and without opening their mailboxes; {Number(reason.Usual)} a day are usual",
            ReasonCodes.SitesSendStrange => "the same turn as at accounts of other sites: a first mail from a country never seen, the mailbox not opened",
            ReasonCodes.BruteForce => $"{Number(reason.Value)} failed logins from {reason.Subject}; {Number(reason.Usual)} are tolerated",
            ReasonCodes.Besieged => $"logins failed from {Number(reason.Value)} networks within a day, now from {reason.Subject}, where the owner never was",
            ReasonCodes.GuessedAccounts =>
                $"logins failed for {Number(reason.Value)} different names from {reason.Subject}; {Number(reason.Usual)} are tolerated",
            ReasonCodes.NetworkGuessing => $"{Number(reason.Value)} failed logins from addresses of {reason.Subject}; {Number(reason.Usual)} are tolerated",
            ReasonCodes.StrangersGuessing =>
                $"logins failed for {Number(reason.Value)} different names from {reason.Subject}, where nobody logs in; {Number(reason.Usual)} are tolerated there",
            ReasonCodes.StrangersBlocked => $"{Number(reason.Value)} parts of {reason.Subject} guessed, and nobody logs in from it",
            ReasonCodes.Learning => "the account is not known long enough to judge",
            ReasonCodes.TimeIsUp => "the time is up",
            ReasonCodes.Released => "released by an admin",
            ReasonCodes.Absolved => "absolved by an admin: it was the owner",
            ReasonCodes.Confirmed => "confirmed as an attack by an admin",
            ReasonCodes.Forgotten => "the account was forgotten",
            ReasonCodes.LockNotHeld => $"the lock does not hold: {reason.Subject}, {Number(reason.Value)} minutes after it was made",
            ReasonCodes.BlockNotHeld => $"the block does not hold: {reason.Subject}, {Number(reason.Value)} minutes after it was made",
            ReasonCodes.LockNowhere =>
                $"locked here, {reason.Subject} goes on: no server asks the guard for it, and nothing in enforcement.locks carries it out",
            ReasonCodes.LockFailing => $"locking fails: {reason.Subject}",
            ReasonCodes.DenyFileUnread => $"Dovecot does not read the deny file {reason.Subject}",
            ReasonCodes.AccessMapUnread => $"Postfix does not read the access map {reason.Subject}",
            ReasonCodes.QueueNotHeld => "mail that was in the queue still leaves: enforcement.locks.hold-queue is off",
            ReasonCodes.FirewallOff => "no firewall is driven: enforcement.firewall.backend is off",
            ReasonCodes.FirewallFailing => $"the firewall cannot be set: {reason.Subject}",
            ReasonCodes.ComesOtherwise =>
                "the firewall here has the block: it comes through a proxy or another machine; block it there, and name that in intake.own-proxies",
            ReasonCodes.LockedByAdmin => "locked by an admin",
            _ => reason.Code,
        };

    private static string Number(double value) => value.ToString(value >= 100 ? "0" : "0.#", CultureInfo.InvariantCulture);

    private static string Percent(double share) => (share * 100).ToString("0.#", CultureInfo.InvariantCulture) + " %";
}
