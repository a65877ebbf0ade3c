using Guard.Host.Configuration;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.OpenApi;

namespace Guard.Host.Intake.Http;

/// <summary>The OpenAPI document of the API for programs: made from the types that are read and written.</summary>
internal static class IntakeOpenApi
{
    public const string Path = "/api/v1/openapi.json";

    private const string Bearer = "bearer";

    public static void AddIntakeOpenApi(this IServiceCollection services) =>
        services.AddOpenApi(options =>
        {
            // The console has a document of its own.
            options.ShouldInclude = description => description.ActionDescriptor.EndpointMetadata.OfType<TokenNeeded>().Any();
            options.OpenApiVersion = OpenApiSpecVersion.OpenApi3_1;
            options.AddDocumentTransformer(
                (document, _, _) =>
                {
                    document.Info = new OpenApiInfo
                    {
                        Title = "AccountGuard",
                        Version = "1",
                        Description =
                            "For panels, webmail and other programs: tell what accounts did, and ask whether an account may go on. See docs/http-api.md.",
                    };
                    document.Servers = [];
                    document.Components ??= new OpenApiComponents();
                    document.Components.SecuritySchemes ??= new Dictionary<string, IOpenApiSecurityScheme>();
                    document.Components.SecuritySchemes[Bearer] = new OpenApiSecurityScheme
                    {
                        Type = SecuritySchemeType.Http,
                        Scheme = Bearer,
                        Description = "A token that accountguard token new made.",
                    };
                    return Task.CompletedTask;
                }
            );
            options.AddOperationTransformer(
                async (operation, context, cancel) =>
                {
                    if (context.Description.ActionDescriptor.EndpointMetadata.OfType<TokenNeeded>().SingleOrDefault() is not { } needed)
                        return;
                    // Told here and not as metadata of the endpoint: the framework would refuse other types itself, before it is known who calls and without a word.
                    var schema = await context.GetOrCreateSchemaAsync(needed.Request, null, cancel).ConfigureAwait(false);
                    context.Document!.AddComponent(needed.Request.Name, schema);
                    var named = new OpenApiSchemaReference(needed.Request.Name, context.Document);
                    operation.RequestBody = new OpenApiRequestBody
                    {
                        Required = true,
                        Content = new Dictionary<string, OpenApiMediaType> { [needed.RequestType] = new OpenApiMediaType { Schema = named } },
                    };
                    operation.Security = [new OpenApiSecurityRequirement { [new OpenApiSecuritySchemeReference(Bearer, context.Document)] = [] }];
                    if (needed.Scope == ApiScope.Observe)
                    {
                        operation.Parameters =
                        [
                            .. operation.Parameters ?? [],
                            new OpenApiParameter
                            {
                                Name = "Idempotency-Key",
                                In = ParameterLocation.Header,
                                Description =
                                    "By which the whole batch is recognised when it is told again; up to 255 characters. Lines with an id of their own are recognised by that.",
                                Schema = new OpenApiSchema { Type = JsonSchemaType.String, MaxLength = ObservationBatch.LongestKey },
                            },
                        ];
                    }
                    foreach (var (status, response) in operation.Responses ?? [])
                    {
                        if (response is OpenApiResponse known && Words.TryGetValue(status, out var words))
                            known.Description = words;
                    }
                }
            );
        });

    private static readonly IReadOnlyDictionary<string, string> Words = new Dictionary<string, string>
    {
        ["200"] = "Everything that was taken or counted is in the journal.",
        ["400"] = "Not understood; no line of a batch could be taken.",
        ["401"] = "No token that is known.",
        ["403"] = "The token lacks the scope, or may not talk of this account's site.",
        ["408"] = "The body did not arrive in time.",
        ["413"] = "The body, or the number of lines, is over the limit.",
        ["415"] = "Not the type or the encoding that is read.",
        ["422"] = "The Idempotency-Key was used for another batch.",
        ["429"] = "More lines a second than the token may tell; come again after Retry-After seconds.",
        ["503"] = "The guard or its journal does not keep up; come again after Retry-After seconds, with the same ids.",
    };

    public static void DescribeObservations(this IEndpointConventionBuilder endpoint) =>
        Describe(
            endpoint
                .WithSummary("Tell observations")
                .WithDescription(
                    "One JSON object a line. A line that cannot be taken harms no other. Told again with the same ids, or the same Idempotency-Key, it counts once, also after a restart of the guard."
                ),
            "observations",
            ApiScope.Observe,
            typeof(ObservationLine),
            "application/x-ndjson",
            typeof(BatchAnswer),
            400,
            401,
            403,
            408,
            413,
            415,
            422,
            429,
            503
        );

    public static void DescribeDecisions(this IEndpointConventionBuilder endpoint) =>
        Describe(
            endpoint
                .WithSummary("Ask for a decision")
                .WithDescription(
                    "May this login or submission go on? With count it is counted before the answer, which comes within intake.deadline in any case; without an answer from here, go on as if there were no guard."
                ),
            "decisions",
            ApiScope.Decide,
            typeof(DecisionRequest),
            "application/json",
            typeof(DecisionAnswer),
            400,
            401,
            403,
            413,
            415
        );

    private static void Describe(
        IEndpointConventionBuilder endpoint,
        string name,
        ApiScope scope,
        Type request,
        string requestType,
        Type answer,
        params int[] problems
    ) =>
        endpoint.WithMetadata([
            // The endpoint takes the request as it comes; only a method that is told of makes its way into the document.
            typeof(IntakeOpenApi).GetMethod(nameof(Described), System.Reflection.BindingFlags.NonPublic | System.Reflection.BindingFlags.Static)!,
            new TokenNeeded(scope, request, requestType),
            new EndpointNameMetadata(name),
            new TagsAttribute("programs"),
            new ProducesResponseTypeMetadata(StatusCodes.Status200OK, answer, ["application/json"]),
            .. problems.Select(status => new ProducesResponseTypeMetadata(status, typeof(ApiProblem), ["application/problem+json"])),
        ]);

    private static Task Described(HttpContext http) => throw new InvalidOperationException($"stands for the endpoint that serves {http.Request.Path}");

    private sealed record TokenNeeded(ApiScope Scope, Type Request, string RequestType);
}
