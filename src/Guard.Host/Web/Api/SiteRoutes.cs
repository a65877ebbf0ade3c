using Guard.Host.ConsoleModel.Contracts;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Guard.Host.Web.Api;

/// <summary>Sites: list, one, release.</summary>
internal static class SiteRoutes
{
    public static void Map(RouteGroupBuilder api, ConsoleServices services)
    {
        api.MapGet(
                "/sites",
                async (HttpContext http, string? search, int? offset, int? limit) =>
                {
                    var exported = http.Request.Query["export"].Count > 0;
                    var page = await services
                        .Sites.ListAsync(http.Scope(), search, exported ? 0 : offset ?? 0, exported ? int.MaxValue : limit ?? 50, http.RequestAborted)
                        .ConfigureAwait(false);
                    return ApiExport.Of(
                            http,
                            "sites",
                            page.Items,
                            new("site", row => row.Site.Value),
                            new("domains", row => string.Join(' ', row.Domains)),
                            new("accounts", row => row.Accounts),
                            new("above_normal", row => row.AboveNormal),
                            new("worst", row => row.Worst.ToString().ToLowerInvariant()),
                            new("last_seen", row => row.LastSeen),
                            new("own_policy", row => row.OwnPolicy)
                        ) ?? ApiJson.Ok(page);
                }
            )
            .Produces<Page<SiteRow>>()
            .WithSummary("Sites in reach.");
        api.MapGet(
                "/sites/{site}",
                async (HttpContext http, string site) =>
                    ApiJson.Ok(await services.Sites.GetAsync(http.Scope(), ApiWords.Site(site) ?? default, http.RequestAborted).ConfigureAwait(false))
            )
            .Produces<SiteDetail>()
            .WithSummary("A site: its own reaction, shared quotas, who lately reacted.");
        api.MapPost(
                "/sites/{site}/release",
                async (HttpContext http, string site) =>
                {
                    var request = await ApiJson.ReadAsync<ActRequest>(http).ConfigureAwait(false);
                    return ApiJson.Ok(
                        new ActAnswer(
                            await services
                                .Sites.ReleaseAsync(http.Scope(), ApiWords.Site(site) ?? default, request.Why ?? "", http.RequestAborted)
                                .ConfigureAwait(false)
                        )
                    );
                }
            )
            .Accepts<ActRequest>("application/json")
            .Produces<ActAnswer>()
            .WithSummary("End the site's own reaction.");
    }
}
