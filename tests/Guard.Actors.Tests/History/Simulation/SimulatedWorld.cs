using Akka.Actor;

namespace Guard.Actors.Tests.History.Simulation;

/// <summary>What one run shares: its chance, its faults, and the store that outlives the actors.</summary>
public sealed class SimulatedWorld(int seed) : IExtension
{
    public int Seed => seed;

    /// <summary>Everything by chance is drawn from here, by the one thread that runs the simulation.</summary>
    public Random Chance { get; } = new(seed);

    /// <summary>None while the system starts, and when the schedule is over and everything heals.</summary>
    public SimulatedFaults Faults { get; set; } = SimulatedFaults.None;

    public SimulatedStore Store { get; } = new();

    /// <summary>A planted fault, to show that the checks find it: writes are acknowledged and some are not stored.</summary>
    public bool LosesAcknowledgedWrites { get; init; }

    /// <summary>What the faults did, so that a run that tried nothing is noticed.</summary>
    public SimulatedDeeds Deeds { get; } = new();

    public bool Happens(double likely) => likely > 0 && Chance.NextDouble() < likely;
}

/// <summary>Counts of faults that came about.</summary>
public sealed class SimulatedDeeds
{
    public int Lost { get; set; }

    public int Refused { get; set; }

    public int Hidden { get; set; }

    public int Delayed { get; set; }

    public int UnreadRecoveries { get; set; }

    public int Killed { get; set; }

    public int Clashes { get; set; }

    public int Total => Lost + Refused + Hidden + Delayed + UnreadRecoveries + Killed + Clashes;
}

/// <summary>Hands the world of a system to the journal, which Akka makes itself.</summary>
public sealed class SimulatedWorlds(SimulatedWorld world) : ExtensionIdProvider<SimulatedWorld>
{
    public override SimulatedWorld CreateExtension(ExtendedActorSystem system) => world;
}
