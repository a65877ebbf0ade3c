using System.Runtime.InteropServices;

namespace Guard.Host.Platform;

/// <summary>How many files and connections this process may have open (RLIMIT_NOFILE, getrlimit(2)), and how many of them a listener may use: what is left is
/// for logs, the database and the mail server's answers.</summary>
internal static class DescriptorLimit
{
    private const int NumberOfFiles = 7;

    /// <summary>For everything that is no connection: some 400 assemblies, database, logs, helpers' pipes.</summary>
    private const int Kept = 512;

    /// <summary>Policy, auth policy, milter, syslog over TCP and over TLS, console.</summary>
    private const int Listeners = 6;

    private const int Least = 8;

    public static long OfProcess { get; } = Read();

    /// <summary>Connections of one listener.</summary>
    public static int OfListener { get; } = Share(OfProcess);

    internal static int Share(long descriptors) => (int)Math.Clamp((descriptors - Kept) / Listeners, Least, 100_000);

    private static long Read()
    {
        var limit = new Limit();
        return OperatingSystem.IsLinux() && GetLimit(NumberOfFiles, ref limit) == 0 ? (long)Math.Min((ulong)limit.Soft, int.MaxValue) : 1024;
    }

    [StructLayout(LayoutKind.Sequential)]
    private struct Limit
    {
        public nuint Soft;
        public nuint Hard;
    }

    [DllImport("libc", EntryPoint = "getrlimit", SetLastError = true)]
    private static extern int GetLimit(int resource, ref Limit limit);
}
