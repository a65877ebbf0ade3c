namespace Guard.Host.Intake.PostfixPolicy;

/// <summary>What the policy server did since its start.</summary>
/// <param name="Requests">Complete requests.</param>
/// <param name="Late">Answered without the guard because the deadline passed.</param>
/// <param name="Overloaded">Answered without the guard because too many were at work.</param>
/// <param name="Failed">Answered without the guard because deciding failed.</param>
/// <param name="Malformed">Connections closed because of what they sent.</param>
/// <param name="TimedOut">Connections closed because nothing, or too little, came.</param>
/// <param name="RefusedConnections">Connections closed at once because too many were open.</param>
/// <param name="OpenConnections">Connections open now.</param>
public sealed record PolicyServerCounts(
    long Requests,
    long Late,
    long Overloaded,
    long Failed,
    long Malformed,
    long TimedOut,
    long RefusedConnections,
    int OpenConnections
);
