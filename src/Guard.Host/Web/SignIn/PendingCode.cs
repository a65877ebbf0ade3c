using Guard.Host.Web.People;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.AspNetCore.Http;

namespace Guard.Host.Web.SignIn;

/// <summary>Remembers, between password and code, whose password was right. In a cookie that nobody but this server can make, for five minutes.</summary>
internal sealed class PendingCode(IDataProtectionProvider protection)
{
    public const string CookieName = "accountguard-code";

    private static readonly TimeSpan Lifetime = TimeSpan.FromMinutes(5);

    private readonly ITimeLimitedDataProtector _protector = protection.CreateProtector("console.pending-code").ToTimeLimitedDataProtector();

    public void Begin(HttpContext context, Person person, bool secure) =>
        context.Response.Cookies.Append(
            CookieName,
            _protector.Protect($"{person.Id} {person.SecurityStamp}", Lifetime),
            new CookieOptions
            {
                HttpOnly = true,
                Secure = secure,
                SameSite = SameSiteMode.Strict,
                MaxAge = Lifetime,
                Path = "/sign-in",
                IsEssential = true,
            }
        );

    /// <summary>Whose password it was, and their security stamp then: a password that was changed meanwhile is no longer right.</summary>
    public (string Person, string Stamp)? Find(HttpRequest request)
    {
        try
        {
            return request.Cookies[CookieName] is { } cookie && _protector.Unprotect(cookie).Split(' ', 2) is [var person, var stamp] ? (person, stamp) : null;
        }
        catch (System.Security.Cryptography.CryptographicException)
        {
            return null;
        }
    }

    public void End(HttpContext context) => context.Response.Cookies.Delete(CookieName, new CookieOptions { Path = "/sign-in" });
}
