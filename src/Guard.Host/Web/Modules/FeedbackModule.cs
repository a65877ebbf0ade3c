using System.Threading.RateLimiting;
using Guard.Host.Feedback;
using Guard.Host.Texts;
using Guard.Host.Web.Security;
using Guard.Messages.Identity;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Serilog;

namespace Guard.Host.Web.Modules;

/// <summary>
/// Serves the links of reports. Opening one changes nothing, since mail scanners open them too: it shows a page whose button does it. Every link that is not to
/// be followed gets the same answer, so that nothing is told about accounts.
/// </summary>
internal sealed class FeedbackModule(FeedbackLinks links, FeedbackService service, Func<DateTimeOffset> now, ILogger log) : IWebModule, IDisposable
{
    private const int PerMinute = 30;
    private const int PerMinuteOfAll = 600;

    /// <summary>Longer than what is counted.</summary>
    private static readonly TimeSpan Forget = TimeSpan.FromMinutes(2);

    private readonly RestingLimiter<HttpContext> _all = Limiter(PerMinuteOfAll, _ => "all");
    private readonly RestingLimiter<HttpContext> _each = Limiter(PerMinute, context => context.Connection.RemoteIpAddress?.ToString() ?? "");

    public void Add(IServiceCollection services) { }

    public void Map(WebApplication application)
    {
        application.MapGet("/" + FeedbackLinks.Path + "{token}", context => AnswerAsync(context, AskAsync));
        application.MapPost("/" + FeedbackLinks.Path + "{token}", context => AnswerAsync(context, DoAsync));
    }

    private async Task AnswerAsync(HttpContext context, Func<FeedbackClaim, FeedbackPage, CancellationToken, Task<(int Status, string Page)>> answer)
    {
        var page = FeedbackPage.For(context.Request.Headers.AcceptLanguage.ToString());
        using var ofAll = await _all.AcquireAsync(context, context.RequestAborted).ConfigureAwait(false);
        using var own = ofAll.IsAcquired ? await _each.AcquireAsync(context, context.RequestAborted).ConfigureAwait(false) : ofAll;
        if (!own.IsAcquired)
        {
            context.Response.Headers.RetryAfter = "60";
            await WriteAsync(context, StatusCodes.Status429TooManyRequests, page.TooMany).ConfigureAwait(false);
            return;
        }
        var claim = links.Read(context.GetRouteValue("token") as string ?? "", now());
        var (status, text) = claim is null
            ? (StatusCodes.Status404NotFound, page.Unknown)
            : await answer(claim, page, context.RequestAborted).ConfigureAwait(false);
        await WriteAsync(context, status, text).ConfigureAwait(false);
    }

    private static Task<(int Status, string Page)> AskAsync(FeedbackClaim claim, FeedbackPage page, CancellationToken cancel) =>
        Task.FromResult((StatusCodes.Status200OK, page.Ask(claim)));

    private async Task<(int Status, string Page)> DoAsync(FeedbackClaim claim, FeedbackPage page, CancellationToken cancel)
    {
        try
        {
            var accepted = await service
                .AnswerAsync(
                    claim.User,
                    claim.Effect,
                    claim.WasOwner,
                    new Author("the link of a report", claim.WasOwner ? "that was me" : "that was not me"),
                    cancel
                )
                .ConfigureAwait(false);
            log.Information(
                "A report of {User:l} was answered by its link: {Answer:l}",
                IncidentText.Safe(claim.User.Value),
                !accepted ? "it was answered before"
                    : claim.WasOwner ? "that was me"
                    : "that was not me"
            );
            return accepted ? (StatusCodes.Status200OK, page.Done(claim)) : (StatusCodes.Status410Gone, page.Used);
        }
        catch (TimeoutException)
        {
            return (StatusCodes.Status503ServiceUnavailable, page.Later);
        }
    }

    private static async Task WriteAsync(HttpContext context, int status, string page)
    {
        var headers = context.Response.Headers;
        context.Response.StatusCode = status;
        headers.ContentType = "text/html; charset=utf-8";
        headers.CacheControl = "no-store";
        headers.ContentSecurityPolicy = "default-src 'none'; style-src 'unsafe-inline'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'";
        headers.XContentTypeOptions = "nosniff";
        headers.XFrameOptions = "DENY";
        headers["Referrer-Policy"] = "no-referrer";
        headers["X-Robots-Tag"] = "noindex, nofollow";
        headers["Cross-Origin-Opener-Policy"] = "same-origin";
        await context.Response.WriteAsync(page, context.RequestAborted).ConfigureAwait(false);
    }

    private static RestingLimiter<HttpContext> Limiter(int perMinute, Func<HttpContext, string> partition) =>
        new(
            () =>
                PartitionedRateLimiter.Create<HttpContext, string>(context =>
                    RateLimitPartition.GetFixedWindowLimiter(
                        partition(context),
                        _ => new FixedWindowRateLimiterOptions { PermitLimit = perMinute, Window = TimeSpan.FromMinutes(1) }
                    )
                ),
            Forget,
            TimeProvider.System
        );

    public void Dispose()
    {
        _all.Dispose();
        _each.Dispose();
    }
}
