using System.Diagnostics;
using System.Runtime.CompilerServices;

namespace Guard.Bench.Intake;

/// <summary>A directory for one run of the bench, with the logs it needs.</summary>
internal sealed class BenchDirectory : IDisposable
{
    public string Root { get; } = Directory.CreateTempSubdirectory("accountguard-bench").FullName;

    public static string Repository { get; } = Find();

    /// <summary>A mixed Dovecot and Postfix log of ordinary life, the same every time.</summary>
    /// <param name="addresses">Of a botnet that guesses passwords meanwhile, each a few times.</param>
    public string Log(int accounts, int days, int addresses = 0)
    {
        var file = Path.Combine(Root, $"mail-{accounts}-{days}-{addresses}.log");
        if (!File.Exists(file))
            Run(Path.Combine(Repository, "bench/DemoLog/bin/Release/net10.0/Guard.Bench.DemoLog"), file, $"{accounts}", $"{days}", $"{addresses}");
        return file;
    }

    public static string Run(string program, params string[] arguments)
    {
        var start = new ProcessStartInfo(program) { RedirectStandardOutput = true, RedirectStandardError = true };
        foreach (var argument in arguments)
            start.ArgumentList.Add(argument);
        using var process = Process.Start(start)!;
        var errors = process.StandardError.ReadToEndAsync();
        var output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return process.ExitCode == 0
            ? output + errors.Result
            : throw new InvalidOperationException($"{program} ended with {process.ExitCode}: {errors.Result}");
    }

    private static string Find([CallerFilePath] string here = "") => Path.GetFullPath(Path.Combine(Path.GetDirectoryName(here)!, "../.."));

    public void Dispose() => Directory.Delete(Root, true);
}
