namespace Guard.Bench.Detection.Worlds;

/// <summary>From where a thief uses an account.</summary>
public enum ThiefFrom
{
    Abroad,
    ManyCountries,
    HomeBot,
    OwnersAs,
    OwnersNet,
    OwnLine,
    Webmail,
}

/// <summary>What they do there.</summary>
public enum ThiefPace
{
    /// <summary>80 to 2,000 mails an hour to one to three recipients.</summary>
    Burst,

    /// <summary>490 mails within an hour.</summary>
    Hour,

    /// <summary>One mail to 100 to 500.</summary>
    OneMail,

    /// <summary>Four mails a day to 100 each.</summary>
    FourADay,

    /// <summary>480 mails a day, day and night.</summary>
    Steady,

    /// <summary>Reads for four days, then 480 a day.</summary>
    ReadThenSteady,

    /// <summary>Only reads.</summary>
    Reader,

    /// <summary>One of many accounts from each of which one mail goes out.</summary>
    OneEach,

    /// <summary>490 mails within 8 to 15 minutes, every other time to a list that nobody refuses.</summary>
    Rush,
}

/// <summary>How one thief goes about it.</summary>
public sealed record ThiefWay(ThiefFrom From, ThiefPace Pace, bool ChangesSender, bool WritesToContacts)
{
    /// <summary>It comes from where its owner comes from.</summary>
    public bool AtOwners => From is ThiefFrom.OwnLine or ThiefFrom.Webmail;

    public bool Sends => Pace != ThiefPace.Reader;
}
