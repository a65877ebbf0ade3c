using Guard.Bench.Detection.Attacks;
using Guard.Messages.Decisions;
using Guard.Messages.Policies;

namespace Guard.Bench.Detection.Scoring;

/// <summary>When a rung was reached after an attack began.</summary>
/// <param name="Minutes">Since the thief's first success.</param>
/// <param name="Mails">The thief's mails before.</param>
public readonly record struct Reached(double Minutes, int Mails);

/// <summary>How one attack went.</summary>
/// <param name="Mails">All mails of the thief, as nobody stopped them.</param>
/// <param name="Highest">The highest rung it reached.</param>
/// <param name="Score">The highest score of anything the thief did.</param>
/// <param name="Reasons">Of the highest score.</param>
public sealed record Outcome(
    ulong Seed,
    Takeover Takeover,
    int Mails,
    Reached? Reported,
    Reached? Restricted,
    Reached? Suspended,
    Rung Highest,
    double Score,
    IReadOnlyList<Reason> Reasons
)
{
    public string Dominant => Finding.DominantOf(Reasons);
}

/// <summary>A rise that no thief caused.</summary>
/// <param name="Cause">What was going on in the owner's life; empty for a day like any other.</param>
/// <param name="Early">In the first days of the account.</param>
public sealed record WrongFinding(ulong Seed, Finding Finding, string Archetype, string Cause, bool Early);

/// <summary>What one run came to.</summary>
/// <param name="AccountMonths">Ordinary life watched, in months of thirty days.</param>
/// <param name="EarlyMonths">The part of it in the accounts' first days.</param>
/// <param name="WrongBlocks">Blocked addresses that belong to no thief or guesser.</param>
/// <param name="Persistent">Addresses with fifty guesses or more of a brute force, and how many of them were blocked.</param>
/// <param name="LockedByGuesses">Accounts locked while they were only guessed at.</param>
/// <param name="WrongSites">Site reactions without a site attacked.</param>
/// <param name="SitesSeen">Attacked sites, and how many of them were reported.</param>
public sealed record RunScore(
    ulong Seed,
    IReadOnlyList<Outcome> Outcomes,
    IReadOnlyList<WrongFinding> Wrong,
    double AccountMonths,
    double EarlyMonths,
    IReadOnlyList<BlockFinding> WrongBlocks,
    (int All, int Blocked) Persistent,
    (int All, int Locked) LockedByGuesses,
    int WrongSites,
    (int All, int Reported) SitesSeen,
    long Lines,
    double Seconds
);
