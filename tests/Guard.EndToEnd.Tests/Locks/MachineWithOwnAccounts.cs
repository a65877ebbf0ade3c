using System.Diagnostics;
using System.Globalization;
using Guard.Host.Platform;

namespace Guard.EndToEnd.Tests.Locks;

/// <summary>A mount namespace with a copy of /etc, in which accounts can be made and locked without the machine noticing.</summary>
internal sealed class MachineWithOwnAccounts : IProcessRunner, IDisposable
{
    private readonly ProcessRunner _runner = new();
    private readonly DirectoryInfo _directory = Directory.CreateTempSubdirectory("accountguard-accounts");
    private readonly System.Diagnostics.Process _holder;

    private MachineWithOwnAccounts()
    {
        // It keeps the namespace alive and says so when it is made; it ends with its standard input.
        _holder = System.Diagnostics.Process.Start(
            new ProcessStartInfo("unshare", ["--mount", "--propagation", "private", "sh", "-c", "echo made; cat"])
            {
                RedirectStandardOutput = true,
                RedirectStandardInput = true,
            }
        )!;
    }

    public string Root => _directory.FullName;

    /// <summary>Whose namespace it is.</summary>
    public int Process => _holder.Id;

    public static async Task<MachineWithOwnAccounts> Start(CancellationToken cancellation)
    {
        Requirement.Root();
        Requirement.Programs("unshare", "nsenter", "useradd", "usermod", "chpasswd", "getent", "su");
        var machine = new MachineWithOwnAccounts();
        await machine._holder.StandardOutput.ReadLineAsync(cancellation);
        await machine.Must(new ProcessRequest("cp", "-a", "/etc", machine.Root), cancellation);
        await machine.Must(new ProcessRequest("mount", "--bind", Path.Combine(machine.Root, "etc"), "/etc"), cancellation);
        return machine;
    }

    public Task<ProcessOutcome> Run(ProcessRequest request, CancellationToken cancellation = default) =>
        _runner.Run(
            request with
            {
                Program = "nsenter",
                Arguments = ["-m", "-t", _holder.Id.ToString(CultureInfo.InvariantCulture), "--", request.Program, .. request.Arguments],
            },
            cancellation
        );

    public async Task<string> Shadow(string login, CancellationToken cancellation) =>
        await this.Must(new ProcessRequest("getent", "shadow", login), cancellation);

    /// <summary>What PAM's account stage says, which comes after any kind of login, by key as well as by password.</summary>
    public async Task<bool> MayEnter(string login, CancellationToken cancellation) =>
        (await Run(new ProcessRequest("su", login, "-s", "/bin/sh", "-c", "true"), cancellation)).Succeeded;

    public void Dispose()
    {
        _holder.StandardInput.Close();
        _holder.WaitForExit();
        _holder.Dispose();
        _directory.Delete(recursive: true);
    }
}
