using System.Globalization;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Guard.Host.Configuration;

namespace Guard.Host.Node.Health;

/// <summary>Until when the configured certificates are good.</summary>
internal static class CertificateChecks
{
    private static readonly TimeSpan SoonOver = TimeSpan.FromDays(14);

    /// <summary>Each certificate that the settings name, as this user can read it.</summary>
    public static IEnumerable<Finding> Look(GuardSettings settings, DateTimeOffset now)
    {
        if (settings.Syslog is { Tls: { } syslog })
            yield return Look("certificate of syslog", syslog.Certificate, syslog.Key, now, "senders refuse it");
        if (settings.Console is { Tls: { } console })
            yield return Look("certificate of the console", console.Certificate, console.Key, now, "browsers refuse it");
        if (settings.Cluster.Tls is { } cluster)
        {
            yield return Look("certificate of the node", cluster.Certificate, cluster.Key, now, "other nodes refuse it");
            yield return Look("certificate of the cluster's authority", cluster.Authority, null, now, "nodes refuse each other");
        }
    }

    /// <param name="key">Null: only the certificate is looked at.</param>
    /// <param name="consequence">What follows when it is over.</param>
    public static Finding Look(string check, string file, string? key, DateTimeOffset now, string consequence)
    {
        try
        {
            using var certificate = key is null ? X509Certificate2.CreateFromPem(File.ReadAllText(file)) : X509Certificate2.CreateFromPemFile(file, key);
            return Terms(check, certificate, now, consequence);
        }
        catch (Exception failure) when (failure is CryptographicException or IOException or UnauthorizedAccessException or ArgumentException)
        {
            return key is null
                ? Finding.Fault(check, $"{file} cannot be used: {failure.Message}", "a PEM file which the guard may read")
                : Finding.Fault(
                    check,
                    $"{file} and {key} cannot be used together: {failure.Message}",
                    "PEM files that belong together, which the guard may read"
                );
        }
    }

    private static Finding Terms(string check, X509Certificate2 certificate, DateTimeOffset now, string consequence)
    {
        var until = new DateTimeOffset(certificate.NotAfter.ToUniversalTime(), TimeSpan.Zero);
        var from = new DateTimeOffset(certificate.NotBefore.ToUniversalTime(), TimeSpan.Zero);
        if (until < now)
            return Finding.Fault(check, $"is over since {Day(until)}: {consequence}", "renew it; the guard takes over what changes");
        if (from > now)
            return Finding.Fault(check, $"begins only at {Day(from)}", "is the clock right?");
        return until - now < SoonOver
            ? Finding.Warning(check, $"ends at {Day(until)}", "renew it soon; the guard takes over what changes")
            : Finding.Ok(check, $"of {certificate.Subject}, valid until {Day(until)}");
    }

    private static string Day(DateTimeOffset at) => at.ToString("yyyy-MM-dd HH:mm", CultureInfo.InvariantCulture) + " UTC";
}
