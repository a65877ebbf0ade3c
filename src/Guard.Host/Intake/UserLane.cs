using Guard.Messages.Observations;
using Guard.Messages.Users;

namespace Guard.Host.Intake;

/// <summary>
/// What one source has for one user: at most one command in flight, so that redelivery after a loss cannot overtake what follows; what is read
/// meanwhile waits and goes as one command.
/// </summary>
internal sealed class UserLane
{
    public UserCommands.Observe? InFlight { get; set; }

    /// <summary>When the command in flight was last sent, ticks of the monotonic clock.</summary>
    public long SentAt { get; set; }

    /// <summary>How often it was sent.</summary>
    public int Sends { get; set; }

    /// <summary>Chunk numbers of the observations in flight.</summary>
    public List<long> InFlightChunks { get; } = [];

    public List<Observation> Waiting { get; } = [];

    public List<long> WaitingChunks { get; } = [];
}
