using Akka.Actor;

namespace Guard.Actors.Tests.History.Simulation;

/// <summary>What one run shares: its chance, its faults, and the stores that outlive the actors.</summary>
/// <param name="parts">Over so many servers the journal is parted.</param>
/// <param name="keepsDeleted">False where there is no audit and much is written.</param>
public sealed class SimulatedWorld(int seed, int parts = 1, bool keepsDeleted = true) : IExtension
{
    public int Seed => seed;

    /// <summary>Everything by chance is drawn from here, by the one thread that runs the simulation.</summary>
    public Random Chance { get; } = new(seed);

    /// <summary>None while the system starts, and when the schedule is over and everything heals.</summary>
    public SimulatedFaults Faults { get; set; } = SimulatedFaults.None;

    /// <summary>One for each server of the journal.</summary>
    public IReadOnlyList<SimulatedStore> Stores { get; } = [.. Enumerable.Range(0, parts).Select(_ => new SimulatedStore(keepsDeleted))];

    /// <summary>The server that is away; null: all are there.</summary>
    public int? Away { get; set; }

    /// <summary>A planted fault, to show that the checks find it: writes are acknowledged and some are not stored.</summary>
    public bool LosesAcknowledgedWrites { get; init; }

    /// <summary>What the faults did, so that a run that tried nothing is noticed.</summary>
    public SimulatedDeeds Deeds { get; } = new();

    public bool IsAway(int part) => Away == part;

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

    /// <summary>Writes and reads that a server which was away did not take.</summary>
    public int Away { get; set; }

    public int Total => Lost + Refused + Hidden + Delayed + UnreadRecoveries + Killed + Clashes + Away;
}

/// <summary>Hands the world of a system to the journal, which Akka makes itself.</summary>
public sealed class SimulatedWorlds(SimulatedWorld world) : ExtensionIdProvider<SimulatedWorld>
{
    public override SimulatedWorld CreateExtension(ExtendedActorSystem system) => world;
}
