using System.Net.Security;
using System.Security.Authentication;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Guard.Host.Configuration;
using Serilog;

namespace Guard.Host.Intake.Syslog;

/// <summary>
/// The server's side of TLS for syslog (RFC 5425): versions 1.2 and 1.3, and certificates of clients when an authority is named. Files that changed are taken
/// over with the next connection; when they cannot be read, what was there goes on to hold.
/// </summary>
internal sealed class SyslogTls
{
    /// <summary>id-kp-clientAuth, RFC 5280 section 4.2.1.12; a certificate that says nothing of its use may be used.</summary>
    private const string ClientAuthentication = "1.3.6.1.5.5.7.3.2";

    private readonly SyslogTlsSettings _settings;
    private readonly ILogger _log;
    private readonly Lock _loading = new();
    private SslServerAuthenticationOptions _options;
    private string _stamp;

    /// <exception cref="IOException">The files cannot be used; the message says which.</exception>
    public SyslogTls(SyslogTlsSettings settings, ILogger log)
    {
        (_settings, _log) = (settings, log);
        _stamp = Stamp();
        _options = Load(settings);
    }

    /// <exception cref="SyslogProtocolException">The client does not get through the handshake.</exception>
    public async Task<Stream> SecureAsync(Stream plain, CancellationToken stop)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(stop);
        patience.CancelAfter(_settings.Handshake);
        var secured = new SslStream(plain, leaveInnerStreamOpen: true);
        try
        {
            await secured.AuthenticateAsServerAsync(Current(), patience.Token).ConfigureAwait(false);
            return secured;
        }
        catch (Exception failure)
        {
            await secured.DisposeAsync().ConfigureAwait(false);
            switch (failure)
            {
                case OperationCanceledException when !stop.IsCancellationRequested:
                    throw new SyslogProtocolException($"no TLS handshake within {_settings.Handshake.TotalSeconds:0.#} s");
                case AuthenticationException or IOException:
                    throw new SyslogProtocolException($"the TLS handshake failed: {failure.Message} {failure.InnerException?.Message}".TrimEnd());
                default:
                    throw;
            }
        }
    }

    /// <summary>The certificate that is served now.</summary>
    public X509Certificate2 Certificate => Current().ServerCertificateContext!.TargetCertificate;

    private SslServerAuthenticationOptions Current()
    {
        var stamp = Stamp();
        lock (_loading)
        {
            if (stamp == _stamp)
                return _options;
            // One that failed is not tried again until it changes.
            _stamp = stamp;
            try
            {
                _options = Load(_settings);
                _log.Information(
                    "syslog: the certificates were taken over anew, valid until {Until:u}",
                    _options.ServerCertificateContext!.TargetCertificate.NotAfter.ToUniversalTime()
                );
            }
            catch (IOException failure)
            {
                _log.Error("syslog: the changed certificates cannot be used, the former ones go on to hold: {Reason:l}", failure.Message);
            }
            return _options;
        }
    }

    private string Stamp() =>
        string.Join(
            '/',
            new[] { _settings.Certificate, _settings.Key, _settings.ClientAuthority }
                .Where(file => file.Length > 0)
                .Select(file =>
                {
                    var info = new FileInfo(file);
                    return info.Exists ? $"{info.LastWriteTimeUtc.Ticks}:{info.Length}" : "absent";
                })
        );

    private static SslServerAuthenticationOptions Load(SyslogTlsSettings settings)
    {
        var certificate = Read(settings.Certificate, () => X509Certificate2.CreateFromPemFile(settings.Certificate, settings.Key));
        var chain = Read(settings.Certificate, () => Bundle(settings.Certificate));
        return new SslServerAuthenticationOptions
        {
            ServerCertificateContext = SslStreamCertificateContext.Create(certificate, chain, offline: true),
            EnabledSslProtocols = SslProtocols.Tls12 | SslProtocols.Tls13,
            ClientCertificateRequired = settings.ClientAuthority.Length > 0,
            CertificateChainPolicy =
                settings.ClientAuthority.Length == 0 ? null : Policy(Read(settings.ClientAuthority, () => Bundle(settings.ClientAuthority))),
            AllowRenegotiation = false,
        };
    }

    private static X509ChainPolicy Policy(X509Certificate2Collection authorities)
    {
        var policy = new X509ChainPolicy
        {
            TrustMode = X509ChainTrustMode.CustomRootTrust,
            RevocationMode = X509RevocationMode.NoCheck,
            DisableCertificateDownloads = true,
        };
        policy.CustomTrustStore.AddRange(authorities);
        policy.ApplicationPolicy.Add(new Oid(ClientAuthentication));
        return policy;
    }

    private static X509Certificate2Collection Bundle(string file)
    {
        var bundle = new X509Certificate2Collection();
        bundle.ImportFromPemFile(file);
        return bundle.Count > 0 ? bundle : throw new CryptographicException("no certificate in it");
    }

    private static T Read<T>(string file, Func<T> read)
    {
        try
        {
            return read();
        }
        catch (Exception failure) when (failure is CryptographicException or IOException or UnauthorizedAccessException or ArgumentException)
        {
            throw new IOException($"{file}: {failure.Message}", failure);
        }
    }
}
