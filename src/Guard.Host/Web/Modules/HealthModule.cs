using System.Net;
using Guard.Host.Node.Health;
using Guard.Host.Node.Questions;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;

namespace Guard.Host.Web.Modules;

/// <summary><c>/health/live</c> and <c>/health/ready</c>: 200 or 503, for load balancers and Kubernetes. What is wrong is told only on this machine.</summary>
internal sealed class HealthModule(HealthChecks health) : IWebModule
{
    public void Add(IServiceCollection services) { }

    public void Map(WebApplication application)
    {
        application.MapGet("/health/live", (HttpContext http) => AnswerAsync(http, health.LiveAsync));
        application.MapGet("/health/ready", (HttpContext http) => AnswerAsync(http, health.LookAsync));
    }

    private static async Task AnswerAsync(HttpContext http, Func<CancellationToken, Task<IReadOnlyList<Finding>>> look)
    {
        var checks = await look(http.RequestAborted).ConfigureAwait(false);
        var good = checks.All(check => check.Good || !check.Needed);
        http.Response.Headers.CacheControl = "no-store";
        http.Response.StatusCode = good ? StatusCodes.Status200OK : StatusCodes.Status503ServiceUnavailable;
        var status =
            checks.All(check => check.Good) ? "ok"
            : good ? "degraded"
            : "not ok";
        if (IsLocal(http))
            await http
                .Response.WriteAsJsonAsync(
                    new
                    {
                        status,
                        checks = checks
                            .DistinctBy(check => check.Check)
                            .ToDictionary(
                                check => check.Check,
                                check => new
                                {
                                    good = check.Good,
                                    detail = check.Text,
                                    level = HealthQuestion.Word(check.Level),
                                    remedy = check.Remedy,
                                }
                            ),
                    },
                    http.RequestAborted
                )
                .ConfigureAwait(false);
        else
            await http.Response.WriteAsync(status + "\n", http.RequestAborted).ConfigureAwait(false);
    }

    /// <summary>From this machine itself, and not through a proxy on it, behind which anybody may be.</summary>
    internal static bool IsLocal(HttpContext http) =>
        http.Connection.RemoteIpAddress is { } remote && IPAddress.IsLoopback(remote.IsIPv4MappedToIPv6 ? remote.MapToIPv4() : remote) && !IsForwarded(http);

    /// <summary>Whether a proxy passed it on.</summary>
    internal static bool IsForwarded(HttpContext http) => http.Request.Headers.ContainsKey("X-Forwarded-For") || http.Request.Headers.ContainsKey("Forwarded");
}
