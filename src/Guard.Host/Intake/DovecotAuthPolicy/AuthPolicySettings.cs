using System.Net;
using Guard.Host.Configuration;
using Guard.Host.Intake.Sockets;

namespace Guard.Host.Intake.DovecotAuthPolicy;

/// <summary>Where the auth policy server listens, and its limits.</summary>
public sealed record AuthPolicySettings(EndPoint Listen)
{
    public AuthPolicyCredentials Credentials { get; init; } = AuthPolicyCredentials.None;

    /// <summary>Who may call, and how many at a time; null: everybody, up to <see cref="MaxConnections"/>.</summary>
    public ConnectionDoor? Door { get; init; }

    /// <summary>Logins about which somebody says one of these are refused.</summary>
    public RefusedAttributes RefuseAttributes { get; init; } = RefusedAttributes.None;

    public int MaxConnections { get; init; } = 1000;

    /// <summary>Calls at work at a time; beyond them the answer is <see cref="Unanswered"/> at once.</summary>
    public int MaxAtWork { get; init; } = 2000;

    public int LongestBody { get; init; } = 64 * 1024;

    /// <summary>Half of Dovecot's default patience (<c>auth_policy_server_timeout_msecs</c> = 2000).</summary>
    public TimeSpan Deadline { get; init; } = TimeSpan.FromSeconds(1);

    public TimeSpan Idle { get; init; } = TimeSpan.FromMinutes(10);

    /// <summary>How long the head, and the body, of a call may take to arrive.</summary>
    public TimeSpan Slow { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>What is answered when the guard cannot: logins go on, unless the admin wants it otherwise.</summary>
    public AuthPolicyReply Unanswered { get; init; } = AuthPolicyReply.Allow();
}
