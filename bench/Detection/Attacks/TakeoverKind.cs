namespace Guard.Bench.Detection.Attacks;

/// <summary>The labelled kinds of attack.</summary>
public enum TakeoverKind
{
    BurstManyCountries,
    BurstHomeBot,
    SlowDrip,
    LowUsualCountry,
    MailboxReading,
    StuffingThenSuccess,
    BruteForceNoSuccess,
    DuringTravel,
    InLearningPhase,
    SeveralOfOneSite,
    SlowWarmUp,

    /// <summary>Drawn for a world.</summary>
    Drawn,
}

/// <summary>Names of kinds in labels and reports.</summary>
public static class TakeoverKinds
{
    public static IReadOnlyList<TakeoverKind> All { get; } = [.. Enum.GetValues<TakeoverKind>().Where(kind => kind != TakeoverKind.Drawn)];

    public static string Name(this TakeoverKind kind) =>
        kind switch
        {
            TakeoverKind.BurstManyCountries => "burst-many-countries",
            TakeoverKind.BurstHomeBot => "burst-home-bot",
            TakeoverKind.SlowDrip => "slow-drip",
            TakeoverKind.LowUsualCountry => "low-usual-country",
            TakeoverKind.MailboxReading => "mailbox-reading",
            TakeoverKind.StuffingThenSuccess => "stuffing-then-success",
            TakeoverKind.BruteForceNoSuccess => "brute-force-no-success",
            TakeoverKind.DuringTravel => "during-travel",
            TakeoverKind.InLearningPhase => "in-learning-phase",
            TakeoverKind.SeveralOfOneSite => "several-of-one-site",
            TakeoverKind.Drawn => "drawn",
            _ => "slow-warm-up",
        };

    /// <summary>The thief has the password.</summary>
    public static bool IsTakeover(this TakeoverKind kind) => kind != TakeoverKind.BruteForceNoSuccess;
}
