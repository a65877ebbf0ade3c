using System.Collections.Frozen;
using Guard.Host.Intake.Sockets;

namespace Guard.Host.Intake.DovecotAuthPolicy;

/// <summary>The answer to "allow": 0 lets the login go on, -1 refuses it even with the right password, n holds it up for n seconds.</summary>
public readonly record struct AuthPolicyReply
{
    private readonly string? _message;

    private AuthPolicyReply(int status, string message, AccessEntry? listed = null) => (Status, _message, Listed) = (status, ReplyText.Clean(message), listed);

    public int Status { get; }

    /// <summary>What the client is told; mail programs show it to the user.</summary>
    public string Message => _message ?? "";

    /// <summary>What else is told: <c>r_attrs</c>.</summary>
    public IReadOnlyDictionary<string, string> Attributes { get; init; } = FrozenDictionary<string, string>.Empty;

    /// <summary>The entry of a list that decided, if one did.</summary>
    public AccessEntry? Listed { get; }

    public static AuthPolicyReply Whitelisted(AccessEntry entry) => new(0, "whitelisted", entry);

    public static AuthPolicyReply Blacklisted(AccessEntry entry, string message) => new(-1, message, entry);

    public static AuthPolicyReply Allow(string message = "") => new(0, message);

    public static AuthPolicyReply Refuse(string message) => new(-1, message);

    /// <summary>Dovecot waits in seconds and then goes on.</summary>
    public static AuthPolicyReply Delay(TimeSpan time, string message = "") => new((int)Math.Clamp(Math.Ceiling(time.TotalSeconds), 1, 3600), message);
}
