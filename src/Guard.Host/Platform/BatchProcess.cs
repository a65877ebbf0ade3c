using System.Globalization;
using System.Runtime;
using System.Runtime.InteropServices;
using System.Text;

namespace Guard.Host.Platform;

/// <summary>
/// Makes of this process one that works through much data and answers nobody. The runtime is set up for the daemon: two threads collect, a small youngest generation
/// keeps its pauses short, and compiling late keeps the start short. For a long run all cores collect, seldom, and all is compiled at once. The runtime reads this
/// once, as it starts (https://learn.microsoft.com/dotnet/core/runtime-config/garbage-collector), so that the process replaces itself by execve(2): same number,
/// same descriptors.
/// </summary>
internal static class BatchProcess
{
    private const string Heaps = "DOTNET_GCHeapCount";
    private const string YoungestGeneration = "DOTNET_GCGen0MaxBudget";
    private const string Tiers = "DOTNET_TieredCompilation";

    // None is named: the runtime adapts their number, up to one for each core.
    private const string AsManyAsPay = "0";
    private const long Smallest = 16L << 20;
    private const long Largest = 256L << 20;

    /// <summary>Behind so much to read it pays.</summary>
    public const long WorthFrom = 32L << 20;

    /// <summary>Before anything was opened or begun. Does not return where the process is replaced; it goes on as it is where it cannot be, or was.</summary>
    /// <param name="bytes">How much there is to read.</param>
    public static void Become(long bytes)
    {
        GCSettings.LatencyMode = GCLatencyMode.Batch;
        if (!OperatingSystem.IsLinux() || bytes < WorthFrom || Environment.GetEnvironmentVariable(Heaps) is not null)
            return;
        var budget = Math.Clamp(GC.GetGCMemoryInfo().TotalAvailableMemoryBytes / 32, Smallest, Largest);
        Environment.SetEnvironmentVariable(Heaps, AsManyAsPay);
        Environment.SetEnvironmentVariable(YoungestGeneration, budget.ToString("x", CultureInfo.InvariantCulture));
        Environment.SetEnvironmentVariable(Tiers, Environment.GetEnvironmentVariable(Tiers) ?? "0");
        var environment = Environment.GetEnvironmentVariables();
        var variables = new List<string>();
        foreach (string name in environment.Keys)
            variables.Add($"{name}={environment[name]}");
        var arguments = Encoding.UTF8.GetString(File.ReadAllBytes("/proc/self/cmdline")).Split('\0')[..^1];
        _ = Execute(Environment.ProcessPath!, [.. arguments, null], [.. variables, null]);
    }

    [DllImport("libc", EntryPoint = "execve", SetLastError = true)]
    private static extern int Execute(
        [MarshalAs(UnmanagedType.LPStr)] string path,
        [MarshalAs(UnmanagedType.LPArray, ArraySubType = UnmanagedType.LPStr)] string?[] arguments,
        [MarshalAs(UnmanagedType.LPArray, ArraySubType = UnmanagedType.LPStr)] string?[] environment
    );
}
