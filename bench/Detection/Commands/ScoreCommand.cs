using Guard.Bench.Detection.Reporting;
using Guard.Bench.Detection.Scoring;
using Guard.Host.Configuration;
using Guard.Messages.Policies;

namespace Guard.Bench.Detection.Commands;

/// <summary><c>score</c>: the guard alone, on standard output.</summary>
public static class ScoreCommand
{
    public static int Run(BenchOptions options)
    {
        var policies = Policies(options.Config);
        var scores = new List<RunScore>();
        foreach (var seed in options.Seeds)
        {
            var simulation = GenerateCommand.Make(options, seed);
            var replay = new SimulatedReplay(simulation, policies, options.CountryOnly);
            replay.Run([]);
            scores.Add(Judge.Score(simulation, replay));
            Console.Error.WriteLine(
                $"seed {seed}: {replay.Counts.Lines:N0} lines, {replay.Counts.Unparsed} not understood, {replay.Counts.Seconds:0.0} s; rises {string.Join(' ', replay.Counts.Reactions)}"
            );
        }
        if (options.Details is { } file)
            DetailFile.Write(file, scores);
        ScoreText.Write(Console.Out, scores);
        return 0;
    }

    /// <exception cref="FormatException">The configuration has faults.</exception>
    public static PolicyBook Policies(string? config)
    {
        // The detector alone is judged: a quota is the admin's word, and nobody would give their newsletter the default one.
        var loaded = GuardConfiguration.Load(config, config is null ? new Dictionary<string, string> { ["accountguard.policy.default.quotas"] = "[]" } : null);
        return loaded.Settings?.Policies ?? throw new FormatException(string.Join('\n', loaded.Faults));
    }
}
