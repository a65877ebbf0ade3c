using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Guard.Host.Tests.Syslog;

/// <summary>An authority and what it signed, as PEM files in a directory of its own.</summary>
internal sealed class Certificates : IDisposable
{
    private readonly X509Certificate2 _authority;

    public Certificates(string name = "fleet")
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest($"CN={name} authority", key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, true));
        request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.KeyCertSign | X509KeyUsageFlags.CrlSign, true));
        _authority = request.CreateSelfSigned(DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddYears(1));
        File.WriteAllText(Authority, _authority.ExportCertificatePem());
    }

    public string Directory { get; } = System.IO.Directory.CreateTempSubdirectory("accountguard-certificates").FullName;

    public string Authority => Path.Combine(Directory, "ca.pem");

    public string Certificate => Path.Combine(Directory, "server.pem");

    public string Key => Path.Combine(Directory, "server.key");

    /// <summary>Signs a server's certificate and writes it over the former one.</summary>
    public X509Certificate2 WriteServer(string name = "guard.example.com")
    {
        var certificate = Sign(name, "1.3.6.1.5.5.7.3.1", DateTimeOffset.UtcNow.AddMonths(6));
        File.WriteAllText(Key, certificate.GetECDsaPrivateKey()!.ExportPkcs8PrivateKeyPem());
        File.WriteAllText(Certificate, certificate.ExportCertificatePem());
        return certificate;
    }

    /// <summary>A client's, as it is kept in memory.</summary>
    public X509Certificate2 Client(string name = "mx1.example.com", string use = "1.3.6.1.5.5.7.3.2", DateTimeOffset? until = null) =>
        Sign(name, use, until ?? DateTimeOffset.UtcNow.AddMonths(6));

    /// <summary>A client's, as files.</summary>
    public (string Certificate, string Key) WriteClient(string name = "mx1.example.com")
    {
        using var client = Client(name);
        var (certificate, key) = (Path.Combine(Directory, $"{name}.pem"), Path.Combine(Directory, $"{name}.key"));
        File.WriteAllText(key, client.GetECDsaPrivateKey()!.ExportPkcs8PrivateKeyPem());
        File.WriteAllText(certificate, client.ExportCertificatePem());
        return (certificate, key);
    }

    private X509Certificate2 Sign(string name, string use, DateTimeOffset until)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest($"CN={name}", key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(false, false, 0, true));
        request.CertificateExtensions.Add(new X509EnhancedKeyUsageExtension([new Oid(use)], false));
        var names = new SubjectAlternativeNameBuilder();
        names.AddDnsName(name);
        names.AddIpAddress(IPAddress.Loopback);
        request.CertificateExtensions.Add(names.Build());
        using var signed = request.Create(_authority, DateTimeOffset.UtcNow.AddHours(-2), until, RandomNumberGenerator.GetBytes(12));
        using var whole = signed.CopyWithPrivateKey(key);
        // On some systems only an imported certificate can be used in a handshake.
        return X509CertificateLoader.LoadPkcs12(whole.Export(X509ContentType.Pkcs12), null, X509KeyStorageFlags.Exportable);
    }

    public void Dispose()
    {
        _authority.Dispose();
        System.IO.Directory.Delete(Directory, true);
    }
}
