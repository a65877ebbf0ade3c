using System.Security.Cryptography;
using System.Text;
using Guard.Host.Configuration;
using Guard.Host.Intake.Sockets;
using Guard.Host.Node;
using Guard.Host.Telemetry;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Prometheus;

namespace Guard.Host.Web.Modules;

/// <summary><c>/metrics</c> for Prometheus: what <see cref="GuardMeters"/> and <see cref="NodeGauges"/> measure, and the runtime's own.</summary>
internal sealed class MetricsModule : IWebModule, IDisposable
{
    private const string Scheme = "Bearer ";

    /// <summary>From half a millisecond, a decision in memory, to what a server no longer waits for.</summary>
    private static readonly double[] Buckets = [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];

    private readonly TelemetrySettings _settings;
    private readonly CollectorRegistry? _registry;
    private readonly IDisposable? _listening;

    /// <summary>Counts from now on, whenever somebody asks for the first time.</summary>
    public MetricsModule(TelemetrySettings settings)
    {
        _settings = settings;
        if (settings.Metrics != MetricsAccess.Off)
            (_registry, _listening) = Collect();
    }

    public void Add(IServiceCollection services) { }

    public void Map(WebApplication application)
    {
        if (_registry is not { } registry)
            return;
        application.MapGet(
            "/metrics",
            async (HttpContext http) =>
            {
                if (!Allowed(http))
                {
                    http.Response.StatusCode = _settings.Metrics == MetricsAccess.Token ? StatusCodes.Status401Unauthorized : StatusCodes.Status403Forbidden;
                    return;
                }
                http.Response.ContentType = "text/plain; version=0.0.4; charset=utf-8";
                http.Response.Headers.CacheControl = "no-store";
                await registry.CollectAndExportAsTextAsync(http.Response.Body, http.RequestAborted).ConfigureAwait(false);
            }
        );
    }

    /// <summary>A registry that follows the guard's meters and the runtime's, until it is let go.</summary>
    internal static (CollectorRegistry Registry, IDisposable Listening) Collect()
    {
        var registry = Metrics.NewCustomRegistry();
        var options = new MeterAdapterOptions
        {
            Registry = registry,
            // Without it the adapter's series go to the registry of the whole process.
            MetricFactory = Metrics.WithCustomRegistry(registry),
            InstrumentFilterPredicate = instrument => instrument.Meter.Name is GuardMeters.Name or "System.Runtime",
            ResolveHistogramBuckets = _ => Buckets,
        };
        return (registry, MeterAdapter.StartListening(options));
    }

    public void Dispose() => _listening?.Dispose();

    private bool Allowed(HttpContext http)
    {
        if (_settings.Metrics == MetricsAccess.Loopback)
            return HttpPeer.Of(http) is { } peer ? !HealthModule.IsForwarded(http) && _settings.Watchers.Allows(peer.Peer) : HealthModule.IsLocal(http);
        var given = http.Request.Headers.Authorization.ToString();
        return given.StartsWith(Scheme, StringComparison.Ordinal)
            && CryptographicOperations.FixedTimeEquals(
                SHA256.HashData(Encoding.UTF8.GetBytes(given[Scheme.Length..])),
                SHA256.HashData(Encoding.UTF8.GetBytes(_settings.Token))
            );
    }
}
