using System.Net;

namespace Guard.Host.Configuration;

/// <summary>Reads the section <c>console</c>.</summary>
internal static class ConsoleReader
{
    private static readonly IPEndPoint Usual = new(IPAddress.Loopback, 8080);

    /// <returns>Null when it is off.</returns>
    public static ConsoleSettings? Read(NodeReader reader)
    {
        var tls = reader.Section("tls");
        var oidc = reader.Section("oidc");
        var listen = Listen(reader);
        var settings = new ConsoleSettings(listen ?? Usual, !Equals(listen, Usual))
        {
            PublicAddress = Web(reader, "public-address"),
            Proxies = [.. reader.Words("proxies", []).Select(word => Proxy(reader, word)).OfType<IPAddress>()],
            Tls = Tls(tls),
            IdleTimeout = reader.Duration("idle-timeout", TimeSpan.FromMinutes(30), TimeSpan.FromMinutes(1), TimeSpan.FromDays(7)),
            SessionFor = reader.Duration("session-for", TimeSpan.FromHours(12), TimeSpan.FromMinutes(5), TimeSpan.FromDays(30)),
            TokenLifetime = reader.Duration("token-lifetime", TimeSpan.FromDays(365), TimeSpan.FromHours(1), TimeSpan.FromDays(3660)),
            Oidc = Oidc(oidc),
        };
        tls.Close();
        oidc.Close();
        reader.Close();
        return listen is null ? null : settings;
    }

    /// <summary>Null when it is off.</summary>
    private static IPEndPoint? Listen(NodeReader reader)
    {
        if (reader.Word("listen") is not { } text)
            return Usual;
        if (text is "off")
            return null;
        if (IPEndPoint.TryParse(text, out var endpoint) && endpoint.Port > 0)
            return endpoint;
        reader.Fault("listen", $"'{text}' is not an address to listen on", "address:port such as 127.0.0.1:8080, or off");
        return Usual;
    }

    private static ConsoleTls? Tls(NodeReader reader)
    {
        var (certificate, key) = (reader.Text("certificate", ""), reader.Text("key", ""));
        if (certificate.Length == 0 && key.Length == 0)
            return null;
        if (certificate.Length == 0 || key.Length == 0)
            reader.Fault(certificate.Length == 0 ? "certificate" : "key", "is missing", "both certificate and key, PEM files");
        return new ConsoleTls(certificate, key);
    }

    private static ConsoleOidc? Oidc(NodeReader reader)
    {
        var authority = Web(reader, "authority");
        var (client, secret) = (reader.Text("client-id", ""), reader.Text("client-secret", ""));
        var (name, claim) = (reader.Text("name", "OpenID Connect"), reader.Text("name-claim", "email"));
        if (authority is null)
            return null;
        if (client.Length == 0)
            reader.Fault("client-id", "is missing", "the name that the provider knows this console by");
        return new ConsoleOidc(authority, client, secret, name, claim);
    }

    private static Uri? Web(NodeReader reader, string key)
    {
        var text = reader.Text(key, "");
        if (text.Length == 0)
            return null;
        if (Uri.TryCreate(text, UriKind.Absolute, out var address) && address.Scheme is "http" or "https")
            return address;
        reader.Fault(key, $"'{text}' is not an address", "such as https://guard.example.com");
        return null;
    }

    private static IPAddress? Proxy(NodeReader reader, string word)
    {
        if (IPAddress.TryParse(word, out var address))
            return address;
        reader.Fault("proxies", $"'{word}' is not an address", "addresses such as 127.0.0.1");
        return null;
    }
}
