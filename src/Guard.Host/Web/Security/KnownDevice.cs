using Microsoft.AspNetCore.DataProtection;
using Microsoft.AspNetCore.Http;

namespace Guard.Host.Web.Security;

/// <summary>A signed cookie of a browser in which somebody signed in before. It opens nothing; it only gives that browser a count of failures of its
/// own.</summary>
internal sealed class KnownDevice(IDataProtectionProvider protection)
{
    public const string CookieName = "accountguard-device";

    private static readonly TimeSpan Kept = TimeSpan.FromDays(180);

    private readonly ITimeLimitedDataProtector _protector = protection.CreateProtector("console.known-device").ToTimeLimitedDataProtector();

    /// <summary>The browser's number, when this person signed in with it before.</summary>
    public string? Find(HttpRequest request, string person)
    {
        if (request.Cookies[CookieName] is not { } cookie)
            return null;
        try
        {
            var words = _protector.Unprotect(cookie).Split(' ', 2);
            return words.Length == 2 && string.Equals(words[1], person, StringComparison.OrdinalIgnoreCase) ? words[0] : null;
        }
        catch (System.Security.Cryptography.CryptographicException)
        {
            return null;
        }
    }

    public void Remember(HttpContext context, string person, bool secure) =>
        context.Response.Cookies.Append(
            CookieName,
            _protector.Protect($"{People.RandomSecret.New()} {person}", Kept),
            new CookieOptions
            {
                HttpOnly = true,
                Secure = secure,
                SameSite = SameSiteMode.Strict,
                MaxAge = Kept,
                Path = "/sign-in",
                IsEssential = true,
            }
        );
}
