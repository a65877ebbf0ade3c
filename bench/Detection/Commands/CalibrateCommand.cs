using System.Globalization;
using Guard.Bench.Detection.Scoring;

namespace Guard.Bench.Detection.Commands;

/// <summary><c>calibrate</c>: what each score costs in wrong alarms, as <c>WrongAlarms</c> holds it.</summary>
public static class CalibrateCommand
{
    public static int Run(BenchOptions options)
    {
        // No rung is reached, so that every score is what it would be.
        var policies = ScoreCommand.Policies(options.Config);
        var peaks = new List<double>();
        var months = 0.0;
        foreach (var seed in options.Seeds)
        {
            var simulation = GenerateCommand.Make(options, seed);
            var replay = new SimulatedReplay(simulation, policies, options.CountryOnly);
            replay.Run([]);
            peaks.AddRange(replay.Peaks.Close());
            months += Exposure.AccountMonths(simulation);
        }
        Console.Out.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{months:0} account-months"));
        for (
            var score = 6.0;
            score <= 45;
            score +=
                    score < 16 ? 1
                    : score < 24 ? 2
                    : 3
        )
            Console.Out.WriteLine(string.Create(CultureInfo.InvariantCulture, $"({score:0}, {1000 * peaks.Count(peak => peak >= score) / months:0.###}),"));
        return 0;
    }
}
