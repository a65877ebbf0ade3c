using Guard.Messages.Observations;

namespace Guard.Host.Replay;

/// <summary>Is shown every observation of a replay, in order.</summary>
public interface IReplayListener
{
    void Take(Observation observation);
}
