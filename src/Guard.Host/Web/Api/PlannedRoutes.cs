using Guard.Host.ConsoleModel.Contracts;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Guard.Host.Web.Api;

/// <summary>Planned exceptions of accounts and sites.</summary>
internal static class PlannedRoutes
{
    public static void Map(RouteGroupBuilder api, ConsoleServices services)
    {
        Map(api, services, "/accounts/{user}/exceptions", http => ApiWords.User(Route(http, "user")).Value);
        Map(api, services, "/sites/{site}/exceptions", http => ApiWords.Site(Route(http, "site"))?.Value ?? "");
    }

    private static void Map(RouteGroupBuilder api, ConsoleServices services, string path, Func<HttpContext, string> name)
    {
        api.MapGet(
                path,
                async (HttpContext http, CancellationToken _) =>
                {
                    var rows = await services.Planned.ListAsync(http.Scope(), name(http), http.RequestAborted).ConfigureAwait(false);
                    return ApiExport.Of(
                            http,
                            "exceptions",
                            rows,
                            new("number", row => row.Number),
                            new("of_site", row => row.OfSite),
                            new("from", row => row.From),
                            new("until", row => row.Until),
                            new("places", row => row.Places),
                            new("recipients", row => row.Recipients),
                            new("used", row => row.Used),
                            new("note", row => row.Note),
                            new("by", row => row.By)
                        ) ?? ApiJson.Ok(rows);
                }
            )
            .Produces<PlannedRow[]>()
            .WithSummary("What was announced and is not over.");
        api.MapPost(
                path,
                async (HttpContext http) =>
                {
                    var draft = await ApiJson.ReadAsync<PlannedDraft>(http).ConfigureAwait(false);
                    return ApiJson.Ok(
                        new ActAnswer(await services.Planned.AddAsync(http.Scope(), name(http), draft, http.RequestAborted).ConfigureAwait(false))
                    );
                }
            )
            .Accepts<PlannedDraft>("application/json")
            .Produces<ActAnswer>()
            .WithSummary("Announce places, recipients, or both, for a time.");
        api.MapDelete(
                path,
                async (HttpContext http, long? number, string? why) =>
                    ApiJson.Ok(
                        new ActAnswer(
                            await services.Planned.RemoveAsync(http.Scope(), name(http), number ?? 0, why ?? "", http.RequestAborted).ConfigureAwait(false)
                        )
                    )
            )
            .Produces<ActAnswer>()
            .WithSummary("Take an announcement back, by its number.");
    }

    private static string Route(HttpContext http, string name) => http.GetRouteValue(name)?.ToString() ?? "";
}
