using System.Globalization;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Localization;

namespace Guard.Host.Web.Texts;

/// <summary>The console's languages. The program runs without the system's cultures, so how they write dates and numbers stands here.</summary>
internal static class Languages
{
    public const string CookieName = "accountguard-language";

    public static IReadOnlyList<CultureInfo> All { get; } = [Make("en", ".", ",", "yyyy-MM-dd", "HH:mm"), Make("de", ",", ".", "dd.MM.yyyy", "HH:mm")];

    /// <summary>What the languages call themselves.</summary>
    public static IReadOnlyList<(string Code, string Name)> Names { get; } = [("en", "English"), ("de", "Deutsch")];

    public static CultureInfo Find(string code) => All.FirstOrDefault(culture => culture.Name == code) ?? All[0];

    /// <param name="kept">Null: until the browser is closed.</param>
    public static void Remember(HttpContext context, string language, bool secure, TimeSpan? kept) =>
        context.Response.Cookies.Append(
            CookieName,
            CookieRequestCultureProvider.MakeCookieValue(new RequestCulture(language)),
            new CookieOptions
            {
                MaxAge = kept,
                HttpOnly = true,
                Secure = secure,
                SameSite = SameSiteMode.Lax,
                IsEssential = true,
            }
        );

    public static RequestLocalizationOptions Options()
    {
        var options = new RequestLocalizationOptions
        {
            DefaultRequestCulture = new RequestCulture(All[0]),
            SupportedCultures = [.. All],
            SupportedUICultures = [.. All],
            FallBackToParentCultures = true,
            FallBackToParentUICultures = true,
        };
        options.RequestCultureProviders =
        [
            new CookieRequestCultureProvider { CookieName = CookieName, Options = options },
            new PreferredLanguage { Options = options },
        ];
        return options;
    }

    private static CultureInfo Make(string name, string point, string group, string date, string time)
    {
        var culture = new CultureInfo(name);
        culture.NumberFormat.NumberDecimalSeparator = culture.NumberFormat.PercentDecimalSeparator = point;
        culture.NumberFormat.NumberGroupSeparator = culture.NumberFormat.PercentGroupSeparator = group;
        culture.DateTimeFormat.ShortDatePattern = date;
        culture.DateTimeFormat.ShortTimePattern = time;
        return CultureInfo.ReadOnly(culture);
    }
}
