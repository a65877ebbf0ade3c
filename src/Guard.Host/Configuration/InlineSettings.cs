using System.Collections.Immutable;
using System.Net;
using Guard.Actors.Policies.Geography;

namespace Guard.Host.Configuration;

/// <summary>Where mail servers may ask, and how they are answered.</summary>
/// <param name="Policy">Postfix policy delegation; null when off.</param>
/// <param name="AuthPolicy">Dovecot's auth policy and weakforced's calls; null when off.</param>
/// <param name="Milter">The milter protocol; null when off.</param>
/// <param name="Chosen">The addresses that somebody wrote down: one of these that cannot be had ends the start.</param>
/// <param name="Deadline">After which the answer is <paramref name="DeferUnanswered"/>'s.</param>
/// <param name="DeferUnanswered">Whether mail waits when the guard cannot answer; else it flows.</param>
/// <param name="Contact">Where a refused user may turn to; part of the answer.</param>
/// <param name="AuthUser">Name and password of the auth policy calls; empty for none.</param>
/// <param name="AuthReportsCount">Whether reported logins are counted; what a log tells again counts once.</param>
public sealed record InlineSettings(
    EndPoint? Policy,
    EndPoint? AuthPolicy,
    EndPoint? Milter,
    IReadOnlySet<EndPoint> Chosen,
    TimeSpan Deadline,
    bool DeferUnanswered,
    string Contact,
    string AuthUser,
    string AuthPassword,
    bool AuthReportsCount
)
{
    public ServiceAnswers Answers { get; init; } = ServiceAnswers.Usual;

    /// <summary>Connections of each server at a time.</summary>
    public int MaxConnections { get; init; } = 1000;

    /// <summary>Who may ask by Postfix's policy delegation.</summary>
    public AllowedPeers PolicyPeers { get; init; } = new();

    /// <summary>Who may call the auth policy; a password speaks for everybody else.</summary>
    public AllowedPeers AuthPeers { get; init; } = new();

    /// <summary>The installation's own webmail and proxies, besides this machine.</summary>
    public ImmutableArray<NetworkPrefix> OwnProxies { get; init; } = [];

    /// <summary>Logins about which an auth policy client says one of these are refused.</summary>
    public RefusedAttributes RefuseAttributes { get; init; } = RefusedAttributes.None;

    /// <summary>Who may speak the milter protocol.</summary>
    public AllowedPeers MilterPeers { get; init; } = new();
}
