using System.Globalization;
using Guard.Bench.Detection.Attacks;
using Guard.Bench.Detection.Scoring;
using Guard.Messages.Policies;

namespace Guard.Bench.Detection.Reporting;

/// <summary>The guard's score as Markdown tables.</summary>
public static class ScoreText
{
    private const int MaxListed = 40;

    public static void Write(TextWriter output, IReadOnlyList<RunScore> runs)
    {
        var outcomes = runs.SelectMany(run => run.Outcomes).ToList();
        Kinds(output, outcomes);
        Brute(output, runs);
        Ordinary(output, runs);
        Missed(output, outcomes);
    }

    public static void Kinds(TextWriter output, IReadOnlyList<Outcome> outcomes)
    {
        output.WriteLine(
            "| Kind | n | reported | within 6 h | within 24 h | restricted | suspended or more | restricted before mail 50 | minutes until restricted: median, 90 %, max | mails until restricted: median, 90 %, max |"
        );
        output.WriteLine("|---|---:|---|---|---|---|---|---|---|---|");
        foreach (var kind in TakeoverKinds.All.Where(kind => kind.IsTakeover()))
            Row(output, kind.Name(), [.. outcomes.Where(outcome => outcome.Takeover.Kind == kind)]);
        Row(output, "**all**", outcomes);
        output.WriteLine();
    }

    private static void Row(TextWriter output, string name, IReadOnlyList<Outcome> of)
    {
        var restricted = of.Where(outcome => outcome.Restricted is not null).Select(outcome => outcome.Restricted!.Value).ToList();
        output.WriteLine(
            $"| {name} | {of.Count} | {Share(of.Count(outcome => outcome.Reported is not null), of.Count)} | {Share(of.Count(outcome => outcome.Reported is { Minutes: <= 360 }), of.Count)} | {Share(of.Count(outcome => outcome.Reported is { Minutes: <= 1440 }), of.Count)} | {Share(restricted.Count, of.Count)} | "
                + $"{Share(of.Count(outcome => outcome.Suspended is not null), of.Count)} | {Share(of.Count(Early), of.Count)} | "
                + $"{Spread([.. restricted.Select(reached => reached.Minutes)])} | {Spread([.. restricted.Select(reached => (double)reached.Mails)])} |"
        );
    }

    public static bool Early(Outcome outcome) => outcome.Restricted is { Mails: < 50 };

    private static void Brute(TextWriter output, IReadOnlyList<RunScore> runs)
    {
        var locked = (All: runs.Sum(run => run.LockedByGuesses.All), Hit: runs.Sum(run => run.LockedByGuesses.Locked));
        var persistent = (All: runs.Sum(run => run.Persistent.All), Hit: runs.Sum(run => run.Persistent.Blocked));
        var sites = (All: runs.Sum(run => run.SitesSeen.All), Hit: runs.Sum(run => run.SitesSeen.Reported));
        output.WriteLine(
            $"- Brute force without success: {locked.Hit} of {locked.All} accounts locked (must be 0); {Share(persistent.Hit, persistent.All)} of {persistent.All} persistent addresses (50 guesses or more) blocked."
        );
        output.WriteLine(
            $"- Sites with several stolen accounts: {Share(sites.Hit, sites.All)} of {sites.All} reported as sites; {runs.Sum(run => run.WrongSites)} site reactions without such an attack."
        );
        output.WriteLine();
    }

    private static void Ordinary(TextWriter output, IReadOnlyList<RunScore> runs)
    {
        var months = runs.Sum(run => run.AccountMonths);
        var wrong = runs.SelectMany(run => run.Wrong).ToList();
        output.WriteLine($"Ordinary life, {months.ToString("0", CultureInfo.InvariantCulture)} account-months; per 1,000 account-months:");
        output.WriteLine();
        var early = runs.Sum(run => run.EarlyMonths);
        output.WriteLine($"| | count | all | in the accounts' first {Exposure.EarlyDays} days | later |");
        output.WriteLine("|---|---:|---|---|---|");
        void Row(string name, Func<WrongFinding, bool> counts)
        {
            var all = wrong.Count(counts);
            var first = wrong.Count(one => one.Early && counts(one));
            output.WriteLine($"| {name} | {all} | {Rate(all, months)} | {Rate(first, early)} | {Rate(all - first, months - early)} |");
        }
        Row("wrong incidents, any rung", one => one.Finding.From == Rung.Normal);
        Row("restricted or more", Restricts);
        Row("locked", Locks);
        output.WriteLine($"| own addresses blocked | {runs.Sum(run => run.WrongBlocks.Count)} | {Rate(runs.Sum(run => run.WrongBlocks.Count), months)} | | |");
        output.WriteLine();
        foreach (
            var group in runs.SelectMany(run => run.WrongBlocks).GroupBy(block => (block.Reason, block.Cause)).OrderByDescending(group => group.Count()).Take(8)
        )
            output.WriteLine(
                $"- own addresses blocked: {group.Count()} by {group.Key.Reason} ({(group.Key.Cause.Length == 0 ? "ordinary day" : group.Key.Cause)})"
            );
        output.WriteLine();
        output.WriteLine("| Rung | reason | life | archetype | first days | count |");
        output.WriteLine("|---|---|---|---|---|---:|");
        foreach (
            var group in wrong
                .GroupBy(one =>
                    (Rung: one.Finding.To, one.Finding.Dominant, Cause: one.Cause.Length == 0 ? "ordinary day" : one.Cause, one.Archetype, one.Early)
                )
                .OrderByDescending(group => group.Key.Rung)
                .ThenByDescending(group => group.Count())
                .Take(MaxListed)
        )
        {
            output.WriteLine(
                $"| {group.Key.Rung.ToString().ToLowerInvariant()} | {group.Key.Dominant} | {group.Key.Cause} | {group.Key.Archetype} | {(group.Key.Early ? "yes" : "")} | {group.Count()} |"
            );
        }
        output.WriteLine();
    }

    private static void Missed(TextWriter output, IReadOnlyList<Outcome> outcomes)
    {
        var missed = outcomes
            .Where(outcome => outcome.Takeover.Kind == TakeoverKind.MailboxReading ? outcome.Reported is null : outcome.Restricted is null)
            .ToList();
        output.WriteLine($"Missed ({missed.Count}): never restricted, or for readers never reported.");
        output.WriteLine();
        output.WriteLine("| Kind | seed | account | archetype | mails sent | highest rung | highest score and what weighs most in it |");
        output.WriteLine("|---|---|---|---|---:|---|---|");
        foreach (var one in missed.OrderBy(one => one.Takeover.Kind).Take(2 * MaxListed))
        {
            output.WriteLine(
                $"| {one.Takeover.Kind.Name()} | {one.Seed} | {one.Takeover.Victim.User} | {one.Takeover.Victim.Habits.Archetype} | {one.Mails} | {one.Highest.ToString().ToLowerInvariant()} | {one.Score.ToString("0.0", CultureInfo.InvariantCulture)} {one.Dominant} |"
            );
        }
        output.WriteLine();
    }

    /// <summary>The rise that first restricts; a later rise from there to a lock is the same incident.</summary>
    public static bool Restricts(WrongFinding one) => one.Finding.To >= Rung.Restricted && one.Finding.From < Rung.Restricted;

    public static bool Locks(WrongFinding one) => one.Finding.To >= Rung.Suspended && one.Finding.From < Rung.Suspended;

    public static string Share(int hits, int all)
    {
        var (low, high) = Intervals.Wilson(hits, all);
        return all == 0 ? "-" : string.Create(CultureInfo.InvariantCulture, $"{100.0 * hits / all:0} % ({100 * low:0}–{100 * high:0})");
    }

    public static string Rate(int count, double months)
    {
        var (low, high) = Intervals.Poisson(count);
        return string.Create(CultureInfo.InvariantCulture, $"{1000 * count / months:0.00} ({1000 * low / months:0.00}–{1000 * high / months:0.00})");
    }

    private static string Spread(List<double> values)
    {
        if (values.Count == 0)
            return "-";
        values.Sort();
        return string.Create(CultureInfo.InvariantCulture, $"{values[values.Count / 2]:0.#}, {values[(int)(values.Count * 0.9)]:0.#}, {values[^1]:0.#}");
    }
}
