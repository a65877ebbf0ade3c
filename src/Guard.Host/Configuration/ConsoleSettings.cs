using System.Collections.Immutable;
using System.Globalization;
using System.Net;

namespace Guard.Host.Configuration;

/// <summary>Where the node's web server listens, and how people get in.</summary>
/// <param name="Chosen">Somebody wrote another address than the usual one down: when it cannot be had, the start ends.</param>
public sealed record ConsoleSettings(IPEndPoint Listen, bool Chosen)
{
    /// <summary>The address that people see, such as https://guard.example.com when a proxy stands before it; null: where it listens.</summary>
    public Uri? PublicAddress { get; init; }

    /// <summary>Proxies whose X-Forwarded-For and X-Forwarded-Proto are believed.</summary>
    public ImmutableArray<IPAddress> Proxies { get; init; } = [];

    /// <summary>Null: plain HTTP.</summary>
    public ConsoleTls? Tls { get; init; }

    /// <summary>A sign-in ends when nothing was done for so long.</summary>
    public TimeSpan IdleTimeout { get; init; } = TimeSpan.FromMinutes(30);

    /// <summary>A sign-in ends after so long in any case.</summary>
    public TimeSpan SessionFor { get; init; } = TimeSpan.FromHours(12);

    /// <summary>The longest that a token for a tool may last.</summary>
    public TimeSpan TokenLifetime { get; init; } = TimeSpan.FromDays(365);

    /// <summary>Null: only accounts of the console's own.</summary>
    public ConsoleOidc? Oidc { get; init; }

    /// <summary>What people type, without a slash at its end. Who listens at every address is found at this machine's own name for itself.</summary>
    /// <param name="port">Where it listens, which a setting of 0 leaves open.</param>
    public string AddressAt(int port)
    {
        var host =
            Listen.Address.Equals(IPAddress.Any) || Listen.Address.Equals(IPAddress.IPv6Any)
                ? string.Create(CultureInfo.InvariantCulture, $"localhost:{port}")
                : new IPEndPoint(Listen.Address, port).ToString();
        return PublicAddress?.ToString().TrimEnd('/') ?? $"{(Tls is null ? "http" : "https")}://{host}";
    }

    /// <summary>Whether browsers come by TLS, here or at the proxy.</summary>
    public bool IsSecure => Tls is not null || PublicAddress?.Scheme == Uri.UriSchemeHttps;
}

/// <summary>PEM files. They are read again when they change.</summary>
public sealed record ConsoleTls(string Certificate, string Key);

/// <summary>An OpenID Connect provider that knows some of the people.</summary>
/// <param name="Name">On the button.</param>
/// <param name="NameClaim">The claim that holds the name under which a server admin added the person.</param>
public sealed record ConsoleOidc(Uri Authority, string ClientId, string ClientSecret, string Name, string NameClaim);
