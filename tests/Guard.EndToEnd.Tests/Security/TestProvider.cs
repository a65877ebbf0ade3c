using System.Buffers.Text;
using System.Collections.Concurrent;
using System.Net;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Xunit;

namespace Guard.EndToEnd.Tests.Security;

/// <summary>What a provider says of somebody, and where it lies.</summary>
internal sealed record ProviderAnswer
{
    public string Subject { get; init; } = "subject-1";
    public string Email { get; init; } = "root@example.com";
    public bool EmailVerified { get; init; } = true;
    public string? Issuer { get; init; }
    public string? Audience { get; init; }
    public string? Nonce { get; init; }
    public TimeSpan Lasts { get; init; } = TimeSpan.FromMinutes(5);

    /// <summary><c>RS256</c>, <c>none</c>, <c>foreign</c> (another key under the same name), <c>HS256</c> (signed with the public key as if it were a secret),
    /// <c>cut</c> (a signature that is not of this text).</summary>
    public string Signed { get; init; } = "RS256";

    /// <summary>Whom the userinfo endpoint tells of; null: the same.</summary>
    public string? UserInfoSubject { get; init; }
}

/// <summary>An OpenID Connect provider by the book (discovery, keys, code flow with PKCE, userinfo), which can be told to break each rule.</summary>
internal sealed class TestProvider : IDisposable
{
    public const string Client = "accountguard";
    public const string Secret = "between the two of us";

    private readonly HttpListener _listener = new();
    private readonly RSA _key = RSA.Create(2048);
    private readonly RSA _foreign = RSA.Create(2048);
    private readonly ConcurrentDictionary<string, Issued> _codes = new();
    private readonly ConcurrentDictionary<string, Issued> _access = new();
    private readonly Task _serving;

    public TestProvider()
    {
        Address = $"http://127.0.0.1:{FreePort.Next()}";
        _listener.Prefixes.Add(Address + "/");
        _listener.Start();
        _serving = Task.Run(ServeAsync);
    }

    public string Address { get; }

    /// <summary>How the console is told of it.</summary>
    public string Setting => $"console.oidc {{ authority = \"{Address}\", client-id = \"{Client}\", client-secret = \"{Secret}\", name = \"Example login\" }}";

    /// <summary>Somebody signs in at the provider's page, to which the console sent them.</summary>
    /// <returns>Where the provider sends them back to.</returns>
    public string SignIn(string authorize, ProviderAnswer answer)
    {
        var asked = new Uri(authorize)
            .Query.TrimStart('?')
            .Split('&')
            .Select(pair => pair.Split('=', 2))
            .ToDictionary(pair => pair[0], pair => Uri.UnescapeDataString(pair[1].Replace('+', ' ')));
        Assert.Equal(("code", Client, "S256"), (asked["response_type"], asked["client_id"], asked["code_challenge_method"]));
        var code = Guid.NewGuid().ToString("N");
        _codes[code] = new Issued(answer with { Nonce = answer.Nonce ?? asked["nonce"] }, asked["code_challenge"], asked["redirect_uri"]);
        return $"{asked["redirect_uri"]}?code={code}&state={Uri.EscapeDataString(asked["state"])}";
    }

    private async Task ServeAsync()
    {
        while (_listener.IsListening)
        {
            try
            {
                var context = await _listener.GetContextAsync();
                await AnswerAsync(context);
            }
            catch (Exception ended) when (ended is HttpListenerException or ObjectDisposedException or InvalidOperationException)
            {
                return;
            }
        }
    }

    private async Task AnswerAsync(HttpListenerContext context)
    {
        object? answer = context.Request.Url!.AbsolutePath switch
        {
            "/.well-known/openid-configuration" => new
            {
                issuer = Address,
                authorization_endpoint = Address + "/authorize",
                token_endpoint = Address + "/token",
                userinfo_endpoint = Address + "/userinfo",
                jwks_uri = Address + "/keys",
                response_types_supported = new[] { "code" },
                subject_types_supported = new[] { "public" },
                id_token_signing_alg_values_supported = new[] { "RS256" },
            },
            "/keys" => new
            {
                keys = new[]
                {
                    new
                    {
                        kty = "RSA",
                        use = "sig",
                        alg = "RS256",
                        kid = "one",
                        n = Base64Url.EncodeToString(_key.ExportParameters(false).Modulus),
                        e = Base64Url.EncodeToString(_key.ExportParameters(false).Exponent),
                    },
                },
            },
            "/token" => await TokenAsync(context.Request),
            "/userinfo" => UserInfo(context.Request),
            _ => null,
        };
        context.Response.StatusCode = answer is null ? 400 : 200;
        context.Response.ContentType = "application/json";
        await context.Response.OutputStream.WriteAsync(JsonSerializer.SerializeToUtf8Bytes(answer ?? new { error = "invalid_grant" }));
        context.Response.Close();
    }

    /// <summary>A code works once, for who began with its challenge and knows the client's secret.</summary>
    private async Task<object?> TokenAsync(HttpListenerRequest request)
    {
        using var reader = new StreamReader(request.InputStream);
        var form = (await reader.ReadToEndAsync())
            .Split('&')
            .Select(pair => pair.Split('=', 2))
            .ToDictionary(pair => pair[0], pair => WebUtility.UrlDecode(pair[1]));
        if (
            form["client_id"] != Client
            || form["client_secret"] != Secret
            || !_codes.TryRemove(form["code"], out var issued)
            || Base64Url.EncodeToString(SHA256.HashData(Encoding.ASCII.GetBytes(form["code_verifier"]))) != issued.Challenge
            || form["redirect_uri"] != issued.Redirect
        )
            return null;
        var access = Guid.NewGuid().ToString("N");
        _access[access] = issued;
        return new
        {
            access_token = access,
            token_type = "Bearer",
            expires_in = 300,
            id_token = IdToken(issued.Answer),
        };
    }

    private object? UserInfo(HttpListenerRequest request) =>
        _access.TryGetValue(request.Headers["Authorization"]?.Split(' ')[^1] ?? "", out var issued)
            ? new { sub = issued.Answer.UserInfoSubject ?? issued.Answer.Subject, email = issued.Answer.Email }
            : null;

    private string IdToken(ProviderAnswer answer)
    {
        var now = DateTimeOffset.UtcNow;
        var algorithm = answer.Signed is "none" or "HS256" ? answer.Signed : "RS256";
        var head = Part(
            new
            {
                alg = algorithm,
                typ = "JWT",
                kid = "one",
            }
        );
        var body = Part(
            new
            {
                iss = answer.Issuer ?? Address,
                aud = answer.Audience ?? Client,
                sub = answer.Subject,
                nonce = answer.Nonce,
                iat = (now - TimeSpan.FromHours(1)).ToUnixTimeSeconds(),
                nbf = (now - TimeSpan.FromHours(1)).ToUnixTimeSeconds(),
                exp = (now + answer.Lasts).ToUnixTimeSeconds(),
                email = answer.Email,
                email_verified = answer.EmailVerified,
            }
        );
        var text = Encoding.ASCII.GetBytes($"{head}.{body}");
        var signature = answer.Signed switch
        {
            "none" => [],
            "HS256" => HMACSHA256.HashData(Encoding.ASCII.GetBytes(_key.ExportSubjectPublicKeyInfoPem()), text),
            "foreign" => _foreign.SignData(text, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1),
            "cut" => _key.SignData([1, 2, 3], HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1),
            _ => _key.SignData(text, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1),
        };
        return $"{head}.{body}.{Base64Url.EncodeToString(signature)}";
    }

    private static string Part(object value) => Base64Url.EncodeToString(JsonSerializer.SerializeToUtf8Bytes(value));

    public void Dispose()
    {
        _listener.Close();
        _serving.Wait(TimeSpan.FromSeconds(5));
        _key.Dispose();
        _foreign.Dispose();
    }

    private sealed record Issued(ProviderAnswer Answer, string Challenge, string Redirect);
}
