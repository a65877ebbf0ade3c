using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Akka.Actor;
using Guard.Host.Configuration;
using Guard.Host.Intake;
using Guard.Host.Intake.Http;
using Guard.Host.Intake.Inline;
using Guard.Host.Intake.Sockets;
using Guard.Messages.Observations;
using Guard.Messages.Policies;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Serilog;

namespace Guard.Host.Web.Modules;

/// <summary>The API for programs: tell observations, ask for a decision. Who may is told by a token; both calls know only it, whatever else the server
/// serves.</summary>
internal sealed class HttpIntakeModule : IWebModule, IDisposable
{
    private readonly ConfiguredTokens _tokens;
    private readonly ObservationEndpoint _observations;
    private readonly DecisionEndpoint _decisions;
    private readonly DecisionGate _gate;

    public HttpIntakeModule(
        HttpIntakeSettings settings,
        InlineSettings inline,
        IActorRef sources,
        InlineJudge judge,
        Func<PolicyBook> policies,
        Func<ObservationContext> context,
        Action<Observation> seen,
        ILogger log
    )
    {
        _tokens = new ConfiguredTokens(settings.Tokens);
        _gate = new DecisionGate("HTTP", Math.Max(1000, settings.MaxAtWork), inline.Deadline, log);
        _observations = new ObservationEndpoint(settings, sources, policies, context, seen, log);
        _decisions = new DecisionEndpoint(judge, inline, _gate, policies, context);
    }

    public IntakeReading Reading =>
        new(
            "http",
            "http",
            Lines: _observations.Counts.Lines,
            Ignored: _observations.Counts.Repeated,
            Unparsed: _observations.Counts.Rejected,
            Asked: _gate.Asked,
            Unanswered: _gate.Late + _gate.Overloaded + _gate.Failed
        );

    public static HttpIntakeModule Of(WebContext context)
    {
        var region = EventSourceRegion.Start(context.Node.System, context.Node.Regions.Users);
        foreach (var token in context.Settings.Http.Tokens)
            EventSourceRegion.Wake(region, token.Source);
        var module = new HttpIntakeModule(
            context.Settings.Http,
            context.Settings.Inline,
            region,
            context.Judge,
            () => context.Node.Policies.Current,
            () =>
                new ObservationContext(
                    context.Judge.UserOf,
                    context.Places,
                    context.Judge.Now > DateTimeOffset.UtcNow ? context.Judge.Now : DateTimeOffset.UtcNow
                ),
            context.Seen,
            context.Log
        );
        if (context.Settings.Http.Tokens.Length > 0)
            context.Node.Intake.Add(() => module.Reading);
        return module;
    }

    public void Add(IServiceCollection services) => services.AddIntakeOpenApi();

    public void Map(WebApplication application)
    {
        // Describes, and does no more: who may not call may still read how one calls.
        application.MapOpenApi(IntakeOpenApi.Path);
        application
            .MapPost(
                "/api/v1/observations",
                http =>
                    ServeAsync(
                        http,
                        ApiScope.Observe,
                        async token =>
                        {
                            var answer = await _observations.TakeAsync(http, token).ConfigureAwait(false);
                            await WriteAsync(http, StatusCodes.Status200OK, answer, ObservationJsonContext.Default.BatchAnswer).ConfigureAwait(false);
                        }
                    )
            )
            .DescribeObservations();
        application
            .MapPost(
                "/api/v1/decisions",
                http =>
                    ServeAsync(
                        http,
                        ApiScope.Decide,
                        async token =>
                            await WriteAsync(
                                    http,
                                    StatusCodes.Status200OK,
                                    await _decisions.DecideAsync(http, token).ConfigureAwait(false),
                                    ObservationJsonContext.Default.DecisionAnswer
                                )
                                .ConfigureAwait(false)
                    )
            )
            .DescribeDecisions();
    }

    private async Task ServeAsync(HttpContext http, ApiScope scope, Func<ApiToken, Task> serve)
    {
        try
        {
            await serve(Authorize(http, scope)).ConfigureAwait(false);
        }
        catch (ApiRefusedException refused)
        {
            if (refused.RetryAfter is { } after)
                http.Response.Headers.RetryAfter = Math.Max(1, (int)Math.Ceiling(after.TotalSeconds)).ToString(CultureInfo.InvariantCulture);
            var problem = new ApiProblem
            {
                Title = Microsoft.AspNetCore.WebUtilities.ReasonPhrases.GetReasonPhrase(refused.Status),
                Status = refused.Status,
                Detail = refused.Message,
                Errors = refused.Errors,
            };
            await WriteAsync(http, refused.Status, problem, ObservationJsonContext.Default.ApiProblem, "application/problem+json").ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (http.RequestAborted.IsCancellationRequested)
        {
            // Nobody is there to be answered; what was journaled is recognised when it comes again.
        }
    }

    /// <summary>RFC 6750 section 3: without a token only the scheme is named, with a wrong one what is wrong with it.</summary>
    private ApiToken Authorize(HttpContext http, ApiScope scope)
    {
        var sent = http.Request.Headers.Authorization.ToString();
        var name = scope.ToString().ToLowerInvariant();
        if (_tokens.Find(sent) is not { } token)
        {
            http.Response.Headers.WWWAuthenticate =
                sent.Length == 0 ? "Bearer realm=\"AccountGuard\"" : "Bearer realm=\"AccountGuard\", error=\"invalid_token\"";
            throw new ApiRefusedException(StatusCodes.Status401Unauthorized, "a bearer token is needed that intake.http.tokens knows");
        }
        if (token.Scopes.HasFlag(scope))
            return token;
        http.Response.Headers.WWWAuthenticate = $"Bearer realm=\"AccountGuard\", error=\"insufficient_scope\", scope=\"{name}\"";
        throw new ApiRefusedException(StatusCodes.Status403Forbidden, $"the token has not the scope {name}");
    }

    private static async Task WriteAsync<T>(HttpContext http, int status, T answer, JsonTypeInfo<T> type, string contentType = "application/json")
    {
        var body = JsonSerializer.SerializeToUtf8Bytes(answer, type);
        http.Response.StatusCode = status;
        http.Response.ContentType = contentType;
        http.Response.ContentLength = body.Length;
        await http.Response.Body.WriteAsync(body, http.RequestAborted).ConfigureAwait(false);
    }

    public void Dispose() => _observations.Dispose();
}
