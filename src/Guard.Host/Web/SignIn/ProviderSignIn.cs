using Guard.Host.Configuration;
using Guard.Host.Web.Security;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authentication.OpenIdConnect;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.IdentityModel.Protocols.OpenIdConnect;

namespace Guard.Host.Web.SignIn;

/// <summary>OpenID Connect by the code flow with PKCE. Its answer stays in a cookie of its own until a session begins.</summary>
internal static class ProviderSignIn
{
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
                    options.Events = new OpenIdConnectEvents
                    {
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
