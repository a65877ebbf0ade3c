using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Localization;
using Microsoft.Extensions.Primitives;

namespace Guard.Host.Web.Texts;

/// <summary>
/// The languages that a browser prefers (RFC 9110, Accept-Language), each also without its region: where the program runs without the system's cultures, the
/// framework does not know that de-AT is German.
/// </summary>
internal sealed class PreferredLanguage : AcceptLanguageHeaderRequestCultureProvider
{
    public override async Task<ProviderCultureResult?> DetermineProviderCultureResult(HttpContext httpContext)
    {
        if (await base.DetermineProviderCultureResult(httpContext).ConfigureAwait(false) is not { } preferred)
            return null;
        return new ProviderCultureResult([.. preferred.Cultures.SelectMany(WithLanguage)], [.. preferred.UICultures.SelectMany(WithLanguage)]);
    }

    private static IEnumerable<StringSegment> WithLanguage(StringSegment culture)
    {
        yield return culture;
        if (culture.IndexOf('-') is var end and > 0)
            yield return culture.Subsegment(0, end);
    }
}
