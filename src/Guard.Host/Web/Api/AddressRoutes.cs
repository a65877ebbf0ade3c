using Guard.Host.ConsoleModel.Contracts;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Guard.Host.Web.Api;

/// <summary>Addresses and networks.</summary>
internal static class AddressRoutes
{
    public static void Map(RouteGroupBuilder api, ConsoleServices services) =>
        api.MapGet(
                "/addresses",
                async (HttpContext http, string network) =>
                {
                    var detail = await services.Addresses.GetAsync(http.Scope(), network, http.RequestAborted).ConfigureAwait(false);
                    return ApiExport.Of(
                            http,
                            "address",
                            detail.Accounts,
                            new("user", row => row.User.Value),
                            new("site", row => row.Site.Value),
                            new("logins", row => row.Logins),
                            new("failures", row => row.Failures),
                            new("mails", row => row.Mails),
                            new("stopped", row => row.Stopped),
                            new("strange", row => row.Strange),
                            new("first_seen", row => row.FirstSeen),
                            new("last_seen", row => row.LastSeen)
                        ) ?? ApiJson.Ok(detail);
                }
            )
            .Produces<AddressDetail>()
            .WithSummary("An address or network: who used it, blocks present and past, lists that name it; export=csv or json for its accounts.");
}
