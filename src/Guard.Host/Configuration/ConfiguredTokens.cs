using System.Collections.Immutable;
using System.Security.Cryptography;
using System.Text;

namespace Guard.Host.Configuration;

/// <summary>The tokens that are configured.</summary>
public sealed class ConfiguredTokens(ImmutableArray<ApiToken> tokens, TimeProvider? clock = null)
{
    private readonly TimeProvider _clock = clock ?? TimeProvider.System;

    private const string Prefix = "ag_";
    private const string Scheme = "Bearer ";

    public ImmutableArray<ApiToken> All => tokens;

    /// <summary>A new token: 256 random bits.</summary>
    public static string Create() => Prefix + Convert.ToBase64String(RandomNumberGenerator.GetBytes(32)).TrimEnd('=').Replace('+', '-').Replace('/', '_');

    public static byte[] HashOf(string token) => SHA256.HashData(Encoding.UTF8.GetBytes(token));

    /// <summary>Whose token an <c>Authorization</c> header holds (RFC 6750); null when it is nobody's. Looks at every token, whichever fits, in the same
    /// time.</summary>
    public ApiToken? Find(string authorization)
    {
        if (!authorization.StartsWith(Scheme, StringComparison.OrdinalIgnoreCase))
            return null;
        var hash = HashOf(authorization[Scheme.Length..].Trim());
        ApiToken? found = null;
        foreach (var token in tokens)
            found = CryptographicOperations.FixedTimeEquals(token.Hash.AsSpan(), hash) ? token : found;
        return found?.Expires <= _clock.GetUtcNow() ? null : found;
    }
}
