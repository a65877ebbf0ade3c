using System.Globalization;
using Guard.Bench.Detection.Scoring;
using Guard.Messages.Policies;

namespace Guard.Bench.Detection.Worlds;

/// <summary>The worlds' figures as Markdown: pooled, with intervals, and the mean of the worst tenth of worlds.</summary>
public static class WorldText
{
    private delegate (int Hits, int All) Share(WorldScore world);

    /// <summary>What is asked of the guard.</summary>
    private static readonly (string Name, string Aim, Func<ThiefScore, bool> Who, Func<ThiefScore, bool> Hit)[] Figures =
    [
        ("bursts restricted", "99 (95)", thief => thief.Way.Pace == ThiefPace.Burst && !thief.Way.AtOwners, thief => thief.RestrictedAfter is not null),
        (
            "490 within an hour, not from the owner's line, restricted",
            "99 (95)",
            thief => thief.Way.Pace == ThiefPace.Hour && !thief.Way.AtOwners,
            thief => thief.RestrictedAfter is not null
        ),
        (
            "bursts from the owner's line or web mail restricted",
            "99 (95)",
            thief => thief.Way is { Pace: ThiefPace.Burst, AtOwners: true },
            thief => thief.RestrictedAfter is not null
        ),
        (
            "490 within an hour from the owner's line or web mail restricted by the 150th",
            "99",
            thief => thief.Way is { Pace: ThiefPace.Hour, AtOwners: true },
            thief => thief.RestrictedAfter is not null && thief.Mails <= 150
        ),
        (
            "the same by the 200th",
            "(95)",
            thief => thief.Way is { Pace: ThiefPace.Hour, AtOwners: true },
            thief => thief.RestrictedAfter is not null && thief.Mails <= 200
        ),
        (
            "490 within 8 to 15 minutes, not from the owner's line, restricted",
            "99 (95)",
            thief => thief.Way.Pace == ThiefPace.Rush && !thief.Way.AtOwners,
            thief => thief.RestrictedAfter is not null
        ),
        (
            "490 within 8 to 15 minutes from there restricted by the 150th",
            "99",
            thief => thief.Way is { Pace: ThiefPace.Rush, AtOwners: true },
            thief => thief.RestrictedAfter is not null && thief.Mails <= 150
        ),
        (
            "the same by the 200th",
            "(95)",
            thief => thief.Way is { Pace: ThiefPace.Rush, AtOwners: true },
            thief => thief.RestrictedAfter is not null && thief.Mails <= 200
        ),
        (
            "one mail to 100 to 500 from abroad restricted at once",
            "",
            thief => thief.Way is { Pace: ThiefPace.OneMail, From: ThiefFrom.Abroad or ThiefFrom.ManyCountries },
            thief => thief.RestrictedAfter is not null
        ),
        (
            "the same, asked inline, refused before its recipients are spent (of all worlds)",
            "",
            thief => thief.Way is { Pace: ThiefPace.OneMail, From: ThiefFrom.Abroad or ThiefFrom.ManyCountries },
            thief => thief.Recipients == 0
        ),
        ("one mail to 100 to 500 from anywhere reported at once", "all", thief => thief.Way.Pace == ThiefPace.OneMail, thief => thief.ReportedAfter <= 10),
        ("4 x 100 a day reported within 24 h", "80 (50)", thief => thief.Way.Pace == ThiefPace.FourADay, thief => thief.ReportedAfter <= 1440),
        ("4 x 100 a day restricted within 72 h", "60", thief => thief.Way.Pace == ThiefPace.FourADay, thief => thief.RestrictedAfter <= 4320),
        (
            "480 a day from elsewhere restricted within 72 h",
            "",
            thief => thief.Way.Pace == ThiefPace.Steady && !thief.Way.AtOwners,
            thief => thief.RestrictedAfter <= 4320
        ),
        (
            "480 a day from the owner's line reported within 24 h",
            "80 (50)",
            thief => thief.Way is { Pace: ThiefPace.Steady, AtOwners: true },
            thief => thief.ReportedAfter <= 1440
        ),
        (
            "480 a day from the owner's line restricted within 72 h",
            "60",
            thief => thief.Way is { Pace: ThiefPace.Steady, AtOwners: true },
            thief => thief.RestrictedAfter <= 4320
        ),
        ("reading four days, then 480 a day: restricted", "", thief => thief.Way.Pace == ThiefPace.ReadThenSteady, thief => thief.RestrictedAfter is not null),
        ("readers from abroad reported within 6 h", "90 (70)", thief => thief.Way.Pace == ThiefPace.Reader, thief => thief.ReportedAfter <= 360),
        (
            "one mail from each of many accounts: the account reported",
            "",
            thief => thief.Way.Pace == ThiefPace.OneEach,
            thief => thief.ReportedAfter is not null
        ),
    ];

    public static void Write(TextWriter output, IReadOnlyList<WorldScore> worlds)
    {
        void Line(FormattableString text) => output.WriteLine(text.ToString(CultureInfo.InvariantCulture));
        var months = worlds.Sum(world => world.AccountMonths);
        Line($"{worlds.Count} worlds, {worlds.Sum(world => world.Lines):N0} lines, {months:N0} account-months.");
        Line($"");
        Line($"| Ordinary life, per 1,000 account-months | all worlds | worst tenth |");
        Line($"|---|---|---:|");
        foreach (
            var (name, count) in new (string, Func<WorldScore, int>)[]
            {
                ("wrong restrictions (or more)", world => world.WrongAt(Rung.Restricted)),
                ("wrong reports", world => world.WrongReports),
                ("wrong locks", world => world.WrongAt(Rung.Suspended)),
                ("own addresses blocked", world => world.WrongBlocks.Count),
                ("wrong site reactions", world => world.WrongSites),
            }
        )
        {
            var all = worlds.Sum(count);
            var (low, high) = Intervals.Poisson(all);
            Line(
                $"| {name} | {1000 * all / months:0.00} ({1000 * low / months:0.00}–{1000 * high / months:0.00}) | {Worst(worlds, world => world.Per1000(count(world))):0.0} |"
            );
        }
        Line($"");
        Line($"| Thieves | aim | n | share | worst tenth |");
        Line($"|---|---|---:|---|---:|");
        foreach (var (name, aim, who, hit) in Figures)
        {
            var chosen = worlds.Select(world => (World: world, Thieves: world.Thieves.Where(who).ToList())).Where(pair => pair.Thieves.Count > 0).ToList();
            var (hits, all) = (chosen.Sum(pair => pair.Thieves.Count(hit)), chosen.Sum(pair => pair.Thieves.Count));
            var (low, high) = Intervals.Wilson(hits, all);
            var worst = Intervals.WorstTenth([.. chosen.Select(pair => pair.Thieves.Count(hit) / (double)pair.Thieves.Count)], largeIsWorse: false);
            Line($"| {name} | {aim} | {all} | {100.0 * hits / Math.Max(1, all):0} % ({100 * low:0}–{100 * high:0}) | {100 * worst:0} % |");
        }
        var senders = worlds
            .SelectMany(world => world.Thieves)
            .Where(thief => thief.Way is { Sends: true, Pace: not ThiefPace.OneEach } && thief.RestrictedAfter is not null)
            .ToList();
        Line(
            $"| mails and recipients out before the restriction, median | 5, 50 | {senders.Count} | {Median(senders.Select(thief => thief.Mails)):0}, {Median(senders.Select(thief => thief.Recipients)):0} | |"
        );
        var strangers = senders.Where(thief => thief.Way.From is ThiefFrom.Abroad or ThiefFrom.ManyCountries).ToList();
        Line(
            $"| the same, from abroad | 5, 50 | {strangers.Count} | {Median(strangers.Select(thief => thief.Mails)):0}, {Median(strangers.Select(thief => thief.Recipients)):0} | |"
        );
        var many = worlds.Where(world => world.SiteMails >= 10).ToList();
        Line(
            $"| one mail from each of many: worlds where the site reacted | | {many.Count} | {many.Count(world => world.SiteAfter is not null)}, after {Median(many.Where(world => world.SiteAfter is not null).Select(world => world.SiteAfter!.Value)):0} mails | |"
        );
        Line($"");
        WriteCurve(output, worlds);
        Line($"");
        Line(
            $"| World | what it is like | restricted wrongly /1,000 | reported wrongly /1,000 | senders restricted | readers reported in 6 h | site after mails |"
        );
        Line($"|---:|---|---:|---:|---:|---:|---:|");
        foreach (var world in worlds)
        {
            var sending = world.Thieves.Where(thief => thief.Way is { Sends: true, Pace: not ThiefPace.OneEach }).ToList();
            var reading = world.Thieves.Where(thief => !thief.Way.Sends).ToList();
            Line(
                $"| {world.Traits.Seed} | {world.Traits.Describe()} | {world.Per1000(world.WrongAt(Rung.Restricted)):0.0} | {world.Per1000(world.WrongReports):0.0} | {sending.Count(thief => thief.RestrictedAfter is not null)} of {sending.Count} | {reading.Count(thief => thief.ReportedAfter <= 360)} of {reading.Count} | {(world.SiteAfter is { } after ? after.ToString(CultureInfo.InvariantCulture) : "-")} |"
            );
        }
        Line($"");
        Line($"| Wrong: rung | what weighed most | life | archetype | count |");
        Line($"|---|---|---|---|---:|");
        foreach (
            var group in worlds
                .SelectMany(world => world.Wrong)
                .GroupBy(wrong => (wrong.Finding.To, wrong.Finding.Dominant, wrong.Cause, wrong.Archetype))
                .OrderByDescending(group => (group.Key.To, group.Count()))
                .Take(40)
        )
            Line(
                $"| {group.Key.To} | {group.Key.Dominant} | {(group.Key.Cause.Length == 0 ? "ordinary day" : group.Key.Cause)} | {group.Key.Archetype} | {group.Count()} |"
            );
    }

    /// <summary>What each score would cost and find, were it the one that reports.</summary>
    private static void WriteCurve(TextWriter output, IReadOnlyList<WorldScore> worlds)
    {
        var months = worlds.Sum(world => world.AccountMonths);
        var thieves = worlds.SelectMany(world => world.Thieves).ToList();
        output.WriteLine(
            "| Score that reports | incidents of ordinary life at or above it, per 1,000 account-months | readers within 6 h | senders within 6 h | one mail from each of many |"
        );
        output.WriteLine("|---:|---:|---:|---:|---:|");
        for (var score = 6.0; score <= 20; score += score < 14 ? 1 : 2)
        {
            var ordinary = 1000 * worlds.Sum(world => world.Peaks.Count(peak => peak.Score >= score)) / months;
            var readers = Share(thief => !thief.Way.Sends);
            var senders = Share(thief => thief.Way is { Sends: true, Pace: not ThiefPace.OneEach });
            var each = Share(thief => thief.Way.Pace == ThiefPace.OneEach);
            output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"| {score:0} | {ordinary:0.0} | {readers:0} % | {senders:0} % | {each:0} % |"));

            double Share(Func<ThiefScore, bool> who)
            {
                var chosen = thieves.Where(who).ToList();
                return 100.0 * chosen.Count(thief => thief.Loudest >= score) / Math.Max(1, chosen.Count);
            }
        }
    }

    private static double Worst(IReadOnlyList<WorldScore> worlds, Func<WorldScore, double> of) =>
        Intervals.WorstTenth([.. worlds.Select(of)], largeIsWorse: true);

    private static double Median(IEnumerable<int> values)
    {
        var sorted = values.Order().ToList();
        return sorted.Count == 0 ? double.NaN : sorted[sorted.Count / 2];
    }
}
