namespace Guard.Actors.Behaviour;

/// <summary>The weights of the evidence, in bits, each with its reason. Tuned on the detection benchmark.</summary>
public static class EvidenceScale
{
    /// <summary>A new country alone is below the first rung: owners travel. With anything else that is odd it reports.</summary>
    public const double MaxForPlace = 7;

    /// <summary>A country's share of guesses at the site against its share of the users' journeys, at most; what both are taken for before anything is known,
    /// in user-days, and the share of any country.</summary>
    public const double MaxForRisk = 3;

    public const double HostilePrior = 15;

    public const double AwayPrior = 150;

    public const double AnyCountry = 0.02;

    /// <summary>What a day of a colleague who lives in a country counts among journeys to it.</summary>
    public const double HomeOfOthers = 0.2;

    /// <summary>An owner's share of days in any one country never seen before.</summary>
    public const double CountryPrior = 0.004;

    /// <summary>What a strange network adds within a known country; dynamic addresses make it weak.</summary>
    public const double MaxForNetwork = 3.5;

    /// <summary>The admin called the country suspicious.</summary>
    public const double SuspiciousPlace = 5;

    /// <summary>The admin called the country usual: travel there is expected.</summary>
    public const double UsualPlaceFactor = 0.4;

    /// <summary>An anonymising network, where the account never used one.</summary>
    public const double Anonymous = 3;

    /// <summary>What the admin's lists of reputation may weigh together.</summary>
    public const double MaxForLists = 8;

    /// <summary>Each strange country within an hour beyond the first: nobody is in two at once. When there are but two, a database may have one wrong.</summary>
    public const double EachCountry = 8;

    public const double OfTwoCountries = 4;

    public const double MaxForCountries = 24;

    /// <summary>Each strange network within an hour beyond the second.</summary>
    public const double EachNetwork = 2.5;

    public const double MaxForNetworks = 12;

    /// <summary>Kilometres below which databases err.</summary>
    public const double LeastDistance = 500;

    /// <summary>Being at home and abroad at once, when it never was so before; how often it may have been unseen; and the days that must be known.</summary>
    public const double MaxForContradiction = 8;

    /// <summary>The same where only the countries are known: databases err, and VPNs end elsewhere.</summary>
    public const double MaxForContradictionOfCountries = 5;

    /// <summary>The same where no line that stays the owner's says that they are at home, but two networks of their country that they used.</summary>
    public const double MaxForContradictionOfLines = 4;

    public const double ContradictionPrior = 0.03;

    public const double LeastDaysForPresence = 5;

    /// <summary>What locks besides an amount: a contradiction as strong as this, so many countries within an hour, failures just before, or recipients that do
    /// not exist.</summary>
    public const double DecisiveContradiction = 6;

    public const int DecisiveCountries = 3;

    public const int DecisiveFailures = 5;

    public const double DecisiveFailedRecipients = 9;

    /// <summary>Logins an active hour from which they come from a program that polls.</summary>
    public const double PollsPerHour = 3.5;

    /// <summary>Mails from networks where the mailbox was never opened: their most, how many are several, on how many days that may have been unseen, and how
    /// many may go out before anybody reads.</summary>
    public const double MaxForUnread = 10.5;

    public const int SeveralUnread = 4;

    public const double UnreadPriorDays = 0.03;

    public const double UnreadPrior = 0.7;

    /// <summary>Who writes to those they know is the owner, who did not look before: the share of a day's recipients, and those besides, who may be strangers; and
    /// what such mails then weigh.</summary>
    public const double UnreadStrangers = 0.35;

    public const double UnreadStrangersBesides = 2;

    public const int UnreadKnownFrom = 3;

    public const double UnreadToKnown = 0.5;

    /// <summary>Bits of such mails and of their rate that are gross together while the account is learnt.</summary>
    public const double GrossUnread = 5;

    /// <summary>Bits of the rate that are gross on an account's first day.</summary>
    public const double GrossUnreadAtOnce = 16;

    /// <summary>Mails within about three minutes that anybody sends from a network that is not proven, and the share of a usual hour besides.</summary>
    public const double UnprovenInMinutes = 0.6;

    public const double UnprovenMinutesShare = 0.08;

    public const double NewService = 2;

    public const double MaxForFailuresBefore = 6;

    public const double MaxForRate = 40;

    /// <summary>The same where the mailbox was opened before: together with a strange country it restricts, alone it does not.</summary>
    public const double MaxForReadRate = 14;

    /// <summary>From a familiar network, or one of a known provider where mail was quietly read before, a rate alone reaches no rung: people do send
    /// newsletters, and quotas hold there too.</summary>
    public const double MaxForFamiliarRate = 6.5;

    /// <summary>Share of a rate's bits that counts from a familiar network: the owner's own bursts are the rule there.</summary>
    public const double FamiliarRateFactor = 0.35;

    /// <summary>For another network of the owner's own provider: a restriction, and a lock only with other evidence.</summary>
    public const double MaxForNearRate = 28;

    /// <summary>Share of the login rate's bits: clients retry.</summary>
    public const double LoginRateFactor = 0.5;

    public const double MaxForLoginRate = 10;

    public const double MaxForFailedRecipients = 12;

    /// <summary>A quarter unknown, a dozen of them, and so many bits: nobody's own list is so old. Also from a familiar network, such as the webmail's, it
    /// restricts.</summary>
    public const double BoughtListShare = 0.25;
    public const double BoughtListUnknown = 12;
    public const double BoughtListBits = 36;
    public const double MaxForBoughtList = 16;

    /// <summary>Hours for a quiet strange place to lose half of its strangeness.</summary>
    public const double FadeHours = 24;

    /// <summary>Recipients an hour, mails a minute and strange countries an hour that are gross for anybody, learnt or not.</summary>
    public const double GrossRecipientsPerHour = 300;

    public const double GrossMailsPerMinute = 20;

    /// <summary>What gross sending from an unfamiliar place, or by an account still learnt, is worth at least: a restriction, and a lock at twice as
    /// much.</summary>
    public const double GrossBits = 20;

    public const double GrossBitsPerDoubling = 10;

    /// <summary>Times those amounts that are gross on an account's very first day.</summary>
    public const double GrossAtOnce = 4;

    public const int GrossCountries = 4;

    /// <summary>The same in an account's first days: a role's persons come one after the other.</summary>
    public const int GrossCountriesWhileSettling = 6;

    /// <summary>Strange networks within an hour, with mails from them, that are gross.</summary>
    public const int GrossNetworks = 4;

    /// <summary>Mails within about an hour from new networks that are gross while the account is learnt.</summary>
    public const double GrossUnprovenMails = 12;

    /// <summary>Mails that anybody may send at once from anywhere, whatever their recipients.</summary>
    public const double FewMails = 2;

    /// <summary>What each mail from an unproven network may add: a single one tells little.</summary>
    public const double EachUnprovenMail = 3;

    /// <summary>What one message to however many recipients may add.</summary>
    public const double GroupMail = 1.5;

    /// <summary>Recipients that a few ordinary mails to groups reach, and what each doubling beyond may add to what the number of mails says.</summary>
    public const double GroupRecipients = 40;

    public const double GroupPerDoubling = 3;

    /// <summary>Days of use below which nearly every network of an account is new, and times the amounts that are gross then.</summary>
    public const double SettlingDays = 4.5;

    public const double GrossWhileSettling = 5;

    /// <summary>Hours of quiet use after which another network of a known provider is taken for the owner's when it sends.</summary>
    public const int SettledHours = 1;

    /// <summary>Days in a country after which the owner lives there.</summary>
    public const double DaysAtHome = 3;

    /// <summary>Times the limit of failed logins an hour from which an address of a country where the account is at home is blocked too.</summary>
    public const int PatienceAtHome = 5;

    /// <summary>Times the limit of failed logins a day that make a siege, and the share of the limit that one address then may fail.</summary>
    public const int SiegeTimes = 5;

    public const int SiegeShare = 6;

    /// <summary>Networks from which logins fail within a day that are a siege however seldom each fails: nobody's own devices are in so many.</summary>
    public const int SiegeNetworks = 8;

    /// <summary>Hours of quiet use after which a bulk sender's strange place is taken for their own when they send what they send elsewhere.</summary>
    public const int SettledAbroadHours = 12;

    /// <summary>Days of use after which a narrow network is the owner's.</summary>
    public const double ProvenDays = 1.5;

    /// <summary>Recipients an hour ever sent in peace that make a bulk sender: an invitation to a club is less.</summary>
    public const double BulkLeast = 60;

    /// <summary>Share of the bits of a new country and of travel speed that counts for one who is at home in many.</summary>
    public const double LeastForTravellers = 0.5;

    /// <summary>Times the most recipients an hour ever sent in peace that a bulk sender may send without it being news.</summary>
    public const double BulkMargin = 1.5;

    /// <summary>Times the usual amount that an owner sends from a network that is new to them.</summary>
    public const double UnprovenShare = 1.5;

    /// <summary>Moves to networks never seen before, as of now, and their share of all moves, from which a provider's pool is one place.</summary>
    public const double RoamingMoves = 4;

    public const double RoamingShare = 0.25;

    /// <summary>Days on which an account is in a country for the first time, before anything is known: so many of so many.</summary>
    public const double NovelPrior = 0.06;

    public const double NovelPriorDays = 30;

    public const double LeastForNovelty = 1;

    /// <summary>Days in several countries at once that may have been unseen, the rarity in bits from which they count in full, and the share that always does.</summary>
    public const double CrowdPrior = 0.1;

    public const double CrowdBits = 6;

    public const double LeastForCrowds = 0.1;

    /// <summary>Share of a new country's bits that counts after a report told of it: a journey is one report.</summary>
    public const double ToldFactor = 0.3;

    /// <summary>Bits of what is sent from which a told journey counts in full again.</summary>
    public const double LeastForSending = 6;

    /// <summary>Recipients of one mail, and times the most ever, from which it is large; what it then is worth: a report from anywhere, and a restriction from a
    /// strange place.</summary>
    public const double LargeMailFrom = 50;

    public const double LargeMailTimes = 2;

    public const double LargeMail = 10;

    public const double MaxForLargeMailAtHome = 14;

    public const double MaxForLargeMailNear = 18;

    public const double MaxForLargeMail = 26;

    /// <summary>Recipients of a day who were never written to, times the most on a quiet day and share of all from which they are evidence, and its bits. With
    /// an amount that is unusual besides it restricts also at home.</summary>
    public const double FreshFrom = 75;

    public const double FreshTimes = 3;

    public const double FreshShare = 0.5;

    public const double FreshPerDoubling = 18.3;

    public const double MaxForFreshAtHome = 17;

    public const double MaxForFresh = 22;

    /// <summary>From which they are evidence at home while no receiver refuses them, the sender is known, and fewer than so many mails go out an hour: whoever
    /// writes invoices does it at leisure.</summary>
    public const double FreshFromWhileWanted = 225;

    public const double FreshMailsAnHour = 90;

    /// <summary>What they are worth in mails to many each from another network, while nobody refuses them.</summary>
    public const double MaxForFreshWanted = 13;

    /// <summary>Recipients of a mail, on a day's average, that make a circular; what its strangers are worth at home while nobody refuses it; and from which bits
    /// and share of refusals, as unknown or as spam, on it is not wanted.</summary>
    public const double CircularRecipients = 8;

    public const double MaxForCircular = 13;

    public const double UnwantedBits = 5;

    public const double UnwantedShare = 0.05;

    /// <summary>Mails a minute of a program that sends a list as fast as it can, and the share of a day's strangers to whom it then wrote. Bots pace
    /// themselves.</summary>
    public const double ListMailsAMinute = 30;

    public const double ListShare = 0.6;

    /// <summary>Recipients of an hour from the owner's networks, or strangers of a quiet day, that make an account one that sends lists.</summary>
    public const double ListSent = 75;

    /// <summary>Days without a further restriction, nor anybody's word that it was an attack, after which a list that was restricted was the owner's.</summary>
    public const int ListQuietDays = 5;

    /// <summary>Mails within an hour from the owner's own line that nobody writes by hand, and what they are worth to an account that never sent a list.</summary>
    public const double RushMails = 120;

    public const double MaxForRush = 21;

    /// <summary>Recipients whose servers have answered, and those of them, fixed and as a share, who may refuse a list that is wanted.</summary>
    public const double WantedFrom = 40;

    public const double WantedRefusals = 2;

    public const double WantedRefusedShare = 0.04;

    /// <summary>A first mail from a country never seen while several accounts of the site send such: with the country it restricts.</summary>
    public const double SameTurn = 14;

    /// <summary>An envelope sender that the account never used.</summary>
    public const double NewSender = 2;

    /// <summary>One in so many recipients' servers takes ordinary mail for spam.</summary>
    public const double SpamRefusalPrior = 200;

    public const double MaxForSpamRefusals = 10;

    /// <summary>Prior amounts of an active minute, hour, day and week.</summary>
    public static ReadOnlySpan<double> LoginPriors => [3, 12, 40, 120];

    public static ReadOnlySpan<double> MailPriors => [3, 8, 20, 60];

    public static ReadOnlySpan<double> RecipientPriors => [8, 20, 50, 150];
}
