using System.Net;

namespace Guard.Host.Configuration;

/// <summary>Where syslog is heard, and how long senders may take.</summary>
public sealed record SyslogSettings
{
    /// <summary>UDP and TCP; null: off.</summary>
    public IPEndPoint? Listen { get; init; }

    /// <summary>TLS over TCP (RFC 5425); null: off.</summary>
    public SyslogTlsSettings? Tls { get; init; }

    /// <summary>Whose messages are believed.</summary>
    public AllowedPeers Allowed { get; init; } = new() { Users = AllowedPeers.UsualLoggers };

    /// <summary>At a time, of each kind.</summary>
    public int MaxConnections { get; init; } = 1024;

    /// <summary>A fleet's machine may have nothing to say for long.</summary>
    public TimeSpan Idle { get; init; } = TimeSpan.FromDays(1);

    /// <summary>How long the rest of a message may take to arrive.</summary>
    public TimeSpan Slow { get; init; } = TimeSpan.FromMinutes(1);
}

/// <summary>Files are PEM; what changes is taken over with the next connection.</summary>
/// <param name="Certificate">With what is between it and its root, if anything is.</param>
/// <param name="ClientAuthority">Who may log must have a certificate that one of these signed; empty: everybody may.</param>
public sealed record SyslogTlsSettings(IPEndPoint Listen, string Certificate, string Key, string ClientAuthority)
{
    /// <summary>How long the handshake may take.</summary>
    public TimeSpan Handshake { get; init; } = TimeSpan.FromSeconds(10);
}
