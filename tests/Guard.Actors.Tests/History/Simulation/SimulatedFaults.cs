namespace Guard.Actors.Tests.History.Simulation;

/// <summary>How often what goes wrong, as chances between 0 and 1. Drawn once for each schedule, so that some schedules are mild and others are wild.</summary>
/// <param name="LosesMessage">A message between entities, or to whoever carries out effects, is lost.</param>
/// <param name="LosesAnswer">A client's question or its answer is lost.</param>
/// <param name="RefusesWrite">The journal fails before anything is stored.</param>
/// <param name="HidesWrite">The journal stores, and says that it failed: the connection broke behind the commit.</param>
/// <param name="DelaysWrite">A write waits behind others, also beyond the end of its entity.</param>
/// <param name="FailsRead">A recovery fails.</param>
/// <param name="KillsEntity">In each step of the schedule an entity dies where it stands, with its machine.</param>
/// <param name="PassesTime">In each step the time goes on by some seconds.</param>
public sealed record SimulatedFaults(
    double LosesMessage,
    double LosesAnswer,
    double RefusesWrite,
    double HidesWrite,
    double DelaysWrite,
    double FailsRead,
    double KillsEntity,
    double PassesTime
)
{
    public static SimulatedFaults None { get; } = new(0, 0, 0, 0, 0, 0, 0, 0);

    public static SimulatedFaults Of(Random chance)
    {
        return new SimulatedFaults(Some(0.2), Some(0.2), Some(0.1), Some(0.1), Some(0.5), Some(0.1), Some(0.02), Some(0.05));

        double Some(double most) => chance.Next(3) == 0 ? 0 : chance.NextDouble() * most;
    }
}
