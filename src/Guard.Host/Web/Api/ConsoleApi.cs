using System.Security.Claims;
using Guard.Host.ConsoleModel.Contracts;
using Guard.Host.Web.Modules;
using Guard.Messages.Identity;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.OpenApi;

namespace Guard.Host.Web.Api;

/// <summary>
/// The console's API under <c>/api/v1</c>, and the services that it shares with the console's pages. Whoever signs people in provides
/// <see cref="IAccessScopes"/>;
/// without that nobody gets in.
/// </summary>
internal sealed class ConsoleApi(ConsoleServices services) : IWebModule
{
    /// <summary>Name of its OpenAPI document, at <c>/api/v1/console/openapi.json</c>.</summary>
    private const string Document = "console";

    public void Add(IServiceCollection collection)
    {
        collection
            .AddSingleton(services.Accounts)
            .AddSingleton(services.Acts)
            .AddSingleton(services.Live)
            .AddSingleton(services.Sites)
            .AddSingleton(services.Blocks)
            .AddSingleton(services.Policies)
            .AddSingleton(services.WhatIf)
            .AddSingleton(services.Lists)
            .AddSingleton(services.Audit)
            .AddSingleton(services.Summary)
            .AddSingleton(services.Addresses)
            .AddSingleton(services.Planned)
            .AddSingleton(services.Held)
            .AddSingleton(services.FollowUp)
            .AddSingleton(services.Work);
        collection.TryAddSingleton<IAccessScopes, NobodyScopes>();
        collection.AddProblemDetails();
        collection.AddOpenApi(
            Document,
            options =>
            {
                options.AddDocumentTransformer(
                    (document, _, _) =>
                    {
                        document.Info = new OpenApiInfo
                        {
                            Title = "AccountGuard console",
                            Version = "v1",
                            Description = "Accounts, incidents, policies, blocks and audit, in the reach of whoever asks.",
                        };
                        return Task.CompletedTask;
                    }
                );
                options.AddSchemaTransformer(
                    (schema, context, _) =>
                    {
                        // On the wire they are texts.
                        if (
                            context.JsonTypeInfo.Type == typeof(UserId)
                            || context.JsonTypeInfo.Type == typeof(SiteId)
                            || context.JsonTypeInfo.Type == typeof(PolicySubject)
                        )
                        {
                            schema.Type = JsonSchemaType.String;
                            schema.Properties?.Clear();
                        }
                        return Task.CompletedTask;
                    }
                );
            }
        );
    }

    public void Map(WebApplication application)
    {
        application.MapOpenApi("/api/v1/{documentName:regex(^console$)}/openapi.json");
        var api = application.MapGroup("/api/v1").WithGroupName(Document).WithTags(Document).AddEndpointFilter<ApiGate>();
        AccountRoutes.Map(api, services);
        AddressRoutes.Map(api, services);
        PlannedRoutes.Map(api, services);
        HeldRoutes.Map(api, services);
        LiveRoutes.Map(api, services);
        SiteRoutes.Map(api, services);
        BlockRoutes.Map(api, services);
        PolicyRoutes.Map(api, services);
        AuditRoutes.Map(api, services);
    }

    /// <summary>As long as nobody signs people in, nobody is let in.</summary>
    private sealed class NobodyScopes : IAccessScopes
    {
        public ValueTask<AccessScope> OfAsync(ClaimsPrincipal principal, string from, CancellationToken cancel) => ValueTask.FromResult(AccessScope.Nobody);
    }
}
