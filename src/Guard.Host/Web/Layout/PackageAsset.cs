using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Http;

namespace Guard.Host.Web.Layout;

/// <summary>
/// Style and script of a package. The SDK compresses them, but serves them compressed only by their plain name, of which browsers have to ask each time whether
/// it changed. With their fingerprint behind the plain name they are both: small, and kept.
/// </summary>
internal static class PackageAsset
{
    private const string Fingerprint = "v";

    /// <summary>Where a page finds it: <c>_content/MudBlazor/MudBlazor.min.css?v=k4r0it8844</c>.</summary>
    public static string Of(ResourceAssetCollection assets, string name)
    {
        // MudBlazor.min.k4r0it8844.css
        var parts = assets[name].Split('.');
        return assets[name] == name ? name : $"{name}?{Fingerprint}={parts[^2]}";
    }

    /// <summary>Lets browsers keep what they asked for with a fingerprint: another content has another address.</summary>
    public static void Keep(HttpContext context)
    {
        if (!context.Request.Path.StartsWithSegments("/_content", StringComparison.Ordinal) || !context.Request.Query.ContainsKey(Fingerprint))
            return;
        context.Response.OnStarting(() =>
        {
            if (context.Response.StatusCode is StatusCodes.Status200OK or StatusCodes.Status304NotModified)
                context.Response.Headers.CacheControl = "max-age=31536000, immutable";
            return Task.CompletedTask;
        });
    }
}
