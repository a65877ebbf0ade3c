using System.Globalization;
using Guard.Actors.Policies;
using Guard.Bench.Detection.Scoring;
using Guard.Bench.Detection.Worlds;

namespace Guard.Bench.Detection.Commands;

/// <summary>
/// <c>calibration</c>: whether a rate of wrong alarms that an administrator sets holds in every world. Each world's first half calibrates, the second half is
/// counted; beside it what the expectation of all worlds alone would have come to. There are no thieves.
/// </summary>
public static class CalibrationCommand
{
    private static readonly double[] Rates = [1, 2, 5, 10, 20, 40];

    public static int Run(BenchOptions options)
    {
        var policies = ScoreCommand.Policies(options.Config);
        var halves = new List<Halves>();
        foreach (var seed in options.Seeds)
        {
            var traits = WorldTraits.Draw(seed);
            var simulation = new Simulation(new SimulationSize(seed, options.Accounts, options.Days, 0), traits.Life, thieves: _ => []);
            var replay = new WorldReplay(simulation, traits, policies);
            replay.Run();
            var middle = options.Days / 2;
            halves.Add(
                new Halves(
                    AlarmCurve.Of(Exposure.Learnt(simulation, 0, middle), replay.Peaks.Where(peak => peak.Day < middle).Select(peak => peak.Score)),
                    Exposure.Learnt(simulation, middle, options.Days),
                    [.. replay.Peaks.Where(peak => peak.Day >= middle).Select(peak => peak.Score)]
                )
            );
            Console.Error.WriteLine($"world {seed}: {replay.Lines:N0} lines, {replay.Seconds:0.0} s; {traits.Describe()}");
        }
        Write(Console.Out, halves);
        return 0;
    }

    /// <summary>One world.</summary>
    /// <param name="Peaks">Of the second half.</param>
    private sealed record Halves(AlarmCurve First, double Months, double[] Peaks)
    {
        public int CameTo(double score) => Peaks.Count(peak => peak >= score);

        public double Rate(double score) => 1000 * CameTo(score) / Months;
    }

    private static void Write(TextWriter output, List<Halves> worlds)
    {
        void Line(FormattableString text) => output.WriteLine(text.ToString(CultureInfo.InvariantCulture));
        Line(
            $"{worlds.Count} worlds, {worlds.Sum(world => world.First.AccountMonths):N0} account-months calibrate, {worlds.Sum(world => world.Months):N0} are counted."
        );
        Line($"");
        Line(
            $"| Set per 1,000 account-months | expected of any: score | came to | worst tenth | middle half of worlds | calibrated: scores | came to | worst tenth | middle half of worlds |"
        );
        Line($"|---:|---:|---:|---:|---|---|---:|---:|---|");
        foreach (var rate in Rates)
        {
            var expected = AlarmCurve.Expected.ScoreFor(rate);
            var own = worlds.Select(world => world.First.ScoreFor(rate)).ToArray();
            Line(
                $"| {rate} | {expected:0.0} | {Of(worlds, _ => expected)} | {Half(worlds.Select(world => world.Rate(expected)))} | {own.Min():0.0}–{own.Max():0.0} | {Of(worlds, world => world.First.ScoreFor(rate))} | {Half(worlds.Select((world, i) => world.Rate(own[i])))} |"
            );
        }
        Line($"");
        Line($"| Score | incidents at or above it per 1,000 account-months |");
        Line($"|---:|---:|");
        for (var bits = WrongAlarms.Least; bits <= WrongAlarms.Most; bits++)
            Line($"| {bits} | {Pooled(worlds, _ => bits):0.00} |");
    }

    /// <summary>Pooled, and the mean of the worst tenth of worlds.</summary>
    private static string Of(List<Halves> worlds, Func<Halves, double> score)
    {
        var worst = Intervals.WorstTenth([.. worlds.Select(world => world.Rate(score(world)))], largeIsWorse: true);
        return string.Create(CultureInfo.InvariantCulture, $"{Pooled(worlds, score):0.0} | {worst:0.0}");
    }

    private static double Pooled(List<Halves> worlds, Func<Halves, double> score) =>
        1000 * worlds.Sum(world => world.CameTo(score(world))) / worlds.Sum(world => world.Months);

    /// <summary>Between which rates the middle half of worlds lies.</summary>
    private static string Half(IEnumerable<double> rates)
    {
        var sorted = rates.Order().ToArray();
        return string.Create(CultureInfo.InvariantCulture, $"{sorted[sorted.Length / 4]:0.0}–{sorted[3 * sorted.Length / 4]:0.0}");
    }
}
