using System.Globalization;

namespace Guard.Host.Platform;

/// <summary>When a guard was last backed up: a file in its data directory that <c>accountguard backup</c> leaves.</summary>
internal static class LastBackup
{
    /// <exception cref="IOException">It cannot be written.</exception>
    /// <exception cref="UnauthorizedAccessException">It may not be written.</exception>
    public static void Note(string dataDirectory, DateTimeOffset at)
    {
        AtomicFile.Write(FileIn(dataDirectory), at.ToString("O", CultureInfo.InvariantCulture));
        // Root makes back-ups, and the guard reads when.
        FileOwner.Copy(dataDirectory, FileIn(dataDirectory));
    }

    /// <summary>Null when none is known of.</summary>
    public static DateTimeOffset? Find(string dataDirectory)
    {
        try
        {
            return DateTimeOffset.TryParse(File.ReadAllText(FileIn(dataDirectory)), CultureInfo.InvariantCulture, DateTimeStyles.RoundtripKind, out var at)
                ? at
                : null;
        }
        catch (Exception unreadable) when (unreadable is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    private static string FileIn(string dataDirectory) => Path.Combine(dataDirectory, "last-backup");
}
