using System.Text.Json.Nodes;
using Guard.Host.ConsoleModel.Contracts;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Guard.Host.Web.Api;

/// <param name="Own">All that shall be set, in the configuration file's own form.</param>
internal sealed record PolicyRequest(JsonObject? Own, string? Why = null)
{
    public JsonObject Sound => Own ?? throw new BadRequestException("the body holds no policy: {\"own\": { … }}");
}

/// <param name="Version">The change that is undone.</param>
internal sealed record UndoRequest(long Version, string? Why = null);

/// <summary>Policies: of everybody, of a site, of an account; each with check, what-if, history and undo.</summary>
internal static class PolicyRoutes
{
    public static void Map(RouteGroupBuilder api, ConsoleServices services)
    {
        api.MapGet(
                "/policies",
                async (HttpContext http, CancellationToken _) =>
                    ApiJson.Ok(
                        (await services.Policies.SubjectsAsync(http.Scope(), http.RequestAborted).ConfigureAwait(false)).Select(subject => subject.ToString())
                    )
            )
            .Produces<string[]>()
            .WithSummary("Whose policies there are.");
        Map(api, services, "/policies/default", _ => PolicySubject.Default);
        Map(api, services, "/policies/sites/{site}", http => PolicySubject.Of(ApiWords.Site(Route(http, "site")) ?? default));
        Map(
            api,
            services,
            "/policies/sites/{site}/users/{user}",
            http => PolicySubject.Of(ApiWords.Site(Route(http, "site")) ?? default, ApiWords.User(Route(http, "user")))
        );
    }

    private static void Map(RouteGroupBuilder api, ConsoleServices services, string path, Func<HttpContext, PolicySubject> subject)
    {
        api.MapGet(
                path,
                async (HttpContext http, CancellationToken _) =>
                    Form(http, await services.Policies.GetAsync(http.Scope(), subject(http), http.RequestAborted).ConfigureAwait(false))
            )
            .Produces<PolicyForm>()
            .WithSummary("A policy: what is set here, what holds, and where each value comes from. Its ETag is its version.");
        api.MapPut(
                path,
                async (HttpContext http) =>
                {
                    var request = await ApiJson.ReadAsync<PolicyRequest>(http).ConfigureAwait(false);
                    return Form(
                        http,
                        await services
                            .Policies.SaveAsync(http.Scope(), subject(http), request.Sound, http.Version(), request.Why ?? "", http.RequestAborted)
                            .ConfigureAwait(false)
                    );
                }
            )
            .Accepts<PolicyRequest>("application/json")
            .Produces<PolicyForm>()
            .WithSummary("Set it. If-Match holds the version that it was made from.");
        api.MapPost(
                $"{path}/check",
                async (HttpContext http) =>
                {
                    var request = await ApiJson.ReadAsync<PolicyRequest>(http).ConfigureAwait(false);
                    return ApiJson.Ok(services.Policies.Check(http.Scope(), subject(http), request.Sound));
                }
            )
            .Accepts<PolicyRequest>("application/json")
            .Produces<PolicyCheck>()
            .WithSummary("Mistakes and warnings of a draft, with the field of each.");
        api.MapPost(
                $"{path}/what-if",
                async (HttpContext http) =>
                {
                    var request = await ApiJson.ReadAsync<PolicyRequest>(http).ConfigureAwait(false);
                    return ApiJson.Ok(
                        await services.WhatIf.RunAsync(http.Scope(), subject(http), request.Sound, null, http.RequestAborted).ConfigureAwait(false)
                    );
                }
            )
            .Accepts<PolicyRequest>("application/json")
            .Produces<WhatIfResult>()
            .WithSummary("What a draft would have done over the last days.");
        api.MapGet(
                $"{path}/history",
                async (HttpContext http) =>
                {
                    var changes = await services.Policies.HistoryAsync(http.Scope(), subject(http), http.RequestAborted).ConfigureAwait(false);
                    return ApiExport.Of(
                            http,
                            "policy-history",
                            changes,
                            new("subject", row => row.Subject.ToString()),
                            new("version", row => row.Version),
                            new("at", row => row.At),
                            new("who", row => row.Who),
                            new("why", row => row.Why),
                            new("before", row => row.Before.ToJsonString()),
                            new("after", row => row.After.ToJsonString())
                        ) ?? ApiJson.Ok(changes);
                }
            )
            .Produces<PolicyChange[]>()
            .WithSummary("Who changed what, newest first.");
        api.MapPost(
                $"{path}/undo",
                async (HttpContext http) =>
                {
                    var request = await ApiJson.ReadAsync<UndoRequest>(http).ConfigureAwait(false);
                    return Form(
                        http,
                        await services
                            .Policies.UndoAsync(http.Scope(), subject(http), request.Version, http.Version(), request.Why ?? "", http.RequestAborted)
                            .ConfigureAwait(false)
                    );
                }
            )
            .Accepts<UndoRequest>("application/json")
            .Produces<PolicyForm>()
            .WithSummary("Set again what was set before a change. If-Match holds the present version.");
    }

    private static IResult Form(HttpContext http, PolicyForm form)
    {
        http.Response.Headers.ETag = $"\"{form.Version}\"";
        return ApiJson.Ok(form);
    }

    private static string Route(HttpContext http, string name) => http.GetRouteValue(name)?.ToString() ?? "";
}
