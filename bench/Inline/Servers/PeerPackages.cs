using System.Diagnostics;

namespace Guard.Bench.Inline.Servers;

/// <summary>Installs the peers from Debian's archive; their packages may not start servers of their own.</summary>
internal static class PeerPackages
{
    private const string StartPolicy = "/usr/sbin/policy-rc.d";

    public static void Install(IEnumerable<PolicyPeer> peers)
    {
        string[] missing = [.. peers.Select(peer => peer.Package).Where(package => package.Length > 0 && Run("dpkg", "-s", package) != 0)];
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
            _ = Run("apt-get", "update", "-q");
            if (Run("apt-get", ["install", "-y", "-q", "--no-install-recommends", .. missing]) != 0)
                throw new InvalidOperationException($"could not install {string.Join(' ', missing)}");
        }
        finally
        {
            if (own)
                File.Delete(StartPolicy);
        }
    }

    private static int Run(string program, params string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true, RedirectStandardError = true })!;
        process.OutputDataReceived += static (_, _) => { };
        process.ErrorDataReceived += static (_, _) => { };
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        process.WaitForExit();
        return process.ExitCode;
    }
}
