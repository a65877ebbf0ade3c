using Guard.Bench.Detection.Baselines;
using Guard.Bench.Detection.Scoring;

namespace Guard.Bench.Detection.Reporting;

/// <summary>The report as a whole.</summary>
public static class ReportText
{
    public static void Write(TextWriter output, BenchOptions options, IReadOnlyList<RunScore> runs, IReadOnlyList<Sweep> sweeps)
    {
        output.WriteLine("# Detection report");
        output.WriteLine();
        output.WriteLine(
            $"Written by `dotnet run -c Release --project bench/Detection -- report --seeds {options.Family} --accounts {options.Accounts} --days {options.Days} --runs {options.Runs} --victims {options.Victims}"
                + $"{(options.CountryOnly ? " --country-only" : "")}{(options.Config is null ? "" : $" --config {options.Config}")}`."
        );
        output.WriteLine();
        output.WriteLine(
            $"Seeds {string.Join(", ", runs.Select(run => run.Seed))} of the family `{options.Family}` (tune 1000 on, validate 2000 on, report 3000 on: disjoint); {options.Accounts:N0} accounts and {options.Days} days each, "
                + $"{runs.Sum(run => run.Lines):N0} lines in all. Places are known by {(options.CountryOnly ? "country" : "country, autonomous system and coordinates")}; the policy is {(options.Config is null ? "the built-in default, without any list of countries and without quotas" : $"`{options.Config}`")}."
        );
        output.WriteLine();
        output.WriteLine(
            "The lines are simulated. What ordinary life and thieves are taken to be stands with reasons in `bench/Detection/Life/LifeKnobs.cs` and `bench/Detection/Attacks/AttackKnobs.cs`; the figures are worth what these are. "
                + "Nothing is stopped in a replay: \"until restricted\" counts what went out before the guard would have acted. Ranges in brackets are 95 % intervals (Wilson for shares, Poisson for counts; accounts of one site attacked together and alarms of one owner are not independent, so the true ones are wider)."
        );
        output.WriteLine();
        output.WriteLine("## The guard");
        output.WriteLine();
        ScoreText.Write(output, runs);
        output.WriteLine("## Beside simpler ways");
        output.WriteLine();
        output.WriteLine(
            "On the same lines; each simpler way with its single best threshold within the guard's own rate of wrong alarms, chosen with hindsight on these very lines, which favours it. "
                + $"\"Early\" is before the thief's mail {SweepWatcher.EarlyMails}; one who only reads is caught by any alarm. Failures from a thief's address before they succeed count for fail2ban."
        );
        output.WriteLine();
        output.WriteLine("![Caught early against wrong alarms](curves.svg)");
        output.WriteLine();
        ComparisonText.Write(output, sweeps, runs);
        output.WriteLine("![Restricted at which mail](mails.svg)");
    }
}
