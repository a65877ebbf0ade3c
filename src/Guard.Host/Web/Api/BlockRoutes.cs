using Guard.Host.ConsoleModel.Contracts;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Guard.Host.Web.Api;

/// <param name="Network">An IPv4 address or /24, an IPv6 address, /64, /56 or /48.</param>
/// <param name="Hold">How long, such as <c>2h</c>; a day when left out.</param>
internal sealed record BlockRequest(string Network, string? Hold = null, string? Why = null);

/// <param name="Networks">One network of any length a line; what is behind a comma or <c>#</c> is passed over.</param>
/// <param name="For">How long, such as <c>2h</c>; until it is taken back when left out.</param>
internal sealed record ExemptRequest(string Networks, string? For = null, string? Why = null);

/// <summary>What each node said.</summary>
internal sealed record NodeAnswers(string[] Nodes);

/// <summary>Blocks and locks.</summary>
internal static class BlockRoutes
{
    public static void Map(RouteGroupBuilder api, ConsoleServices services)
    {
        api.MapGet(
                "/blocks",
                async (HttpContext http, string? search, string? node, int? offset, int? limit) =>
                {
                    var page = await services
                        .Blocks.BlocksAsync(http.Scope(), QueryOf(http, search, node, offset, limit), http.RequestAborted)
                        .ConfigureAwait(false);
                    return ApiExport.Of(
                            http,
                            "blocks",
                            page.Items,
                            new("node", row => row.Node),
                            new("network", row => row.Network),
                            new("until", row => row.Until),
                            new("reason", row => row.Reason),
                            new("by", row => row.By),
                            new("country", row => row.Country)
                        ) ?? ApiJson.Ok(page);
                }
            )
            .Produces<Page<BlockRow>>()
            .WithSummary("Networks that firewalls shall block.");
        api.MapPost(
                "/blocks",
                async (HttpContext http) =>
                {
                    var request = await ApiJson.ReadAsync<BlockRequest>(http).ConfigureAwait(false);
                    var answers = await services
                        .Blocks.BlockAsync(
                            http.Scope(),
                            request.Network ?? "",
                            ApiWords.Duration(request.Hold, TimeSpan.FromDays(1)),
                            request.Why ?? "",
                            http.RequestAborted
                        )
                        .ConfigureAwait(false);
                    return ApiJson.Ok(new NodeAnswers([.. answers]));
                }
            )
            .Accepts<BlockRequest>("application/json")
            .Produces<NodeAnswers>()
            .WithSummary("Block a network on every node, or make its block last so long from now.");
        api.MapDelete(
                "/blocks",
                async (HttpContext http, string network, string? why) =>
                    ApiJson.Ok(
                        new NodeAnswers([.. await services.Blocks.LiftAsync(http.Scope(), network, why ?? "", http.RequestAborted).ConfigureAwait(false)])
                    )
            )
            .Produces<NodeAnswers>()
            .WithSummary("Lift a block on every node.");
        api.MapGet(
                "/locks",
                async (HttpContext http, string? search, string? node, int? offset, int? limit) =>
                {
                    var page = await services
                        .Blocks.LocksAsync(http.Scope(), QueryOf(http, search, node, offset, limit), http.RequestAborted)
                        .ConfigureAwait(false);
                    return ApiExport.Of(
                            http,
                            "locks",
                            page.Items,
                            new("node", row => row.Node),
                            new("user", row => row.User.Value),
                            new("site", row => row.Site.Value),
                            new("since", row => row.Since),
                            new("until", row => row.Until),
                            new("reason", row => row.Reason)
                        ) ?? ApiJson.Ok(page);
                }
            )
            .Produces<Page<LockRow>>()
            .WithSummary("Accounts that machines shall keep locked.");
        api.MapGet(
                "/exempt-networks",
                async (HttpContext http) =>
                {
                    var rows = await services.Blocks.ExemptAsync(http.Scope(), http.RequestAborted).ConfigureAwait(false);
                    return ApiExport.Of(
                            http,
                            "exempt-networks",
                            rows,
                            new("network", row => row.Network),
                            new("since", row => row.Since),
                            new("until", row => row.Until),
                            new("reason", row => row.Reason),
                            new("by", row => row.By)
                        ) ?? ApiJson.Ok(rows);
                }
            )
            .Produces<ExemptRow[]>()
            .WithSummary("Networks that are never blocked, besides those of the configuration.");
        api.MapPost(
                "/exempt-networks",
                async (HttpContext http) =>
                {
                    var request = await ApiJson.ReadAsync<ExemptRequest>(http).ConfigureAwait(false);
                    TimeSpan? hold = string.IsNullOrWhiteSpace(request.For) ? null : ApiWords.Duration(request.For, default);
                    var answers = await services
                        .Blocks.AddExemptAsync(http.Scope(), request.Networks ?? "", hold, request.Why ?? "", http.RequestAborted)
                        .ConfigureAwait(false);
                    return ApiJson.Ok(new NodeAnswers([.. answers]));
                }
            )
            .Accepts<ExemptRequest>("application/json")
            .Produces<NodeAnswers>()
            .WithSummary("Never block these networks; what is blocked of them is lifted.");
        api.MapDelete(
                "/exempt-networks",
                async (HttpContext http, string network, string? why) =>
                    ApiJson.Ok(
                        new NodeAnswers([
                            .. await services.Blocks.RemoveExemptAsync(http.Scope(), network, why ?? "", http.RequestAborted).ConfigureAwait(false),
                        ])
                    )
            )
            .Produces<NodeAnswers>()
            .WithSummary("Let a network be blocked again.");
    }

    private static BlockQuery QueryOf(HttpContext http, string? search, string? node, int? offset, int? limit) =>
        http.Request.Query["export"].Count > 0 ? new BlockQuery(search, node, 0, int.MaxValue) : new BlockQuery(search, node, offset ?? 0, limit ?? 50);
}
