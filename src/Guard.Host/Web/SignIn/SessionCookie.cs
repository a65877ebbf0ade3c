using System.Security.Claims;
using Guard.Host.Configuration;
using Guard.Host.Web.People;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authentication.Cookies;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;

namespace Guard.Host.Web.SignIn;

/// <summary>The cookie of a sign-in. It holds the session's secret; who that is and what they may do is looked up on each request.</summary>
internal static class SessionCookie
{
    public const string Scheme = "session";

    public static AuthenticationBuilder AddSession(this AuthenticationBuilder builder, ConsoleSettings settings) =>
        builder.AddCookie(
            Scheme,
            options =>
            {
                options.Cookie.Name = NameOf("accountguard-session", settings);
                options.Cookie.HttpOnly = true;
                // Lax, so that a link in a report opens the page; nothing changes by GET, and what changes checks where it comes from.
                options.Cookie.SameSite = SameSiteMode.Lax;
                options.Cookie.SecurePolicy = SecureOf(settings);
                options.Cookie.Path = "/";
                options.ExpireTimeSpan = settings.SessionFor;
                options.SlidingExpiration = false;
                options.LoginPath = "/sign-in";
                options.AccessDeniedPath = "/not-allowed";
                options.ReturnUrlParameter = "return";
                options.Events = new CookieAuthenticationEvents
                {
                    OnValidatePrincipal = ValidateAsync,
                    OnRedirectToLogin = context => Redirect(context, StatusCodes.Status401Unauthorized),
                    OnRedirectToAccessDenied = context => Redirect(context, StatusCodes.Status403Forbidden),
                };
            }
        );

    /// <summary>Browsers take a cookie of such a name only by TLS, for this host alone.</summary>
    public static string NameOf(string name, ConsoleSettings settings) => settings.IsSecure ? $"__Host-{name}" : name;

    public static CookieSecurePolicy SecureOf(ConsoleSettings settings) => settings.IsSecure ? CookieSecurePolicy.Always : CookieSecurePolicy.SameAsRequest;

    public static ClaimsPrincipal PrincipalOf(Person person, string session) =>
        new(
            new ClaimsIdentity(
                [
                    new(ClaimTypes.NameIdentifier, person.Id),
                    new(ClaimTypes.Name, person.UserName ?? ""),
                    new(ClaimTypes.Role, person.Role.ToString()),
                    new(PersonScopes.SessionClaim, session),
                ],
                Scheme
            )
        );

    private static async Task ValidateAsync(CookieValidatePrincipalContext context)
    {
        var session = context.Principal?.FindFirstValue(PersonScopes.SessionClaim);
        var sessions = context.HttpContext.RequestServices.GetRequiredService<PersonSessions>();
        var person = session is null ? null : await sessions.FindAsync(session, true, context.HttpContext.RequestAborted).ConfigureAwait(false);
        if (person is null)
        {
            context.RejectPrincipal();
            await context.HttpContext.SignOutAsync(Scheme).ConfigureAwait(false);
            return;
        }
        var principal = PrincipalOf(person, session!);
        ((ClaimsIdentity)principal.Identity!).AddClaim(new Claim(CurrentPerson.AddressClaim, context.HttpContext.Connection.RemoteIpAddress?.ToString() ?? ""));
        context.ReplacePrincipal(principal);
    }

    /// <summary>Tools get a status, browsers the page to sign in at.</summary>
    private static Task Redirect(RedirectContext<CookieAuthenticationOptions> context, int status)
    {
        if (context.Request.Path.StartsWithSegments("/api") || context.Request.Path.StartsWithSegments("/_blazor"))
            context.Response.StatusCode = status;
        else
            context.Response.Redirect(context.RedirectUri);
        return Task.CompletedTask;
    }
}
