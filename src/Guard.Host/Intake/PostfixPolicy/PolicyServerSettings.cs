using System.Net;
using Guard.Host.Intake.Sockets;

namespace Guard.Host.Intake.PostfixPolicy;

/// <summary>Where the policy server listens, and its limits.</summary>
public sealed record PolicyServerSettings(EndPoint Listen)
{
    /// <summary>Who may ask, and how many at a time; null: everybody, up to <see cref="MaxConnections"/>.</summary>
    public ConnectionDoor? Door { get; init; }

    /// <summary>Postfix keeps one connection per smtpd process.</summary>
    public int MaxConnections { get; init; } = 1000;

    /// <summary>Questions at work at a time; beyond them the answer is <see cref="Unanswered"/> at once.</summary>
    public int MaxAtWork { get; init; } = 2000;

    public int LongestLine { get; init; } = 8192;

    public int MaxAttributes { get; init; } = 100;

    /// <summary>How long Postfix waits at most.</summary>
    public TimeSpan Deadline { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>Longer than the 300 s after which Postfix itself closes a connection it does not use.</summary>
    public TimeSpan Idle { get; init; } = TimeSpan.FromMinutes(10);

    /// <summary>How long one request may take to arrive, and one answer to be taken.</summary>
    public TimeSpan Slow { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>What is answered when the guard cannot: mail flows, unless the admin wants it otherwise.</summary>
    public PolicyAnswer Unanswered { get; init; } = PolicyAnswer.Dunno;
}
