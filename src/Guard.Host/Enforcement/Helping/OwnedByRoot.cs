using Guard.Host.Platform;

namespace Guard.Host.Enforcement.Helping;

/// <summary>Whether what the helper obeys, and where it writes, is in nobody's hands but root's.</summary>
internal static class OwnedByRoot
{
    private const UnixFileMode Others = UnixFileMode.GroupWrite | UnixFileMode.OtherWrite;

    /// <summary>Why a file is not to be trusted, or null. Its directory counts as well: who may write there may replace the file.</summary>
    public static string? FaultOf(string path)
    {
        var full = Path.GetFullPath(path);
        return Fault(full) ?? (Path.GetDirectoryName(full) is { } directory ? Fault(directory) : null);
    }

    private static string? Fault(string path)
    {
        if (FileOwner.Of(path) is not { } owner)
            return $"{path} is not there";
        if (owner.User != 0 && owner.User != FileOwner.OwnUser())
            return $"{path} belongs to user {owner.User}, not to root";
        var mode = File.GetUnixFileMode(path);
        // In a sticky directory such as /tmp nobody replaces another's file.
        return (mode & Others) != 0 && !(Directory.Exists(path) && mode.HasFlag(UnixFileMode.StickyBit)) ? $"others than its owner may write {path}" : null;
    }
}
