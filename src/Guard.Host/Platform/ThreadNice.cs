using System.Runtime.InteropServices;

namespace Guard.Host.Platform;

/// <summary>Lets the calling thread go after others: setpriority(2), which on Linux is each thread's own.</summary>
internal static class ThreadNice
{
    private const int Process = 0;

    /// <param name="nice">1 to 19: the higher, the longer it lets others go first. Elsewhere than on Linux nothing happens.</param>
    public static void LetOthersGoFirst(int nice)
    {
        if (OperatingSystem.IsLinux())
            _ = SetPriority(Process, 0, nice);
    }

    [DllImport("libc", EntryPoint = "setpriority")]
    private static extern int SetPriority(int which, uint who, int nice);
}
