namespace Guard.Actors.Behaviour;

/// <summary>The weights of the evidence, in bits, each with its reason. Tuned on the detection benchmark.</summary>
public static class EvidenceScale
{
    /// <summary>A new country alone reports and never restricts.</summary>
    public const double MostForPlace = 12;

    /// <summary>An owner's share of days in any one country never seen before.</summary>
    public const double CountryPrior = 0.004;

    /// <summary>What a strange network adds within a known country; dynamic addresses make it weak.</summary>
    public const double MostForNetwork = 3.5;

    /// <summary>The admin called the country suspicious.</summary>
    public const double SuspiciousPlace = 5;

    /// <summary>The admin called the country usual: travel there is expected.</summary>
    public const double UsualPlaceFactor = 0.4;

    /// <summary>An anonymising network, where the account never used one.</summary>
    public const double Anonymous = 3;

    /// <summary>Each strange country within an hour beyond the first: nobody is in two at once.</summary>
    public const double EachCountry = 8;

    public const double MostForCountries = 24;

    /// <summary>Each strange network within an hour beyond the second.</summary>
    public const double EachNetwork = 2.5;

    public const double MostForNetworks = 12;

    public const double MostForTravel = 8;

    /// <summary>Kilometres an hour that no airliner exceeds, and the distance below which databases err.</summary>
    public const double FastestTravel = 1000;

    public const double LeastDistance = 500;

    public const double NewService = 2;

    public const double MostForFailuresBefore = 6;

    public const double MostForRate = 40;

    /// <summary>From a familiar network a rate alone reaches no rung: people do send newsletters, and quotas hold there too.</summary>
    public const double MostForFamiliarRate = 9.5;

    /// <summary>Share of a rate's bits that counts from a familiar network: the owner's own bursts are the rule there.</summary>
    public const double FamiliarRateFactor = 0.35;

    /// <summary>Share of the login rate's bits: clients retry.</summary>
    public const double LoginRateFactor = 0.5;

    public const double MostForLoginRate = 10;

    public const double MostForFailedRecipients = 12;

    /// <summary>Hours for a quiet strange place to lose half of its strangeness.</summary>
    public const double FadeHours = 24;

    /// <summary>Recipients an hour, mails a minute and strange countries an hour that are gross for anybody, learnt or not.</summary>
    public const double GrossRecipientsPerHour = 300;

    public const double GrossMailsPerMinute = 20;

    /// <summary>What gross sending from an unfamiliar place, or by an account still learnt, is worth at least: a restriction, and a lock at twice as much.</summary>
    public const double GrossBits = 20;

    public const double GrossBitsPerDoubling = 10;

    public const int GrossCountries = 4;

    /// <summary>Prior amounts of an active minute, hour, day and week.</summary>
    public static ReadOnlySpan<double> LoginPriors => [3, 12, 40, 120];

    public static ReadOnlySpan<double> MailPriors => [3, 8, 20, 60];

    public static ReadOnlySpan<double> RecipientPriors => [8, 20, 50, 150];
}
