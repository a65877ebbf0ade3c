using Guard.Bench.Detection.World;

namespace Guard.Bench.Detection.Attacks;

/// <summary>How thieves go about it. Every range is drawn anew for each victim.</summary>
public sealed record AttackKnobs
{
    public static AttackKnobs Default { get; } = new();

    /// <summary>Takeovers start from this day on, when habits are known; those of the learning phase earlier.</summary>
    public int FirstDay { get; init; } = 30;

    /// <summary>Mails an hour of a burst: the founding story had 2,000; some botnets are slower.</summary>
    public Span BurstMails { get; init; } = new(300, 3000);

    /// <summary>Minutes that a burst goes on when nobody stops it.</summary>
    public Span BurstMinutes { get; init; } = new(40, 180);

    /// <summary>Machines and countries of a burst.</summary>
    public Span BurstBots { get; init; } = new(12, 80);

    public Span BurstCountries { get; init; } = new(4, 15);

    /// <summary>Machines of a burst from the usual country.</summary>
    public Span HomeBots { get; init; } = new(1, 3);

    /// <summary>Percent of a spam run's recipients that do not exist: bought lists are stale.</summary>
    public Span UnknownPercent { get; init; } = new(2, 15);

    /// <summary>Recipients of one spam mail: most thieves send singly, some fill the envelope.</summary>
    public Span Recipients { get; init; } = new(1, 3);

    /// <summary>Mails an hour of a slow drip, its days and the mails that one machine sends before the next takes over.</summary>
    public Span DripMails { get; init; } = new(20, 40);

    public Span DripDays { get; init; } = new(1, 3);

    public Span DripMailsPerBot { get; init; } = new(2, 8);

    /// <summary>Mails a day of a careful thief in the usual country, and their days.</summary>
    public Span LowMails { get; init; } = new(15, 25);

    public Span LowDays { get; init; } = new(5, 14);

    /// <summary>Logins a day of one who only reads, and their days.</summary>
    public Span ReadingLogins { get; init; } = new(1, 8);

    public Span ReadingDays { get; init; } = new(4, 20);

    /// <summary>Guesses before stuffing finds the password, minutes they take, and tries per address.</summary>
    public Span StuffingGuesses { get; init; } = new(60, 800);

    public Span StuffingMinutes { get; init; } = new(20, 240);

    public Span StuffingTries { get; init; } = new(1, 6);

    /// <summary>Guesses of a brute force that finds nothing, its addresses and its hours.</summary>
    public Span BruteGuesses { get; init; } = new(400, 5000);

    public Span BruteAddresses { get; init; } = new(2, 40);

    public Span BruteHours { get; init; } = new(3, 96);

    /// <summary>Mails an hour of a burst while the owner travels or while the account is learnt.</summary>
    public Span MiddleMails { get; init; } = new(80, 1200);

    /// <summary>Accounts of one site taken together, minutes between first and last, and mails an hour of each.</summary>
    public Span SiteVictims { get; init; } = new(3, 5);

    public Span SiteMinutes { get; init; } = new(10, 120);

    public Span SiteMails { get; init; } = new(30, 150);

    /// <summary>Days of a thief who lets the guard get used to them: first they only log in, then send a little and double.</summary>
    public Span WarmUpDays { get; init; } = new(20, 35);

    public Span WarmUpSilentDays { get; init; } = new(3, 8);

    /// <summary>Days from doubling to doubling.</summary>
    public Span WarmUpDoubling { get; init; } = new(2, 4);
}
