namespace Guard.Host.Configuration;

/// <summary>Reads <c>telemetry</c>.</summary>
internal static class TelemetryReader
{
    public static TelemetrySettings Read(NodeReader reader)
    {
        var prometheus = reader.Section("prometheus");
        var access = prometheus.Enumeration("access", MetricsAccess.Loopback);
        var token = prometheus.Text("token", "");
        if (access == MetricsAccess.Token && token.Length == 0)
            prometheus.Fault("token", "is missing", "a long random word, since access = token");
        var watchers = PeerReader.Read(prometheus, AllowedPeers.UsualWatchers);
        prometheus.Close();
        var otlp = Otlp(reader.Section("otlp"));
        reader.Close();
        return new TelemetrySettings(otlp, access, token) { Watchers = watchers };
    }

    private static OtlpSettings? Otlp(NodeReader reader)
    {
        var http = reader.Choice("protocol", false, new Dictionary<string, bool> { ["grpc"] = false, ["http"] = true });
        var named = reader.Section("headers");
        var headers = named.Keys.Select(name => KeyValuePair.Create(name, named.Text(name, ""))).ToArray();
        foreach (var (name, _) in headers.Where(header => header.Value.Contains(',')))
            named.Fault(name, "has a comma", "a value without commas: the exporter would take what follows for another header");
        named.Close();
        var interval = reader.Duration("interval", TimeSpan.FromSeconds(15), TimeSpan.FromSeconds(1), TimeSpan.FromHours(1));
        var traces = reader.Share("traces", 1);
        var endpoint = reader.Text("endpoint", "");
        if (endpoint.Length > 0 && !Uri.TryCreate(endpoint, UriKind.Absolute, out _))
            reader.Fault("endpoint", $"'{endpoint}' is not an address", "such as http://127.0.0.1:4317 (gRPC) or http://127.0.0.1:4318 (HTTP)");
        reader.Close();
        return Uri.TryCreate(endpoint, UriKind.Absolute, out var address) ? new OtlpSettings(address, http, [.. headers], interval, traces) : null;
    }
}
