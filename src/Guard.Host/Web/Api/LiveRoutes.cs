using System.Collections.Immutable;
using System.Net.ServerSentEvents;
using System.Runtime.CompilerServices;
using Guard.Host.ConsoleModel.Contracts;
using Guard.Messages.Policies;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Guard.Host.Web.Api;

/// <summary>What goes on now: incidents, map, rates, health, decisions as they are made.</summary>
internal static class LiveRoutes
{
    private const int MaxExported = 1000;

    private static readonly ExportColumn<Incident>[] Columns =
    [
        new("id", row => row.Id),
        new("user", row => row.User.Value),
        new("site", row => row.Site.Value),
        new("rung", row => row.Rung.ToString().ToLowerInvariant()),
        new("since", row => row.Since),
        new("until", row => row.Until),
        new("ended", row => row.Ended),
        new("ended_how", row => row.EndedHow),
        new("score", row => row.Score),
        new("address", row => row.Address),
        new("country", row => row.Country),
        new("mode", row => row.Mode.ToString().ToLowerInvariant()),
        new("sentence", row => Texts.Wording.Sentence(row.Reasons)),
        new("reasons", row => string.Join("; ", row.Reasons.Select(reason => reason.Text))),
        new("done", row => string.Join("; ", row.Done)),
        new("mails", row => row.Mails),
        new("stopped", row => row.Stopped),
    ];

    public static void Map(RouteGroupBuilder api, ConsoleServices services)
    {
        api.MapGet(
                "/incidents",
                async (
                    HttpContext http,
                    string? open,
                    string? site,
                    string? user,
                    string? atLeast,
                    DateTimeOffset? since,
                    string? rung,
                    string? country,
                    string? search,
                    string? sort,
                    int? offset,
                    int? limit,
                    DateTimeOffset? before,
                    string? back,
                    string? reason,
                    long? id
                ) =>
                {
                    var query = new IncidentQuery(
                        open switch
                        {
                            null or "true" => true,
                            "false" => false,
                            "all" => null,
                            _ => throw new BadRequestException("open is true, false or all"),
                        },
                        ApiWords.Site(site),
                        user is null ? null : ApiWords.User(user),
                        ApiWords.Of(atLeast, Rung.Reported),
                        since,
                        offset ?? 0,
                        limit ?? 50,
                        string.IsNullOrEmpty(rung) ? null : ApiWords.Of(rung, Rung.Reported),
                        string.IsNullOrEmpty(country) ? null : country.ToUpperInvariant(),
                        search,
                        ApiWords.Of(sort, IncidentSort.Newest),
                        before,
                        string.IsNullOrEmpty(back) ? null : ApiWords.Duration(back, TimeSpan.Zero),
                        reason,
                        id
                    );
                    // Asked for once before a file is begun: what is refused is refused as a whole.
                    _ = await services.Live.IncidentsAsync(http.Scope(), query with { Limit = 1 }, http.RequestAborted).ConfigureAwait(false);
                    return ApiExport.Of(http, "incidents", AllAsync(services.Live, http.Scope(), query, http.RequestAborted), Columns)
                        ?? ApiJson.Ok(await services.Live.IncidentsAsync(http.Scope(), query, http.RequestAborted).ConfigureAwait(false));
                }
            )
            .Produces<Page<Incident>>()
            .WithSummary(
                "Accounts that left normal; open is true, false or all; sort is newest, oldest, severity, account, mails or stopped; rung is this very one, atLeast this or above; since, before and back (24h) narrow when they began."
            );
        api.MapGet(
                "/map",
                async (HttpContext http, string? back, string? site) =>
                {
                    var rows = await services
                        .Live.MapAsync(http.Scope(), ApiWords.Duration(back, TimeSpan.FromDays(1)), ApiWords.Site(site), http.RequestAborted)
                        .ConfigureAwait(false);
                    return ApiExport.Of(
                            http,
                            "map",
                            rows,
                            new("country", row => row.Country),
                            new("name", row => row.Name),
                            new("logins", row => row.Logins),
                            new("failures", row => row.Failures),
                            new("mails", row => row.Mails),
                            new("blocked", row => row.Blocked)
                        ) ?? ApiJson.Ok(rows);
                }
            )
            .Produces<CountryCount[]>()
            .WithSummary("Logins, mails and blocks by country.");
        api.MapGet(
                "/rates",
                async (HttpContext http, string? back, string? site) =>
                {
                    var rows = await services
                        .Live.RatesAsync(http.Scope(), ApiWords.Duration(back, TimeSpan.FromHours(1)), ApiWords.Site(site), http.RequestAborted)
                        .ConfigureAwait(false);
                    return ApiExport.Of(
                            http,
                            "rates",
                            rows,
                            new("minute", row => row.Minute),
                            new("logins", row => row.Logins),
                            new("failures", row => row.Failures),
                            new("mails", row => row.Mails),
                            new("recipients", row => row.Recipients),
                            new("refused", row => row.Refused),
                            new("reactions", row => row.Reactions)
                        ) ?? ApiJson.Ok(rows);
                }
            )
            .Produces<RatePoint[]>()
            .WithSummary("What happened each minute.");
        api.MapGet(
                "/status",
                async (HttpContext http, CancellationToken _) =>
                    ApiJson.Ok(await services.Live.HealthAsync(http.Scope(), http.RequestAborted).ConfigureAwait(false))
            )
            .Produces<HealthItem[]>()
            .WithSummary("How sources, enforcement and records of each node do.");
        api.MapGet(
                "/work",
                async (HttpContext http, CancellationToken _) =>
                    ApiJson.Ok(await services.Work.LookAsync(http.Scope(), http.RequestAborted).ConfigureAwait(false))
            )
            .Produces<PendingWork>()
            .WithSummary("What is decided and waits to be carried out, and lines that were not understood, of each node.");
        api.MapGet(
                "/summary",
                async (HttpContext http, CancellationToken _) =>
                    ApiJson.Ok(await services.Summary.LookAsync(http.Scope(), http.RequestAborted).ConfigureAwait(false))
            )
            .Produces<GuardSummary>()
            .WithSummary("How things stand in reach: modes, incidents by rung, blocks; of the whole server also its health.");
        api.MapGet("/live", (HttpContext http) => Results.ServerSentEvents(TicksAsync(services.Live, http.Scope(), http.RequestAborted)))
            .Produces(StatusCodes.Status200OK, contentType: "text/event-stream")
            .WithSummary("Decisions as they are made, as server-sent events named tick, at most four a second.");
    }

    private static async IAsyncEnumerable<SseItem<string>> TicksAsync(ILiveView live, AccessScope scope, [EnumeratorCancellation] CancellationToken cancel)
    {
        await foreach (var tick in live.FollowAsync(scope, cancel).ConfigureAwait(false))
            yield return new SseItem<string>(System.Text.Json.JsonSerializer.Serialize(tick, ApiJson.Options), "tick");
    }

    private static async IAsyncEnumerable<Incident> AllAsync(
        ILiveView live,
        AccessScope scope,
        IncidentQuery query,
        [EnumeratorCancellation] CancellationToken cancel
    )
    {
        ImmutableArray<Incident> part;
        for (var offset = 0; ; offset += part.Length)
        {
            part = (await live.IncidentsAsync(scope, query with { Offset = offset, Limit = MaxExported }, cancel).ConfigureAwait(false)).Items;
            foreach (var incident in part)
                yield return incident;
            if (part.Length < MaxExported)
                yield break;
        }
    }
}
