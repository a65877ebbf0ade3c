using System.Diagnostics;

namespace Guard.Bench.Shared;

/// <summary>The peers come from Debian's archive; their packages may not start servers of their own.</summary>
internal static class DebianPackages
{
    private const string StartPolicy = "/usr/sbin/policy-rc.d";

    /// <exception cref="InvalidOperationException">A package is missing and cannot be had.</exception>
    public static void Install(params IEnumerable<string> packages)
    {
        string[] missing = [.. packages.Where(package => package.Length > 0 && Run("dpkg", ["-s", package]) != 0)];
        if (missing.Length == 0)
            return;
        var own = !File.Exists(StartPolicy);
        if (own)
        {
            File.WriteAllText(StartPolicy, "#!/bin/sh\nexit 101\n");
            File.SetUnixFileMode(StartPolicy, (UnixFileMode)0b111_101_101);
        }
        try
        {
            // A fresh machine knows no package yet; without a network, what it has is tried.
            _ = Run("apt-get", ["update", "-q"]);
            if (Run("apt-get", ["install", "-y", "-q", "--no-install-recommends", .. missing]) != 0)
                throw new InvalidOperationException($"could not install {string.Join(' ', missing)}");
        }
        finally
        {
            if (own)
                File.Delete(StartPolicy);
        }
    }

    /// <summary>Unpacks a package without installing it.</summary>
    /// <returns>Whether it could be had.</returns>
    public static bool Unpack(string package, string directory)
    {
        Directory.CreateDirectory(directory);
        return (
                Run("apt-get", ["download", "-q", package], directory) == 0
                || (Run("apt-get", ["update", "-q"]) == 0 && Run("apt-get", ["download", "-q", package], directory) == 0)
            )
            && Run("dpkg", ["-x", Directory.GetFiles(directory, "*.deb").Single(), directory]) == 0;
    }

    private static int Run(string program, string[] arguments, string? directory = null)
    {
        using var process = Process.Start(
            new ProcessStartInfo(program, arguments)
            {
                RedirectStandardOutput = true,
                RedirectStandardError = true,
                WorkingDirectory = directory ?? "/",
            }
        )!;
        process.OutputDataReceived += static (_, _) => { };
        process.ErrorDataReceived += static (_, _) => { };
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        process.WaitForExit();
        return process.ExitCode;
    }
}
