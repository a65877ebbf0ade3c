using Guard.Host.ConsoleModel.Contracts;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Guard.Host.Web.Api;

/// <summary>Held mail of an account.</summary>
internal static class HeldRoutes
{
    public static void Map(RouteGroupBuilder api, ConsoleServices services)
    {
        api.MapGet(
                "/accounts/{user}/held",
                async (HttpContext http, string user) =>
                {
                    var rows = await services.Held.ListAsync(http.Scope(), ApiWords.User(user), http.RequestAborted).ConfigureAwait(false);
                    return ApiExport.Of(
                            http,
                            "held",
                            rows,
                            new("node", row => row.Node),
                            new("id", row => row.Id),
                            new("arrived", row => row.Arrived),
                            new("size", row => row.Size),
                            new("recipients", row => row.Recipients),
                            new("sender", row => row.Sender),
                            new("subject", row => row.Subject)
                        ) ?? ApiJson.Ok(rows);
                }
            )
            .Produces<HeldMailRow[]>()
            .WithSummary("Mail that is held in the mail servers' queues.");
        api.MapPost(
                "/accounts/{user}/held/send",
                async (HttpContext http, string user) =>
                {
                    var request = await ApiJson.ReadAsync<ActRequest>(http).ConfigureAwait(false);
                    return ApiJson.Ok(
                        new NodeAnswers([
                            .. await services.Held.SendAsync(http.Scope(), ApiWords.User(user), request.Why ?? "", http.RequestAborted).ConfigureAwait(false),
                        ])
                    );
                }
            )
            .Accepts<ActRequest>("application/json")
            .Produces<NodeAnswers>()
            .WithSummary("Let it go; what waits still is not held again.");
        api.MapDelete(
                "/accounts/{user}/held",
                async (HttpContext http, string user, string? why) =>
                    ApiJson.Ok(
                        new NodeAnswers([
                            .. await services.Held.DeleteAsync(http.Scope(), ApiWords.User(user), why ?? "", http.RequestAborted).ConfigureAwait(false),
                        ])
                    )
            )
            .Produces<NodeAnswers>()
            .WithSummary("Delete it for good.");
    }
}
