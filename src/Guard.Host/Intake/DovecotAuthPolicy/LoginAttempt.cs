using System.Collections.Frozen;
using System.Collections.Immutable;
using Guard.Messages.Places;

namespace Guard.Host.Intake.DovecotAuthPolicy;

/// <summary>A login that is being tried (Dovecot "Authentication policy support", default request attributes; weakforced's LoginTupleAllow).</summary>
public sealed record LoginAttempt
{
    public string Login { get; init; } = "";

    /// <summary>Where the client is; "no address" when what was sent is none.</summary>
    public NetworkAddress Remote { get; init; }

    /// <summary>The service in Dovecot's words: imap, pop3, smtp, …</summary>
    public string Protocol { get; init; } = "";

    public PasswordHash PasswordHash { get; init; }

    /// <summary>Dovecot's session; empty for logins by way of Postfix.</summary>
    public string SessionId { get; init; } = "";

    public string DeviceId { get; init; } = "";

    public bool Tls { get; init; }

    /// <summary>Further words about the login, such as from a user database: each with one value or several.</summary>
    public FrozenDictionary<string, ImmutableArray<string>> Attributes { get; init; } = FrozenDictionary<string, ImmutableArray<string>>.Empty;

    /// <summary>What <see cref="DeviceId"/> tells, or the client itself; see <see cref="DeviceAttributes"/>.</summary>
    public FrozenDictionary<string, string> Device { get; init; } = DeviceAttributes.None;

    /// <summary>Fingerprint of the client's TLS hello, in lower case; empty when nobody says.</summary>
    public string Ja3 { get; init; } = "";
}

/// <summary>How a login ended.</summary>
/// <param name="Success">The password was right and the login was let in.</param>
/// <param name="PolicyReject">It was refused because an answer of ours said so.</param>
public sealed record LoginReport(LoginAttempt Attempt, bool Success, bool PolicyReject)
{
    /// <summary>
    /// Why it failed, in the words of Dovecot 2.4 (auth-policy's <c>fail_type</c>: credentials, account, expired, disabled, policy, internal, empty for a
    /// success); empty from those who do not say.
    /// </summary>
    public string FailType { get; init; } = "";
}
