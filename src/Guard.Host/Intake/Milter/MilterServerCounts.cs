namespace Guard.Host.Intake.Milter;

/// <summary>What the milter did since its start.</summary>
/// <param name="Questions">Commands that asked for a decision.</param>
/// <param name="Late">Answered without the guard because the deadline passed.</param>
/// <param name="Overloaded">Answered without the guard because too many were at work.</param>
/// <param name="Failed">Answered without the guard because deciding failed.</param>
/// <param name="Malformed">Connections closed because of what they sent.</param>
/// <param name="TimedOut">Connections closed because nothing, or too little, came.</param>
public sealed record MilterServerCounts(
    long Questions,
    long Late,
    long Overloaded,
    long Failed,
    long Malformed,
    long TimedOut,
    long RefusedConnections,
    int OpenConnections
);
