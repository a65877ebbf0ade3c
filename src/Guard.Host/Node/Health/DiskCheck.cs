using System.Globalization;

namespace Guard.Host.Node.Health;

/// <summary>Room for the journal.</summary>
internal static class DiskCheck
{
    private const long Little = 200L << 20;
    private const long Least = 20L << 20;

    /// <summary>Whether there is room; says nothing of whether it may be written.</summary>
    public static Finding Look(string directory)
    {
        const string check = "disk";
        try
        {
            var free = new DriveInfo(Path.GetFullPath(directory)).AvailableFreeSpace;
            var text = string.Create(CultureInfo.InvariantCulture, $"{Size(free)} are free in {directory}");
            return free < Least ? Finding.Fault(check, text, "make room: without it nothing is counted")
                : free < Little ? Finding.Warning(check, text, "the journal grows with the mail: make room")
                : Finding.Ok(check, text);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException or ArgumentException)
        {
            return Finding.Fault(check, $"{directory}: {failure.Message}", "correct data-directory");
        }
    }

    /// <summary>In the unit that one reads at a glance.</summary>
    private static string Size(long bytes) =>
        bytes switch
        {
            >= 1L << 40 => string.Create(CultureInfo.InvariantCulture, $"{bytes / (double)(1L << 40):0.0} TiB"),
            >= 1L << 30 => string.Create(CultureInfo.InvariantCulture, $"{bytes / (double)(1L << 30):0.0} GiB"),
            _ => string.Create(CultureInfo.InvariantCulture, $"{bytes >> 20} MiB"),
        };
}
