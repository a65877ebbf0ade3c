using Microsoft.AspNetCore.Http;

namespace Guard.Host.Web.Security;

/// <summary>
/// What every answer tells the browser. Scripts come from here only and never stand in a page. Styles may stand in a page, since MudBlazor sets widths and
/// colours of single elements that way.
/// </summary>
internal static class SecurityHeaders
{
    /// <param name="formTargets">Where forms may lead besides here: the identity provider, which a sign-in form redirects to.</param>
    public static string ContentPolicy(string formTargets) =>
        "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; font-src 'self'; connect-src 'self'; manifest-src 'self'; "
        + $"form-action 'self'{(formTargets.Length == 0 ? "" : " " + formTargets)}; base-uri 'self'; frame-ancestors 'none'; object-src 'none'";

    public static void Set(IHeaderDictionary headers, string contentPolicy, bool secure)
    {
        headers.ContentSecurityPolicy = contentPolicy;
        headers.XContentTypeOptions = "nosniff";
        headers.XFrameOptions = "DENY";
        // With none at all, browsers would not tell where a form of our own comes from either (Origin: null).
        headers["Referrer-Policy"] = "same-origin";
        headers["Permissions-Policy"] = "camera=(), geolocation=(), microphone=(), payment=(), usb=(), interest-cohort=()";
        headers["Cross-Origin-Opener-Policy"] = "same-origin";
        headers["Cross-Origin-Resource-Policy"] = "same-origin";
        if (secure)
            headers.StrictTransportSecurity = "max-age=31536000";
    }
}
