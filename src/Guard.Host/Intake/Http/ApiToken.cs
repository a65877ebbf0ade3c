using System.Collections.Frozen;
using System.Collections.Immutable;
using System.Security.Cryptography;
using System.Text;
using Guard.Messages.Identity;

namespace Guard.Host.Intake.Http;

/// <summary>A program that may call. Its token itself is nowhere but with the program.</summary>
/// <param name="Name">Part of the lasting name of what it tells: with another name, what it told before is not recognised.</param>
/// <param name="Hash">SHA-256 of the token: it is random and long, so that no slow hash is needed.</param>
/// <param name="Sites">Whose accounts it may talk about; empty: all.</param>
public sealed record ApiToken(string Name, ImmutableArray<byte> Hash, ApiScope Scopes, FrozenSet<SiteId> Sites)
{
    /// <summary>The source of what it tells.</summary>
    public string Source => $"http:{Name}";

    public bool MayTalkOf(SiteId site) => Sites.Count == 0 || Sites.Contains(site);
}

/// <summary>The tokens that are configured.</summary>
public sealed class ApiTokens(ImmutableArray<ApiToken> tokens)
{
    private const string Prefix = "ag_";
    private const string Scheme = "Bearer ";

    public ImmutableArray<ApiToken> All => tokens;

    /// <summary>A new token: 256 random bits.</summary>
    public static string Create() => Prefix + Convert.ToBase64String(RandomNumberGenerator.GetBytes(32)).TrimEnd('=').Replace('+', '-').Replace('/', '_');

    public static byte[] HashOf(string token) => SHA256.HashData(Encoding.UTF8.GetBytes(token));

    /// <summary>Whose token an <c>Authorization</c> header holds (RFC 6750); null when it is nobody's. Looks at every token, whichever fits, in the same time.</summary>
    public ApiToken? Find(string authorization)
    {
        if (!authorization.StartsWith(Scheme, StringComparison.OrdinalIgnoreCase))
            return null;
        var hash = HashOf(authorization[Scheme.Length..].Trim());
        ApiToken? found = null;
        foreach (var token in tokens)
            found = CryptographicOperations.FixedTimeEquals(token.Hash.AsSpan(), hash) ? token : found;
        return found;
    }
}
