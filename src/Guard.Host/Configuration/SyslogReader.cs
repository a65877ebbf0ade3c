using System.Net;

namespace Guard.Host.Configuration;

/// <summary>Reads <c>intake.syslog</c>.</summary>
internal static class SyslogReader
{
    /// <returns>Null when nothing is heard.</returns>
    public static SyslogSettings? Read(NodeReader reader, Func<string, string> resolve)
    {
        var usual = new SyslogSettings();
        var settings = usual with
        {
            Listen = Address(reader, "listen", 10514),
            Tls = Tls(reader, resolve),
            Allowed = PeerReader.Read(reader, AllowedPeers.UsualLoggers),
            MaxConnections = reader.Number("most-connections", usual.MaxConnections, 1, 100_000),
            Idle = reader.Duration("idle", usual.Idle, TimeSpan.FromSeconds(10), TimeSpan.FromDays(30)),
            Slow = reader.Duration("slow", usual.Slow, TimeSpan.FromSeconds(1), TimeSpan.FromHours(1)),
        };
        reader.Close();
        return settings is { Listen: null, Tls: null } ? null : settings;
    }

    private static SyslogTlsSettings? Tls(NodeReader reader, Func<string, string> resolve)
    {
        var listen = Address(reader, "tls-listen", 6514);
        var files = new[] { "certificate", "key", "client-ca" }.ToDictionary(key => key, key => resolve(reader.Text(key, "")));
        if (listen is null)
            return null;
        foreach (var needed in new[] { "certificate", "key" }.Where(key => files[key].Length == 0))
            reader.Fault(needed, "is missing", "a PEM file, since tls-listen is on");
        // Whether they can be read shows at the start, and to doctor: who only replays or explains need not be able to.
        return new SyslogTlsSettings(listen, files["certificate"], files["key"], files["client-ca"]);
    }

    private static IPEndPoint? Address(NodeReader reader, string key, int port)
    {
        if (reader.Word(key) is not { } text || text is "off")
            return null;
        if (ListenAddress.TryParse(text, out var address) && address is IPEndPoint endpoint)
            return endpoint;
        reader.Fault(key, $"'{text}' is not an address to listen on", $"address:port such as 0.0.0.0:{port}, or off");
        return null;
    }
}
