using Guard.Bench.Detection.Baselines;
using Guard.Bench.Detection.Reporting;
using Guard.Bench.Detection.Scoring;

namespace Guard.Bench.Detection.Commands;

/// <summary><c>report</c>: the guard and the simpler ways on the same lines, as <c>report.md</c> with its plots.</summary>
public static class ReportCommand
{
    public static int Run(BenchOptions options)
    {
        var policies = ScoreCommand.Policies(options.Config);
        var scores = new List<RunScore>();
        var sweeps = new List<List<Sweep>>();
        foreach (var seed in options.Seeds)
        {
            var simulation = GenerateCommand.Make(options, seed);
            var replay = new SimulatedReplay(simulation, policies, options.CountryOnly);
            var watcher = new SweepWatcher(
                simulation,
                [new HourlyAmount(false), new HourlyAmount(true), new FailuresByAddress(), new DistinctAddresses(), new NewCountry(), new LikelihoodRatio()]
            );
            replay.Run([watcher]);
            scores.Add(Judge.Score(simulation, replay));
            sweeps.Add([.. watcher.Results()]);
            Console.Error.WriteLine($"seed {seed}: {replay.Counts.Lines:N0} lines, {replay.Counts.Seconds:0.0} s");
        }
        var pooled = Enumerable.Range(0, sweeps[0].Count).Select(i => Sweep.Pool([.. sweeps.Select(run => run[i])])).ToList();
        Directory.CreateDirectory(options.Output);
        File.WriteAllText(Path.Combine(options.Output, "curves.svg"), Plots.Curves(pooled, Plots.GuardPoints(scores)));
        File.WriteAllText(Path.Combine(options.Output, "mails.svg"), Plots.MailsUntilRestricted(scores));
        using (var report = new StreamWriter(Path.Combine(options.Output, "report.md")) { NewLine = "\n" })
            ReportText.Write(report, options, scores, pooled);
        if (options.Details is { } file)
            DetailFile.Write(file, scores);
        return 0;
    }
}
