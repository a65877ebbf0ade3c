using System.Collections.Immutable;

namespace Guard.Host.Configuration;

/// <summary>Who may read <c>/metrics</c>.</summary>
public enum MetricsAccess
{
    Off,

    /// <summary>From this machine, by the users that are listed; from listed networks.</summary>
    Loopback,

    /// <summary>From anywhere with the token, as <c>Authorization: Bearer …</c>.</summary>
    Token,
}

/// <summary>Where metrics and traces are sent.</summary>
/// <param name="Http">OTLP over HTTP with Protobuf; else over gRPC.</param>
/// <param name="TraceShare">Share of traces that are kept, from 0 to 1.</param>
public sealed record OtlpSettings(Uri Endpoint, bool Http, ImmutableArray<KeyValuePair<string, string>> Headers, TimeSpan Interval, double TraceShare);

/// <summary>How the guard is watched from outside.</summary>
/// <param name="Otlp">Null when nothing is sent.</param>
/// <param name="Token">For <see cref="MetricsAccess.Token"/>.</param>
public sealed record TelemetrySettings(OtlpSettings? Otlp, MetricsAccess Metrics, string Token)
{
    /// <summary>Whose programs may read the metrics without a token.</summary>
    public AllowedPeers Watchers { get; init; } = new() { Users = AllowedPeers.UsualWatchers };

    public static TelemetrySettings Usual { get; } = new(null, MetricsAccess.Loopback, "");
}
