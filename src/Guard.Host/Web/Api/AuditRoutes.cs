using Guard.Host.ConsoleModel.Contracts;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Guard.Host.Web.Api;

/// <summary>The audit, and lists that people have.</summary>
internal static class AuditRoutes
{
    private static readonly ExportColumn<AuditEntry>[] Columns =
    [
        new("node", row => row.Node),
        new("number", row => row.Number),
        new("at", row => row.At),
        new("who", row => row.Who),
        new("from", row => row.From),
        new("act", row => row.Act),
        new("site", row => row.Site?.Value),
        new("subject", row => row.Subject),
        new("detail", row => row.Detail),
        new("outcome", row => row.Outcome),
        new("hash", row => row.Hash),
    ];

    public static void Map(RouteGroupBuilder api, ConsoleServices services)
    {
        api.MapGet(
                "/audit",
                async (
                    HttpContext http,
                    string? search,
                    string? who,
                    string? act,
                    string? site,
                    DateTimeOffset? since,
                    DateTimeOffset? before,
                    int? offset,
                    int? limit
                ) =>
                {
                    var query = new AuditQuery(search, who, act, ApiWords.Site(site), since, before, offset ?? 0, limit ?? 50);
                    return ApiExport.Of(http, "audit", services.Audit.AllAsync(http.Scope(), query, http.RequestAborted), Columns)
                        ?? ApiJson.Ok(await services.Audit.QueryAsync(http.Scope(), query, http.RequestAborted).ConfigureAwait(false));
                }
            )
            .Produces<Page<AuditEntry>>()
            .WithSummary("Every change and every act: who, when, from where.");
        api.MapGet(
                "/audit/verify",
                async (HttpContext http, CancellationToken _) =>
                    ApiJson.Ok(await services.Audit.VerifyAsync(http.Scope(), http.RequestAborted).ConfigureAwait(false))
            )
            .Produces<AuditVerification>()
            .WithSummary("Whether anything in the audit was changed or taken out.");
        api.MapPost(
                "/lists/{kind}",
                async (HttpContext http, string kind) =>
                    ApiJson.Ok(services.Lists.Read(ApiWords.Of(kind, ImportKind.Places), await ApiJson.ReadTextAsync(http).ConfigureAwait(false)))
            )
            .Accepts<string>("text/plain", "text/csv")
            .Produces<ImportedList>()
            .WithSummary("Reads a list of places or networks, one a line or in the first column of CSV, for use in a policy.");
    }
}
