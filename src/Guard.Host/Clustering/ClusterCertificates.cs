using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Guard.Host.Clustering;

/// <summary>Makes a cluster's own authority and its nodes' certificates, as PEM files.</summary>
internal static class ClusterCertificates
{
    private const string ServerUse = "1.3.6.1.5.5.7.3.1";
    private const string ClientUse = "1.3.6.1.5.5.7.3.2";
    private const UnixFileMode Secret = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    private static readonly TimeSpan AuthorityLasts = TimeSpan.FromDays(3650);

    /// <summary>Makes the authority in <paramref name="directory"/> unless there is one, and a certificate with key for each node; what is there of a node is
    /// replaced.</summary>
    /// <param name="nodes">Names or addresses by which the others reach the nodes.</param>
    /// <param name="now">Certificates begin an hour earlier, for clocks that lag.</param>
    /// <returns>The files that were written.</returns>
    /// <exception cref="IOException">The directory cannot be written, or what is there is no authority.</exception>
    public static IReadOnlyList<string> Make(string directory, IEnumerable<string> nodes, TimeSpan lasts, DateTimeOffset now)
    {
        Directory.CreateDirectory(directory);
        var written = new List<string>();
        var (certificateFile, keyFile) = (Path.Combine(directory, "ca.crt"), Path.Combine(directory, "ca.key"));
        if (!File.Exists(certificateFile))
        {
            using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
            using var made = Authority(key, now);
            Write(keyFile, key.ExportPkcs8PrivateKeyPem(), written);
            Write(certificateFile, made.ExportCertificatePem(), written);
        }
        using var authority = Load(certificateFile, keyFile);
        foreach (var node in nodes)
        {
            using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
            using var certificate = Node(node, key, authority, lasts, now);
            Write(Path.Combine(directory, $"{node}.key"), key.ExportPkcs8PrivateKeyPem(), written);
            Write(Path.Combine(directory, $"{node}.crt"), certificate.ExportCertificatePem(), written);
        }
        return written;
    }

    private static X509Certificate2 Authority(ECDsa key, DateTimeOffset now)
    {
        var request = new CertificateRequest("CN=AccountGuard cluster", key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(
            new X509BasicConstraintsExtension(certificateAuthority: true, hasPathLengthConstraint: true, pathLengthConstraint: 0, critical: true)
        );
        request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.KeyCertSign | X509KeyUsageFlags.CrlSign, critical: true));
        request.CertificateExtensions.Add(new X509SubjectKeyIdentifierExtension(request.PublicKey, critical: false));
        return request.CreateSelfSigned(now.AddHours(-1), now + AuthorityLasts);
    }

    private static X509Certificate2 Node(string node, ECDsa key, X509Certificate2 authority, TimeSpan lasts, DateTimeOffset now)
    {
        var name = new X500DistinguishedNameBuilder();
        name.AddCommonName(node);
        var request = new CertificateRequest(name.Build(), key, HashAlgorithmName.SHA256);
        var names = new SubjectAlternativeNameBuilder();
        if (IPAddress.TryParse(node, out var address))
            names.AddIpAddress(address);
        else
            names.AddDnsName(node);
        request.CertificateExtensions.Add(names.Build());
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(false, false, 0, true));
        request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.DigitalSignature, critical: true));
        // Each node is both: whoever connects first.
        request.CertificateExtensions.Add(new X509EnhancedKeyUsageExtension([new Oid(ServerUse), new Oid(ClientUse)], critical: false));
        var until = now + lasts < authority.NotAfter ? now + lasts : authority.NotAfter;
        return request.Create(authority, now.AddHours(-1), until, RandomNumberGenerator.GetBytes(16));
    }

    private static X509Certificate2 Load(string certificate, string key)
    {
        try
        {
            return X509Certificate2.CreateFromPemFile(certificate, key);
        }
        catch (CryptographicException failure)
        {
            throw new IOException($"{certificate} and {key} are no authority: {failure.Message}", failure);
        }
    }

    private static void Write(string file, string pem, List<string> written)
    {
        // Never readable by others, not even for a moment.
        File.Delete(file);
        using var stream = new FileStream(
            file,
            new FileStreamOptions
            {
                Mode = FileMode.CreateNew,
                Access = FileAccess.Write,
                UnixCreateMode = file.EndsWith(".key", StringComparison.Ordinal) ? Secret : Secret | UnixFileMode.GroupRead | UnixFileMode.OtherRead,
            }
        );
        using var writer = new StreamWriter(stream);
        writer.WriteLine(pem);
        written.Add(file);
    }
}
