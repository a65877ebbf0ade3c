using Guard.Messages.Observations;

namespace Guard.Bench.Detection.Baselines;

/// <summary>Another way to notice thieves, as a score with a threshold that is left open.</summary>
public interface IScorer
{
    string Name { get; }

    /// <summary>What the score counts.</summary>
    string Unit { get; }

    /// <summary>How suspicious this observation is, knowing those before; 0 when it is not judged.</summary>
    double Score(Observation observation);
}
