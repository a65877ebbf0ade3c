using Guard.Bench.Detection.Attacks;
using Guard.Bench.Detection.Scoring;
using Guard.Bench.Detection.World;
using Guard.Messages.Identity;
using Guard.Messages.Policies;

namespace Guard.Bench.Detection.Worlds;

/// <summary>How one thief fared.</summary>
/// <param name="ReportedAfter">Minutes from their first success; null when never.</param>
/// <param name="Mails">That went out before they were restricted, of <paramref name="AllMails"/>.</param>
/// <param name="Recipients">The same in recipients.</param>
/// <param name="Loudest">The highest score within their first six hours.</param>
public sealed record ThiefScore(
    ThiefWay Way,
    string User,
    double? ReportedAfter,
    double? RestrictedAfter,
    int Mails,
    int Recipients,
    int AllMails,
    int AllRecipients,
    string Why,
    double Loudest
);

/// <summary>What a world came to.</summary>
/// <param name="SiteAfter">Mails of <see cref="ThiefPace.OneEach"/> before its site reacted; null when it never did or there was no such attack.</param>
public sealed record WorldScore(
    WorldTraits Traits,
    IReadOnlyList<ThiefScore> Thieves,
    IReadOnlyList<WrongFinding> Wrong,
    double AccountMonths,
    IReadOnlyList<BlockFinding> WrongBlocks,
    int WrongSites,
    int? SiteAfter,
    int SiteMails,
    long Lines,
    double Seconds,
    IReadOnlyList<ScorePeak> Peaks
)
{
    public double Per1000(int count) => 1000.0 * count / AccountMonths;

    public int WrongAt(Rung rung) => Wrong.Count(wrong => wrong.Finding.To >= rung && wrong.Finding.From < rung);

    public int WrongReports => Wrong.Count(wrong => wrong.Finding.To == Rung.Reported);

    public static WorldScore Of(WorldTraits traits, Simulation simulation, WorldReplay replay)
    {
        var thefts = simulation.Takeovers.ToDictionary(takeover => takeover.Victim.User);
        var hostile = simulation.Takeovers.SelectMany(takeover => takeover.Addresses).Concat(simulation.Guessers.Keys).Select(Blocked).ToHashSet();
        var many = simulation.Takeovers.Where(takeover => takeover.Way!.Pace == ThiefPace.OneEach).ToList();
        var sites = many.Select(takeover => takeover.Victim.Site.Domain).ToHashSet();
        var (start, end) = many.Count == 0 ? (0, 0) : (many.Min(takeover => takeover.Start), many.Max(takeover => takeover.End) + WorldClock.Hour);
        var reaction = replay
            .Findings.Sites.Where(site =>
                site.To > site.From && (site.Site == SiteId.Host.Value || sites.Contains(site.Site)) && site.At >= start && site.At <= end
            )
            .Select(site => site.At)
            .DefaultIfEmpty(-1)
            .Min();
        return new WorldScore(
            traits,
            [.. simulation.Takeovers.Select(takeover => Score(takeover, replay, traits.Inline))],
            [.. WrongOf(simulation, replay.Findings, thefts)],
            Exposure.AccountMonths(simulation),
            [
                .. replay
                    .Findings.Blocks.Where(block => !hostile.Contains(block.Address))
                    .Select(block => block with { Cause = CauseOf(simulation, block, thefts) }),
            ],
            replay.Findings.Sites.Count(site => site.To > site.From && !IsAttacked(simulation, site)),
            reaction < 0 ? null : many.SelectMany(replay.MailsOf).Count(mail => mail.At < reaction),
            many.Count,
            replay.Lines,
            replay.Seconds,
            replay.Peaks
        );
    }

    /// <summary>What went on in the life of the account for whose sake an address was blocked.</summary>
    private static string CauseOf(Simulation simulation, BlockFinding block, Dictionary<string, Takeover> thefts)
    {
        if (simulation.Population.Accounts.FirstOrDefault(account => account.User == block.User) is not { } account)
            return "of many accounts";
        var day = (int)(block.At / WorldClock.Day);
        return thefts.TryGetValue(block.User, out var theft) && block.At >= theft.Start ? "stolen" : $"{account.CauseOn(day)}, {account.Habits.Archetype}";
    }

    private static bool IsAttacked(Simulation simulation, SiteFinding site) =>
        simulation.Takeovers.Any(takeover =>
            // All sites together are attacked by the one who has many accounts.
            (site.Site == SiteId.Host.Value ? takeover.Way!.Pace == ThiefPace.OneEach : takeover.Victim.Site.Domain == site.Site)
            && site.At >= takeover.Start
            && site.At <= takeover.End + WorldClock.Day
        );

    private static ThiefScore Score(Takeover takeover, WorldReplay replay, bool inline)
    {
        var way = takeover.Way!;
        Finding? reported = null,
            restricted = null;
        foreach (var finding in replay.Findings.ByUser.GetValueOrDefault(takeover.Victim.User) ?? [])
        {
            // What the owners themselves caused meanwhile is no credit; from their own line nobody can tell.
            if (finding.At < takeover.Start || finding.At > takeover.End + WorldClock.Hour || !finding.IsRise)
                continue;
            if (!way.AtOwners && way.From != ThiefFrom.OwnersNet && !takeover.Addresses.Contains(finding.Address))
                continue;
            reported ??= finding;
            if (finding.To >= Rung.Restricted)
                restricted ??= finding;
        }
        var mails = replay.MailsOf(takeover);
        // The mail that is decided when the rung is reached has gone out where the guard only reads logs; asked before, it is refused or not.
        var spent = mails.Where(mail => (restricted is null || mail.At <= restricted.At) && !(inline && mail.Refused)).ToList();
        return new ThiefScore(
            way,
            takeover.Victim.User,
            reported is null ? null : (reported.At - takeover.Start) / (double)WorldClock.Minute,
            restricted is null ? null : (restricted.At - takeover.Start) / (double)WorldClock.Minute,
            spent.Count,
            spent.Sum(mail => mail.Recipients),
            mails.Count,
            mails.Sum(mail => mail.Recipients),
            (restricted ?? reported) is { } why
                ? string.Join(' ', why.Reasons.Select(reason => $"{reason.Code}:{reason.Bits:0.#}"))
                : replay.Loudest(takeover).Why,
            replay.Loudest(takeover).Score
        );
    }

    private static IEnumerable<WrongFinding> WrongOf(Simulation simulation, FindingsWriter findings, Dictionary<string, Takeover> thefts)
    {
        foreach (var account in simulation.Population.Accounts)
        {
            foreach (var finding in findings.ByUser.GetValueOrDefault(account.User) ?? [])
            {
                if (!finding.IsRise || (thefts.TryGetValue(account.User, out var theft) && finding.At >= theft.Start))
                    continue;
                var day = (int)((finding.At + account.Persons[0].Country.Zone * WorldClock.Hour) / WorldClock.Day);
                yield return new WrongFinding(
                    simulation.Size.Seed,
                    finding,
                    account.Habits.Archetype.ToString(),
                    account.CauseOn(day),
                    day < account.FirstDay + Exposure.EarlyDays
                );
            }
        }
    }

    private static Messages.Places.NetworkAddress Blocked(Messages.Places.NetworkAddress address) => address.IsIPv6 ? address.Prefix(64) : address;
}
