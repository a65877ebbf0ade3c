using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.Http;

namespace Guard.Host.Intake.DovecotAuthPolicy;

/// <summary>
/// Who may call: HTTP basic authentication (RFC 7617) as weakforced has it, or a secret in a header of its own, which is what Dovecot's
/// <c>auth_policy_server_api_header</c> sends. Without any, everybody who reaches the port.
/// </summary>
public sealed class AuthPolicyCredentials
{
    private const string Basic = "Basic ";

    private readonly byte[]? _basic;
    private readonly bool _anyUser;
    private readonly string _header = "";
    private readonly byte[]? _secret;

    private AuthPolicyCredentials(byte[]? basic, bool anyUser, string header, byte[]? secret) =>
        (_basic, _anyUser, _header, _secret) = (basic, anyUser, header, secret);

    public static AuthPolicyCredentials None { get; } = new(null, false, "", null);

    public bool IsRequired => _basic is not null || _secret is not null;

    /// <param name="user">Empty: any name, as weakforced has it.</param>
    public AuthPolicyCredentials WithPassword(string user, string password) =>
        new(Digest(Encoding.UTF8.GetBytes(user.Length == 0 ? password : $"{user}:{password}")), user.Length == 0, _header, _secret);

    public AuthPolicyCredentials WithHeader(string name, string secret) => new(_basic, _anyUser, name, Digest(Encoding.UTF8.GetBytes(secret)));

    public bool Accept(IHeaderDictionary headers)
    {
        if (!IsRequired)
            return true;
        // Both are looked at and compared in constant time, digests so that not even the length shows.
        var basic = _basic is not null && Matches(_basic, Sent(headers.Authorization.ToString(), _anyUser));
        var secret = _secret is not null && Matches(_secret, Encoding.UTF8.GetBytes(headers[_header].ToString()));
        return basic | secret;
    }

    private static byte[] Sent(string authorization, bool passwordOnly)
    {
        if (!authorization.StartsWith(Basic, StringComparison.OrdinalIgnoreCase))
            return [];
        try
        {
            var pair = Convert.FromBase64String(authorization[Basic.Length..].Trim());
            var colon = Array.IndexOf(pair, (byte)':');
            return colon < 0 ? []
                : passwordOnly ? pair[(colon + 1)..]
                : pair;
        }
        catch (FormatException)
        {
            return [];
        }
    }

    private static bool Matches(byte[] expected, byte[] sent) => CryptographicOperations.FixedTimeEquals(expected, Digest(sent));

    private static byte[] Digest(byte[] text) => SHA256.HashData(text);
}
