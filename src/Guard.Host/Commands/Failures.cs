using System.Data.Common;
using Akka.Configuration;
using Guard.Host.Configuration;
using Guard.Host.Platform;

namespace Guard.Host.Commands;

/// <summary>Puts what ended a command into one line that says where to look. A stack trace helps nobody who runs a server.</summary>
internal static class Failures
{
    /// <param name="settings">Null when they are not known, or not to blame.</param>
    public static string Say(Exception failure, GuardSettings? settings = null)
    {
        while (failure is AggregateException { InnerException: { } inner })
            failure = inner;
        var text = StartException.OneLine(failure.Message);
        return failure switch
        {
            StartException or DirectoryInUseException => failure.Message,
            ConfigurationException => $"akka: {text}; correct the akka {{ … }} section of the configuration, or leave it out",
            UnauthorizedAccessException => $"{Key(text, settings)}{text}; give the guard's user that right (chown, chmod), or name another place",
            DbException => $"persistence: {text}; is there room on the disk, may the guard's user write the database, and is it up?",
            IOException when text.Contains("No space left", StringComparison.Ordinal) =>
                $"{Key(text, settings, "data-directory: ")}{text}; make room on the disk",
            IOException when text.Contains("Read-only file system", StringComparison.Ordinal) =>
                $"{Key(text, settings, "data-directory: ")}{text}; mount it writable, or name another place",
            IOException or FormatException or TimeoutException or OperationCanceledException => $"{Key(text, settings)}{text}",
            _ => $"{failure.GetType().Name}: {text}; please report this with the command and its configuration",
        };
    }

    /// <summary>Which setting names the file that is complained of.</summary>
    private static string Key(string text, GuardSettings? settings, string otherwise = "")
    {
        if (settings is null)
            return otherwise;
        (string Key, string Path)[] named =
        [
            ("intake.logs.virtual-map", settings.Logs.VirtualMap),
            ("inspection.socket", settings.InspectionSocket),
            ("persistence.sqlite-file", settings.Persistence.SqliteFile),
            ("intake.syslog.certificate", settings.Syslog?.Tls?.Certificate ?? ""),
            ("intake.syslog.key", settings.Syslog?.Tls?.Key ?? ""),
            ("cluster.tls.certificate", settings.Cluster.Tls?.Certificate ?? ""),
            ("cluster.tls.key", settings.Cluster.Tls?.Key ?? ""),
            ("cluster.tls.ca", settings.Cluster.Tls?.Authority ?? ""),
            ("data-directory", settings.DataDirectory),
            ("data-directory", Path.GetFullPath(settings.DataDirectory)),
            ("persistence.sqlite-file", Path.GetDirectoryName(Path.GetFullPath(settings.Persistence.SqliteFile)) ?? ""),
        ];
        var found = named.FirstOrDefault(one => one.Path.Length > 1 && text.Contains(one.Path, StringComparison.Ordinal)).Key;
        return found is null ? otherwise
            : text.StartsWith(found, StringComparison.Ordinal) ? ""
            : $"{found}: ";
    }
}
