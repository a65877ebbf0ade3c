using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using Guard.Host.Configuration;
using Guard.Host.Geo;
using Guard.Host.Intake;

namespace Guard.Host.Commands;

/// <summary>
/// Reads the files that a configuration names: maps, lists of places, country data, certificates, passwords, templates. What the guard cannot start with, or
/// would quietly go without, is a mistake; logs may come later.
/// </summary>
internal static class NamedFiles
{
    /// <summary>The longest path of a Unix socket (unix(7)), its end included.</summary>
    private const int LongestSocket = 107;

    public static (IReadOnlyList<ConfigurationFault> Faults, IReadOnlyList<ConfigurationFault> Warnings) Look(GuardSettings settings, DateTimeOffset now)
    {
        var (faults, warnings) = (new List<ConfigurationFault>(), new List<ConfigurationFault>());
        Map(settings, faults, warnings);
        Places(settings, faults);
        Certificates(settings, now, faults, warnings);
        var mail = settings.Reports.Mail;
        Secret("reports.mail.password-file", mail.Password, faults);
        foreach (var webhook in settings.Reports.Webhooks)
            Secret($"reports.webhooks.{webhook.Name}.secret-file", webhook.Key, faults);
        if (mail.Templates.Length > 0 && !Directory.Exists(mail.Templates))
            faults.Add(new ConfigurationFault(mail.Templates, 0, "reports.mail.templates", "is no directory", "a directory of templates (docs/reports.md)"));
        foreach (
            var (key, file) in new[]
            {
                ("enforcement.locks.dovecot-deny-file", settings.Enforcement.Locks.DovecotDenyFile),
                ("enforcement.locks.postfix-access-map", settings.Enforcement.Locks.PostfixAccessMap),
            }
        )
        {
            if (file.Length > 0 && Directory.Exists(file))
                faults.Add(new ConfigurationFault(file, 0, key, "is a directory", "a file, which the guard makes"));
            else if (file.Length > 0 && !Directory.Exists(Path.GetDirectoryName(Path.GetFullPath(file))))
                warnings.Add(new ConfigurationFault(file, 0, key, "its directory is not there: locks fail", "a file in a directory that the guard may write"));
        }
        foreach (var log in settings.Logs.Files.Where(Directory.Exists))
            faults.Add(new ConfigurationFault(log, 0, "intake.logs.files", "is a directory", "a log, or a pattern such as /var/log/mail/*.log"));
        if (File.Exists(settings.DataDirectory))
            faults.Add(new ConfigurationFault(settings.DataDirectory, 0, "data-directory", "is a file", "a directory, which the guard makes"));
        var socket = settings.InspectionSocket;
        if (Encoding.UTF8.GetByteCount(socket) > LongestSocket)
            faults.Add(new ConfigurationFault(socket, 0, "inspection.socket", "is too long for a socket", $"a path of at most {LongestSocket} bytes"));
        else if (Directory.Exists(socket))
            faults.Add(new ConfigurationFault(socket, 0, "inspection.socket", "is a directory", "a file in it, which the guard makes"));
        return (faults, warnings);
    }

    /// <summary>A virtual map that cannot be read is a mistake, an odd line of it a warning.</summary>
    private static void Map(GuardSettings settings, List<ConfigurationFault> faults, List<ConfigurationFault> warnings)
    {
        const string key = "intake.logs.virtual-map";
        if (UserNames.MapOf(settings.Logs) is not { } source)
            return;
        var where = settings.Logs.VirtualMap;
        try
        {
            warnings.AddRange(
                source.Read().Odd.Select(odd => new ConfigurationFault(where, 0, key, odd, "a table as virtual(5) has it; the line is passed over"))
            );
        }
        catch (FormatException failure)
        {
            faults.Add(new ConfigurationFault(where, 0, key, failure.Message, "a table that the guard can read"));
        }
    }

    private static void Places(GuardSettings settings, List<ConfigurationFault> faults)
    {
        var places = PlaceSource.Open(settings, null, _ => { });
        if (places.OverridesProblem.Length > 0)
            faults.Add(
                new ConfigurationFault(settings.Geo.Overrides, 0, "geo.overrides", places.OverridesProblem, "lines such as 192.0.2.0/24 GB (docs/places.md)")
            );
        var fetched = settings.Reputation.Where(list => list.IsFeed).Select(list => list.Source).ToHashSet();
        foreach (var list in places.Lists.Where(list => list.Problem is not null && !fetched.Contains(list.File)))
            faults.Add(new ConfigurationFault(list.File, 0, "reputation", list.Problem!, "a file of networks, one a line (docs/places.md)"));
        foreach (var list in settings.Reputation)
            Secret($"reputation.{list.Name}.key-file", list.Key, faults);
        if (settings.Geo.Files.IsEmpty)
            return;
        foreach (var file in places.Status.Where(file => file.Problem is not null))
            faults.Add(new ConfigurationFault(file.File, 0, "geo.files", file.Problem!, "a country database (MMDB) that the guard can read"));
    }

    private static void Certificates(GuardSettings settings, DateTimeOffset now, List<ConfigurationFault> faults, List<ConfigurationFault> warnings)
    {
        if (settings.Console is { Tls: { } console })
            Pair("console.tls.certificate", console.Certificate, console.Key);
        if (settings.Syslog is { Tls: { } syslog })
        {
            Pair("intake.syslog.certificate", syslog.Certificate, syslog.Key);
            if (syslog.ClientAuthority.Length > 0)
                Pair("intake.syslog.client-ca", syslog.ClientAuthority, null);
        }
        if (settings.Cluster.Tls is { } cluster)
        {
            Pair("cluster.tls.certificate", cluster.Certificate, cluster.Key);
            Pair("cluster.tls.ca", cluster.Authority, null);
        }

        void Pair(string at, string file, string? key)
        {
            try
            {
                using var certificate = key is null ? X509Certificate2.CreateFromPem(File.ReadAllText(file)) : X509Certificate2.CreateFromPemFile(file, key);
                if (certificate.NotAfter.ToUniversalTime() < now.UtcDateTime)
                    warnings.Add(
                        new ConfigurationFault(
                            file,
                            0,
                            at,
                            $"is over since {certificate.NotAfter.ToUniversalTime():yyyy-MM-dd}",
                            "a certificate that is still good"
                        )
                    );
            }
            catch (Exception failure) when (failure is CryptographicException or IOException or UnauthorizedAccessException or ArgumentException)
            {
                faults.Add(
                    new ConfigurationFault(
                        file,
                        0,
                        at,
                        failure.Message.ReplaceLineEndings(" "),
                        key is null ? "a PEM file that the guard can read" : $"a PEM file that the guard can read, and its key in {key}"
                    )
                );
            }
        }
    }

    private static void Secret(string key, Secret secret, List<ConfigurationFault> faults)
    {
        if (secret.File.Length == 0)
            return;
        try
        {
            if (secret.Read().Length == 0)
                faults.Add(new ConfigurationFault(secret.File, 0, key, "is empty", "a file with the secret"));
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            faults.Add(new ConfigurationFault(secret.File, 0, key, failure.Message, "a file that the guard can read"));
        }
    }
}
