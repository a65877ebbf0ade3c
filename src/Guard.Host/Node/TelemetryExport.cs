using Guard.Host.Configuration;
using Guard.Host.Telemetry;
using OpenTelemetry;
using OpenTelemetry.Exporter;
using OpenTelemetry.Metrics;
using OpenTelemetry.Resources;
using OpenTelemetry.Trace;

namespace Guard.Host.Node;

/// <summary>Measures a node and, when configured, sends metrics and traces to a collector by OTLP.</summary>
internal sealed class TelemetryExport : IDisposable
{
    private readonly NodeGauges _gauges;
    private readonly MeterProvider? _metrics;
    private readonly TracerProvider? _traces;

    public TelemetryExport(TelemetrySettings settings, InspectedNode node, EntityMeasures entities)
    {
        _gauges = new NodeGauges(node, entities);
        if (settings.Otlp is not { } otlp)
            return;
        var resource = ResourceBuilder
            .CreateDefault()
            .AddService("accountguard", serviceVersion: typeof(TelemetryExport).Assembly.GetName().Version?.ToString(), serviceInstanceId: node.Name);
        _metrics = Sdk.CreateMeterProviderBuilder()
            .SetResourceBuilder(resource)
            .AddMeter(GuardMeters.Name, "System.Runtime")
            .AddOtlpExporter(
                (exporter, reader) =>
                {
                    Configure(exporter, otlp, "v1/metrics");
                    reader.PeriodicExportingMetricReaderOptions.ExportIntervalMilliseconds = (int)otlp.Interval.TotalMilliseconds;
                }
            )
            .Build();
        if (otlp.TraceShare > 0)
        {
            _traces = Sdk.CreateTracerProviderBuilder()
                .SetResourceBuilder(resource)
                .AddSource(GuardMeters.Name)
                .SetSampler(new ParentBasedSampler(new TraceIdRatioBasedSampler(otlp.TraceShare)))
                .AddOtlpExporter(exporter => Configure(exporter, otlp, "v1/traces"))
                .Build();
        }
    }

    private static void Configure(OtlpExporterOptions exporter, OtlpSettings otlp, string path)
    {
        exporter.Protocol = otlp.Http ? OtlpExportProtocol.HttpProtobuf : OtlpExportProtocol.Grpc;
        // Over HTTP an endpoint that is set by hand is taken as it is, without the signal's own path.
        exporter.Endpoint = otlp.Http ? new Uri(otlp.Endpoint.AbsoluteUri.TrimEnd('/') + "/" + path) : otlp.Endpoint;
        if (!otlp.Headers.IsEmpty)
            exporter.Headers = string.Join(',', otlp.Headers.Select(header => $"{Uri.EscapeDataString(header.Key)}={Uri.EscapeDataString(header.Value)}"));
    }

    /// <summary>Sends what is not sent yet, for a few seconds at most.</summary>
    public void Dispose()
    {
        _metrics?.Shutdown(2000);
        _metrics?.Dispose();
        _traces?.Shutdown(2000);
        _traces?.Dispose();
        _gauges.Dispose();
    }
}
