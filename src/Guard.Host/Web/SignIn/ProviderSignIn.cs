using Guard.Host.Configuration;
using Guard.Host.Web.Security;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authentication.OpenIdConnect;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.IdentityModel.Protocols.OpenIdConnect;
using Microsoft.IdentityModel.Tokens;

namespace Guard.Host.Web.SignIn;

/// <summary>OpenID Connect by the code flow with PKCE. Its answer stays in a cookie of its own until a session begins.</summary>
internal static class ProviderSignIn
{
    /// <summary>Signatures with a key of which only the provider has the secret half.</summary>
    private static readonly string[] Algorithms =
    [
        SecurityAlgorithms.RsaSha256,
        SecurityAlgorithms.RsaSha384,
        SecurityAlgorithms.RsaSha512,
        SecurityAlgorithms.RsaSsaPssSha256,
        SecurityAlgorithms.RsaSsaPssSha384,
        SecurityAlgorithms.RsaSsaPssSha512,
        SecurityAlgorithms.EcdsaSha256,
        SecurityAlgorithms.EcdsaSha384,
        SecurityAlgorithms.EcdsaSha512,
    ];

    private static readonly TimeSpan AnswerKept = TimeSpan.FromMinutes(5);

    public static AuthenticationBuilder AddProvider(this AuthenticationBuilder builder, ConsoleOidc provider, ConsoleSettings settings) =>
        builder
            .AddCookie(
                SignInEndpoints.ExternalScheme,
                options =>
                {
                    options.Cookie.Name = SessionCookie.NameOf("accountguard-provider", settings);
                    options.Cookie.SecurePolicy = SessionCookie.SecureOf(settings);
                    options.Cookie.SameSite = SameSiteMode.Lax;
                    options.ExpireTimeSpan = AnswerKept;
                }
            )
            .AddOpenIdConnect(
                SignInEndpoints.ProviderScheme,
                options =>
                {
                    options.SignInScheme = SignInEndpoints.ExternalScheme;
                    options.Authority = provider.Authority.ToString();
                    options.ClientId = provider.ClientId;
                    options.ClientSecret = provider.ClientSecret;
                    options.ResponseType = OpenIdConnectResponseType.Code;
                    // By query, so that no cookie has to be sent from the provider's page.
                    options.ResponseMode = OpenIdConnectResponseMode.Query;
                    options.UsePkce = true;
                    options.MapInboundClaims = false;
                    options.GetClaimsFromUserInfoEndpoint = true;
                    options.RequireHttpsMetadata = !provider.Authority.IsLoopback;
                    options.CallbackPath = "/sign-in/provider/answer";
                    options.Scope.Clear();
                    foreach (var scope in new[] { "openid", "profile", "email" })
                        options.Scope.Add(scope);
                    options.CorrelationCookie.SecurePolicy = options.NonceCookie.SecurePolicy = SessionCookie.SecureOf(settings);
                    options.CorrelationCookie.SameSite = options.NonceCookie.SameSite = SameSiteMode.Lax;
                    options.TokenValidationParameters.ValidAlgorithms = Algorithms;
                    options.Events = new OpenIdConnectEvents
                    {
                        // What comes by the back channel may lack a signature by the standard (OpenID Connect Core 3.1.3.7); not here, where that channel may be plain.
                        OnTokenValidated = context =>
                        {
                            if (context.SecurityToken.RawSignature is null or "")
                                context.Fail("the provider's answer is not signed");
                            return Task.CompletedTask;
                        },
                        OnRemoteFailure = async context =>
                        {
                            context.Response.Redirect("/sign-in?problem=provider");
                            context.HandleResponse();
                            await context
                                .HttpContext.RequestServices.GetRequiredService<RefusedSignIns>()
                                .WriteAsync(
                                    "",
                                    context.HttpContext.Connection.RemoteIpAddress,
                                    "sign-in.provider-refused",
                                    context.Failure?.Message ?? "",
                                    singly: true,
                                    context.HttpContext.RequestAborted
                                )
                                .ConfigureAwait(false);
                        },
                    };
                }
            );
}
