namespace Guard.Messages.Decisions;

/// <summary>One piece of evidence or one rule behind a decision, as data; words are made from it on demand.</summary>
/// <param name="Code">A lasting short name such as <c>new-country</c>.</param>
/// <param name="Value">What was measured, in the code's own unit.</param>
/// <param name="Usual">What is usual or allowed, in the same unit.</param>
/// <param name="Bits">What it adds to the score; 0 for rules.</param>
/// <param name="Subject">What it is about: a country, network, service or window; may be empty.</param>
public sealed record Reason(string Code, double Value, double Usual, double Bits = 0, string Subject = "")
{
    /// <summary>What whoever is refused for it is told, where the policy has words of its own; else empty.</summary>
    public string Text { get; init; } = "";
}

/// <summary>The lasting names of reasons.</summary>
public static class ReasonCodes
{
    public const string NewCountry = "new-country";
    public const string RareCountry = "rare-country";
    public const string NewNetwork = "new-network";
    public const string SuspiciousPlace = "suspicious-place";
    public const string AnonymousNetwork = "anonymous-network";
    public const string ManyCountries = "many-countries";
    public const string ManyNetworks = "many-networks";
    public const string TravelSpeed = "travel-speed";
    public const string OwnerElsewhere = "owner-elsewhere";
    public const string SendsUnread = "sends-unread";
    public const string NewService = "new-service";
    public const string UnusualHour = "unusual-hour";
    public const string FailuresBefore = "failures-before";
    public const string LoginRate = "login-rate";
    public const string MailRate = "mail-rate";
    public const string RecipientRate = "recipient-rate";
    public const string FailedRecipients = "failed-recipients";
    public const string Listed = "listed";
    public const string LargeMail = "large-mail";
    public const string FreshRecipients = "fresh-recipients";
    public const string NewSender = "new-sender";
    public const string SpamRefusals = "spam-refusals";
    public const string QuotaExceeded = "quota-exceeded";
    public const string SiteQuotaExceeded = "site-quota-exceeded";
    public const string ForbiddenPlace = "forbidden-place";
    public const string AccountLocked = "account-locked";
    public const string SiteReaction = "site-reaction";
    public const string AccountsAtOnce = "accounts-at-once";
    public const string SameTurn = "same-turn";
    public const string SiteSendsStrange = "site-sends-strange";

    // Of all sites together: of the host, and of an account that takes the same turn.
    public const string SameTurnAtSites = "same-turn-at-sites";
    public const string SitesSendStrange = "sites-send-strange";
    public const string BruteForce = "brute-force";
    public const string Besieged = "besieged";
    public const string GuessedAccounts = "guessed-accounts";
    public const string NetworkGuessing = "network-guessing";

    // From an address or an IPv6 prefix where nobody logs in.
    public const string StrangersGuessing = "strangers-guessing";
    public const string StrangersBlocked = "strangers-blocked";
    public const string Learning = "learning";
    public const string TimeIsUp = "time-is-up";
    public const string Released = "released";
    public const string Absolved = "absolved";
    public const string Forgotten = "forgotten";
    public const string Confirmed = "confirmed";
    public const string LockNotHeld = "lock-not-held";
    public const string BlockNotHeld = "block-not-held";

    // What is missing where a lock or block does not hold.
    public const string LockNowhere = "lock-nowhere";
    public const string LockFailing = "lock-failing";
    public const string DenyFileUnread = "deny-file-unread";
    public const string AccessMapUnread = "access-map-unread";
    public const string QueueNotHeld = "queue-not-held";
    public const string FirewallOff = "firewall-off";
    public const string FirewallFailing = "firewall-failing";
    public const string ComesOtherwise = "comes-otherwise";
    public const string LockedByAdmin = "locked-by-admin";
}
