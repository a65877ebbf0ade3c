using System.Net;
using System.Net.Security;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using Guard.Host.Configuration;
using Guard.Host.Intake.Http;
using Guard.Host.Node.Health;

namespace Guard.Host.Doctor;

/// <summary>Whether other machines and programs can tell the guard what they see: syslog, syslog over TLS with its certificate, and the API. Nothing is counted
/// by these questions.</summary>
internal static class FleetChecks
{
    public static async Task<IReadOnlyList<Finding>> LookAsync(GuardSettings settings, CancellationToken cancellation)
    {
        var findings = new List<Finding>();
        if (settings.Syslog is { Listen: { } plain })
            findings.Add(await ListenerChecks.LookAsync("syslog", plain, _ => Task.FromResult(true), cancellation).ConfigureAwait(false));
        if (settings.Syslog is { Listen: { } open } && !IPAddress.IsLoopback(open.Address))
            findings.Add(
                Finding.Warning(
                    "syslog",
                    $"everybody who reaches {open} can tell the guard anything",
                    "let only your own machines reach it, or use tls-listen with client-ca (docs/syslog.md)"
                )
            );
        if (settings.Syslog is { Tls: { } tls })
        {
            findings.Add(
                await ListenerChecks.LookAsync("syslog over TLS", tls.Listen, stream => ShakesHandsAsync(stream, tls), cancellation).ConfigureAwait(false)
            );
        }
        // Without a token nobody may call it.
        if (settings is { Console: { } console, Http.Tokens.Length: > 0 })
        {
            findings.Add(
                await ListenerChecks
                    .LookAsync("HTTP API", console.Listen, stream => DescribesItselfAsync(stream, console.Tls is not null), cancellation)
                    .ConfigureAwait(false)
            );
            if (console.Tls is null && !IPAddress.IsLoopback(console.Listen.Address))
                findings.Add(
                    Finding.Warning(
                        "HTTP API",
                        $"tokens cross the network in the clear to {console.Listen}",
                        "set console.tls, or put a proxy with TLS before it (docs/http-api.md)"
                    )
                );
        }
        return findings;
    }

    /// <summary>Another program would not get this far. A guard that wants a certificate of clients ends the talk after it has shown its own, which is an
    /// answer too.</summary>
    private static async Task<bool> ShakesHandsAsync(Stream stream, SyslogTlsSettings tls)
    {
        byte[] served = [];
        await using var secured = new SslStream(
            stream,
            leaveInnerStreamOpen: true,
            (_, certificate, _, _) =>
            {
                served = certificate?.GetRawCertData() ?? [];
                return true;
            }
        );
        try
        {
            await secured.AuthenticateAsClientAsync("localhost").ConfigureAwait(false);
        }
        catch (Exception failure) when (failure is AuthenticationException or IOException)
        {
            if (served.Length == 0)
                return false;
        }
        using var configured = X509Certificate2.CreateFromPem(await File.ReadAllTextAsync(tls.Certificate).ConfigureAwait(false));
        return served.AsSpan().SequenceEqual(configured.RawData);
    }

    private static async Task<bool> DescribesItselfAsync(Stream plain, bool tls)
    {
        var stream = plain;
        if (tls)
        {
            var secured = new SslStream(plain, leaveInnerStreamOpen: true, (_, _, _, _) => true);
            await secured.AuthenticateAsClientAsync("localhost").ConfigureAwait(false);
            stream = secured;
        }
        await stream
            .WriteAsync(Encoding.ASCII.GetBytes($"GET {IntakeOpenApi.Path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"))
            .ConfigureAwait(false);
        var head = new byte[12];
        await stream.ReadExactlyAsync(head).ConfigureAwait(false);
        return Encoding.ASCII.GetString(head) == "HTTP/1.1 200";
    }
}
