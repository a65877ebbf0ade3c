using System.Diagnostics;
using Guard.Host.Platform;
using Microsoft.Win32.SafeHandles;

namespace Guard.Host.Migration;

/// <summary>
/// Keeps a long copy from holding up others' flushes. What is written waits in memory, and on a journaling file system somebody else's fsync waits until all of it
/// is on the disk (ext4(5), data=ordered): so it is flushed in small parts, and after each the disk is left to others for as long as it took.
/// </summary>
internal static class DiskPace
{
    /// <summary>Bytes.</summary>
    public const int Part = 4 << 20;

    private static readonly TimeSpan Longest = TimeSpan.FromMilliseconds(200);

    public static void Flush(SafeFileHandle file)
    {
        var begun = Stopwatch.GetTimestamp();
        RandomAccess.FlushToDisk(file);
        var took = Stopwatch.GetElapsedTime(begun);
        OwnThread.Sleep(took < Longest ? took : Longest);
    }
}
