using Guard.Messages.Observations;

namespace Guard.Bench.Detection.Scoring;

/// <summary>Sees every observation of a run, in order.</summary>
public interface IWatcher
{
    void Take(Observation observation);
}
