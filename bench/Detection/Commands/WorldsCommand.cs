using Guard.Bench.Detection.Worlds;
using Guard.Messages.Policies;

namespace Guard.Bench.Detection.Commands;

/// <summary><c>worlds</c>: many small worlds, each another one, and the worst tenth of them.</summary>
public static class WorldsCommand
{
    public static int Run(BenchOptions options)
    {
        var policies = ScoreCommand.Policies(options.Config);
        if (options.Only is not ("" or "thieves" or "guessers"))
            throw new FormatException($"--only is thieves or guessers, not '{options.Only}'");
        if (options.Only != "guessers")
            Thieves(options, policies);
        if (options.Only != "thieves")
            Guessers(options, policies);
        return 0;
    }

    /// <summary>The same worlds again, without thieves and with a firewall: who guesses, and who is shut out for it.</summary>
    private static void Guessers(BenchOptions options, PolicyBook policies)
    {
        var scores = new List<GuessScore>();
        foreach (var seed in options.Seeds)
        {
            var traits = WorldTraits.Draw(seed);
            var simulation = new Simulation(
                new SimulationSize(seed, options.Accounts, options.Days, 0),
                traits.Life,
                thieves: _ => [],
                guesses: WorldGuessers.Plan
            );
            var replay = new GuessReplay(simulation, traits, policies);
            replay.Run();
            var score = GuessScore.Of(traits, simulation, replay);
            scores.Add(score);
            Console.Error.WriteLine($"guessers {seed}: {score.Lines:N0} lines, {score.ShutOut} shut out; {traits.Describe()}");
            foreach (var one in score.Innocents)
                Console.Error.WriteLine($"  {one.User} by {one.Blocked} {one.Reason} {one.Own} '{one.Life}'");
            foreach (var user in score.Locked)
                Console.Error.WriteLine($"  locked {user}");
        }
        Console.Out.WriteLine();
        GuessText.Write(Console.Out, scores);
    }

    private static void Thieves(BenchOptions options, PolicyBook policies)
    {
        var scores = new List<WorldScore>();
        var details = options.Details is { } file ? new StreamWriter(file) : TextWriter.Null;
        foreach (var seed in options.Seeds)
        {
            var traits = WorldTraits.Draw(seed);
            var simulation = new Simulation(
                new SimulationSize(seed, options.Accounts, options.Days, options.Victims),
                traits.Life,
                thieves: made => WorldThieves.Plan(made, options.Victims)
            );
            var replay = new WorldReplay(simulation, traits, policies);
            replay.Run();
            var score = WorldScore.Of(traits, simulation, replay);
            scores.Add(score);
            Console.Error.WriteLine($"world {seed}: {score.Lines:N0} lines, {score.Seconds:0.0} s; {traits.Describe()}");
            foreach (var thief in score.Thieves)
                details.WriteLine($"{seed} {traits.Places} {traits.Addresses} thief {thief}");
            foreach (var block in score.WrongBlocks)
                details.WriteLine($"{seed} {traits.Places} {traits.Addresses} block {block.User} {block.Address} {block.Reason} '{block.Cause}'");
            foreach (var wrong in score.Wrong)
                details.WriteLine(
                    $"{seed} {traits.Places} {traits.Addresses} wrong {wrong.Finding.To} {wrong.Finding.User} {wrong.Archetype} '{wrong.Cause}' {wrong.Finding.Score} {string.Join(' ', wrong.Finding.Reasons.Select(reason => $"{reason.Code}:{reason.Bits:0.#}({reason.Value}/{reason.Usual})"))}"
                );
        }
        details.Dispose();
        WorldText.Write(Console.Out, scores);
    }
}
