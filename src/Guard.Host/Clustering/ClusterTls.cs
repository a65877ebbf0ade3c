using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Akka.Event;
using Akka.Remote.Transport.DotNetty;
using Guard.Host.Configuration;

namespace Guard.Host.Clustering;

/// <summary>Mutual TLS between nodes: both sides show a certificate of the cluster's own authority. The machine's other authorities count for nothing
/// here.</summary>
internal static class ClusterTls
{
    /// <exception cref="IOException">A file is missing, is no PEM, or key and certificate do not belong together.</exception>
    public static DotNettySslSetup Setup(ClusterTlsSettings settings)
    {
        var (certificate, authorities) = Load(settings);
        if (!IsTrusted(certificate, authorities, out var problem))
            throw new IOException($"{settings.Certificate} is not a certificate of {settings.Authority}: {problem}");
        return new DotNettySslSetup(
            certificate,
            suppressValidation: false,
            requireMutualAuthentication: true,
            validateCertificateHostname: false,
            customValidator: (shown, _, peer, _, log) =>
            {
                if (shown is null)
                {
                    log.Warning("{0} shows no certificate and is not let in", peer);
                    return false;
                }
                if (IsTrusted(shown, authorities, out var why))
                    return true;
                log.Warning("{0} shows a certificate that does not count here ({1}: {2}) and is not let in", peer, shown.Subject, why);
                return false;
            }
        );
    }

    private static (X509Certificate2 Certificate, X509Certificate2Collection Authorities) Load(ClusterTlsSettings settings)
    {
        try
        {
            using var pem = X509Certificate2.CreateFromPemFile(settings.Certificate, settings.Key);
            var authorities = new X509Certificate2Collection();
            authorities.ImportFromPemFile(settings.Authority);
            if (authorities.Count == 0)
                throw new CryptographicException($"no certificate in {settings.Authority}");
            // Through PKCS #12 in memory: a key straight from PEM cannot be used for TLS everywhere.
            return (X509CertificateLoader.LoadPkcs12(pem.Export(X509ContentType.Pkcs12), null), authorities);
        }
        // A key that belongs to another certificate is an argument's fault there.
        catch (Exception failure) when (failure is CryptographicException or ArgumentException)
        {
            throw new IOException($"accountguard.cluster.tls: {failure.Message}", failure);
        }
    }

    internal static bool IsTrusted(X509Certificate2 certificate, X509Certificate2Collection authorities, out string problem)
    {
        using var chain = new X509Chain();
        chain.ChainPolicy.TrustMode = X509ChainTrustMode.CustomRootTrust;
        chain.ChainPolicy.CustomTrustStore.AddRange(authorities);
        chain.ChainPolicy.RevocationMode = X509RevocationMode.NoCheck;
        var trusted = chain.Build(certificate);
        problem = trusted ? "" : string.Join(", ", chain.ChainStatus.Select(status => status.StatusInformation.Trim()));
        return trusted;
    }
}
