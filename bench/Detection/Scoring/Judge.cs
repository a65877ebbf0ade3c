using Guard.Bench.Detection.Attacks;
using Guard.Bench.Detection.World;
using Guard.Messages.Places;
using Guard.Messages.Policies;

namespace Guard.Bench.Detection.Scoring;

/// <summary>Holds what was found against what was planned.</summary>
public static class Judge
{
    /// <summary>Guesses from which on an address is called persistent.</summary>
    private const int PersistentGuesses = 50;

    public static RunScore Score(Simulation simulation, SimulatedReplay replay)
    {
        var findings = replay.Findings;
        var thefts = simulation.Takeovers.Where(takeover => takeover.Kind.IsTakeover()).ToList();
        var stolenAt = thefts.ToDictionary(takeover => takeover.Victim.User, takeover => takeover.Start);
        return new RunScore(
            simulation.Size.Seed,
            [.. thefts.Select(takeover => OutcomeOf(simulation, replay, takeover))],
            [.. Wrong(simulation, findings, stolenAt)],
            Exposure.AccountMonths(simulation),
            Exposure.EarlyMonths(simulation),
            [.. WrongBlocks(simulation, findings)],
            Persistent(simulation, findings),
            LockedByGuesses(simulation, findings),
            WrongSites(thefts, findings),
            SitesSeen(thefts, findings),
            replay.Counts.Lines,
            replay.Counts.Seconds
        );
    }

    private static Outcome OutcomeOf(Simulation simulation, SimulatedReplay replay, Takeover takeover)
    {
        var mails = replay.Tally.MailsOf(takeover);
        Reached? reported = null,
            restricted = null,
            suspended = null;
        var standing = Rung.Normal;
        var highest = Rung.Normal;
        foreach (var finding in replay.Findings.ByUser.GetValueOrDefault(takeover.Victim.User) ?? [])
        {
            if (finding.At < takeover.Start)
            {
                standing = finding.To;
                continue;
            }
            // What the owners themselves caused meanwhile is no credit.
            if (finding.At > takeover.End + WorldClock.Minute || !finding.IsRise || !takeover.Addresses.Contains(finding.Address))
                continue;
            var reached = new Reached((finding.At - takeover.Start) / (double)WorldClock.Minute, mails.Count(at => at < finding.At));
            if (finding.To >= Rung.Reported)
                reported ??= reached;
            if (finding.To >= Rung.Restricted)
                restricted ??= reached;
            if (finding.To >= Rung.Suspended)
                suspended ??= reached;
            if (finding.To > highest)
                highest = finding.To;
        }
        var (score, reasons) = replay.Evidence.Of(takeover);
        // A rung that stood already holds a quick thief at once; a patient one outlasts it.
        if (takeover.End - takeover.Start < WorldClock.Day)
        {
            var atOnce = new Reached(0, 0);
            reported = standing >= Rung.Reported ? atOnce : reported;
            restricted = standing >= Rung.Restricted ? atOnce : restricted;
        }
        else
        {
            standing = Rung.Normal;
        }
        return new Outcome(
            simulation.Size.Seed,
            takeover,
            mails.Count,
            reported,
            restricted,
            suspended,
            highest > standing ? highest : standing,
            score,
            reasons
        );
    }

    private static IEnumerable<WrongFinding> Wrong(Simulation simulation, FindingsWriter findings, Dictionary<string, long> stolenAt)
    {
        foreach (var account in simulation.Population.Accounts)
        {
            foreach (var finding in findings.ByUser.GetValueOrDefault(account.User) ?? [])
            {
                if (!finding.IsRise || finding.At >= stolenAt.GetValueOrDefault(account.User, long.MaxValue))
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

    private static IEnumerable<BlockFinding> WrongBlocks(Simulation simulation, FindingsWriter findings)
    {
        var hostile = simulation.Takeovers.SelectMany(takeover => takeover.Addresses).Concat(simulation.Guessers.Keys).Select(Blocked).ToHashSet();
        var accounts = simulation.Population.Accounts.ToDictionary(account => account.User);
        return findings
            .Blocks.Where(block => !hostile.Contains(block.Address))
            .Select(block => block with { Cause = accounts[block.User].CauseOn((int)(block.At / WorldClock.Day)) });
    }

    private static (int, int) Persistent(Simulation simulation, FindingsWriter findings)
    {
        var blocked = findings.Blocks.Select(block => block.Address).ToHashSet();
        var persistent = simulation
            .Takeovers.Where(takeover => takeover.Kind == TakeoverKind.BruteForceNoSuccess)
            .SelectMany(takeover => takeover.Guesses)
            .Where(guesses => guesses.Value >= PersistentGuesses)
            .ToList();
        return (persistent.Count, persistent.Count(guesses => blocked.Contains(Blocked(guesses.Key))));
    }

    private static (int, int) LockedByGuesses(Simulation simulation, FindingsWriter findings)
    {
        var guessed = simulation.Takeovers.Where(takeover => takeover.Kind == TakeoverKind.BruteForceNoSuccess).ToList();
        var locked = guessed.Count(takeover =>
            (findings.ByUser.GetValueOrDefault(takeover.Victim.User) ?? []).Any(finding =>
                finding.IsRise && finding.To >= Rung.Suspended && finding.At >= takeover.Start && finding.At <= takeover.End + WorldClock.Day
            )
        );
        return (guessed.Count, locked);
    }

    private static int WrongSites(List<Takeover> thefts, FindingsWriter findings)
    {
        var attacked = thefts
            .GroupBy(takeover => takeover.Victim.Site.Domain)
            .ToDictionary(group => group.Key, group => group.Select(takeover => (takeover.Start, takeover.End)).ToList());
        return findings.Sites.Count(site =>
            site.To > site.From
            && !(attacked.GetValueOrDefault(site.Site) ?? []).Any(attack => site.At >= attack.Start && site.At <= attack.End + WorldClock.Day)
        );
    }

    private static (int, int) SitesSeen(List<Takeover> thefts, FindingsWriter findings)
    {
        var attacked = thefts.Where(takeover => takeover.Kind == TakeoverKind.SeveralOfOneSite).GroupBy(takeover => takeover.Victim.Site.Domain).ToList();
        return (
            attacked.Count,
            attacked.Count(group =>
                findings.Sites.Any(site =>
                    site.Site == group.Key
                    && site.To > site.From
                    && site.At >= group.Min(takeover => takeover.Start)
                    && site.At <= group.Max(takeover => takeover.End) + WorldClock.Day
                )
            )
        );
    }

    private static NetworkAddress Blocked(NetworkAddress address) => address.IsIPv6 ? address.Prefix(64) : address;
}
