using System.Net;
using Guard.Host.Intake.Sockets;

namespace Guard.Host.Intake.Milter;

/// <summary>Where the milter listens, and its limits.</summary>
public sealed record MilterServerSettings(EndPoint Listen)
{
    /// <summary>Who may ask, and how many at a time; null: everybody, up to <see cref="MaxConnections"/>.</summary>
    public ConnectionDoor? Door { get; init; }

    public int MaxConnections { get; init; } = 1000;

    /// <summary>Questions at work at a time; beyond them the answer is <see cref="Unanswered"/> at once.</summary>
    public int MaxAtWork { get; init; } = 2000;

    public TimeSpan Deadline { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>An SMTP client may be silent for 5 minutes (RFC 5321 section 4.5.3.2.7), for 10 while it sends the message.</summary>
    public TimeSpan Idle { get; init; } = TimeSpan.FromMinutes(15);

    /// <summary>How long one packet may take to arrive, and one answer to be taken.</summary>
    public TimeSpan Slow { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>What is answered when the guard cannot: mail flows, unless the admin wants it otherwise.</summary>
    public MilterReply Unanswered { get; init; } = MilterReply.Continue;
}
