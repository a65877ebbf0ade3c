using System.Security.Claims;
using System.Text.Encodings.Web;
using Guard.Host.Web.People;
using Microsoft.AspNetCore.Authentication;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Guard.Host.Web.SignIn;

/// <summary>Tools sign in with <c>Authorization: Bearer agt_…</c>.</summary>
internal sealed class TokenHandler(IOptionsMonitor<AuthenticationSchemeOptions> options, ILoggerFactory logger, UrlEncoder encoder, ApiTokens tokens)
    : AuthenticationHandler<AuthenticationSchemeOptions>(options, logger, encoder)
{
    public const string SchemeName = "token";

    private const string Bearer = "Bearer ";

    protected override async Task<AuthenticateResult> HandleAuthenticateAsync()
    {
        var header = Request.Headers.Authorization.ToString();
        if (!header.StartsWith(Bearer, StringComparison.OrdinalIgnoreCase))
            return AuthenticateResult.NoResult();
        var secret = header[Bearer.Length..].Trim();
        // Other parts of the guard have tokens of their own.
        if (!secret.StartsWith(ApiTokens.Prefix, StringComparison.Ordinal))
            return AuthenticateResult.NoResult();
        if (await tokens.FindAsync(secret, Context.RequestAborted).ConfigureAwait(false) is not { } found)
            return AuthenticateResult.Fail("no such token");
        var identity = new ClaimsIdentity(
            [
                new(ClaimTypes.NameIdentifier, found.Person.Id),
                new(ClaimTypes.Name, found.Person.UserName ?? ""),
                new(ClaimTypes.Role, found.Person.Role.ToString()),
                new(PersonScopes.TokenClaim, secret),
                new(CurrentPerson.AddressClaim, Context.Connection.RemoteIpAddress?.ToString() ?? ""),
            ],
            Scheme.Name
        );
        return AuthenticateResult.Success(new AuthenticationTicket(new ClaimsPrincipal(identity), Scheme.Name));
    }
}
