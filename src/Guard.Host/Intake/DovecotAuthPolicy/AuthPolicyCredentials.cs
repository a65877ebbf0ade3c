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
    private readonly string _header = "";
    private readonly byte[]? _secret;

    private AuthPolicyCredentials(byte[]? basic, string header, byte[]? secret) => (_basic, _header, _secret) = (basic, header, secret);

    public static AuthPolicyCredentials None { get; } = new(null, "", null);

    public bool IsRequired => _basic is not null || _secret is not null;

    public AuthPolicyCredentials WithPassword(string user, string password) => new(Digest(Encoding.UTF8.GetBytes($"{user}:{password}")), _header, _secret);

    public AuthPolicyCredentials WithHeader(string name, string secret) => new(_basic, name, Digest(Encoding.UTF8.GetBytes(secret)));

    public bool Accept(IHeaderDictionary headers)
    {
        if (!IsRequired)
            return true;
        // Both are looked at and compared in constant time, digests so that not even the length shows.
        var basic = _basic is not null && Matches(_basic, Sent(headers.Authorization.ToString()));
        var secret = _secret is not null && Matches(_secret, Encoding.UTF8.GetBytes(headers[_header].ToString()));
        return basic | secret;
    }

    private static byte[] Sent(string authorization)
    {
        if (!authorization.StartsWith(Basic, StringComparison.OrdinalIgnoreCase))
            return [];
        try
        {
            return Convert.FromBase64String(authorization[Basic.Length..].Trim());
        }
        catch (FormatException)
        {
            return [];
        }
    }

    private static bool Matches(byte[] expected, byte[] sent) => CryptographicOperations.FixedTimeEquals(expected, Digest(sent));

    private static byte[] Digest(byte[] text) => SHA256.HashData(text);
}
