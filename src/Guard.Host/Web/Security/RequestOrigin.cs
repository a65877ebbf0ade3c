using System.Net;
using Microsoft.AspNetCore.Http;

namespace Guard.Host.Web.Security;

/// <summary>Whether a request was made by the console's own pages, or by a tool that is no browser.</summary>
internal static class RequestOrigin
{
    /// <summary>
    /// False for what another site's page makes a browser send: changes, and the web socket, whose handshake is a GET. Browsers tell where a request comes
    /// from; tools tell nothing and are let in, as nobody's cookies travel with them.
    /// </summary>
    public static bool IsOwn(HttpRequest request)
    {
        var changes = !HttpMethods.IsGet(request.Method) && !HttpMethods.IsHead(request.Method) && !HttpMethods.IsOptions(request.Method);
        if (!changes && !request.HttpContext.WebSockets.IsWebSocketRequest && !request.Path.StartsWithSegments("/_blazor"))
            return true;
        switch (request.Headers["Sec-Fetch-Site"].ToString())
        {
            case "same-origin":
                return true;
            case "cross-site" or "same-site":
                return false;
        }
        var origin = request.Headers.Origin.ToString();
        return origin.Length == 0
            || (Uri.TryCreate(origin, UriKind.Absolute, out var from) && string.Equals(from.Authority, Authority(request), StringComparison.OrdinalIgnoreCase));
    }

    /// <summary>
    /// False for a name that is not this server's: a page of somebody else whose name was pointed here (DNS rebinding). Addresses are always ours.
    /// </summary>
    public static bool IsOwnHost(HttpRequest request, IReadOnlySet<string> names)
    {
        var host = request.Host.Host.Trim('[', ']');
        return host.Length == 0 || IPAddress.TryParse(host, out _) || names.Contains(host);
    }

    private static string Authority(HttpRequest request) => new Uri($"{request.Scheme}://{request.Host.Value}").Authority;
}
