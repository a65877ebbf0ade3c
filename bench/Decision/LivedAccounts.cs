using Guard.Bench.Detection;
using Guard.Bench.Detection.Commands;
using Guard.Bench.Detection.Scoring;
using Guard.Host.Replay;

namespace Guard.Bench.Decision;

/// <summary>Accounts as they are after four simulated months, thieves and guessers included.</summary>
internal static class LivedAccounts
{
    public static ReplayEngine Live(int accounts)
    {
        var simulation = new Simulation(new SimulationSize(1000, accounts, 120, Math.Max(1, accounts / 160)));
        var replay = new SimulatedReplay(simulation, ScoreCommand.Policies(null), false);
        replay.Run([]);
        return replay.Engine;
    }
}
