using Guard.Host.Platform;

namespace Guard.Host.Running.Setup;

/// <summary>
/// Lets ProFTPD log whom it let in: it does so at the level info, while as installed it logs notices and worse (SystemLog and SyslogLevel in ProFTPD's
/// documentation of mod_core and mod_log). One file of its own, included by the distribution's configuration.
/// </summary>
internal sealed class ProFtpdSetup(MachineFiles machine, IProcessRunner runner)
{
    public const string Line = "SyslogLevel info";
    public const string File = $"{Parts}/accountguard.conf";

    private const string Parts = "/etc/proftpd/conf.d";
    private const string Main = "/etc/proftpd/proftpd.conf";
    private const string Text = $"{MailServerLines.Mark}\n{Line}\n";

    private static readonly string[] NumberFiles = ["/run/proftpd.pid", "/run/proftpd/proftpd.pid"];

    public bool IsApplied => machine.FirstLine(File) == MailServerLines.Mark;

    /// <summary>Its configuration takes in the directory, and nobody has said what is to be logged.</summary>
    public bool IsWanted =>
        machine.HasProgram("proftpd")
        && machine.Has(Main)
        && machine.Has(Parts)
        && !machine.Has(File)
        && Lines(machine.At(Main)).Any(line => line.StartsWith("Include", StringComparison.OrdinalIgnoreCase) && line.Contains(Parts, StringComparison.Ordinal))
        && !Directory
            .EnumerateFiles(machine.At(Parts))
            .Append(machine.At(Main))
            .SelectMany(Lines)
            .Any(line => line.StartsWith("SyslogLevel", StringComparison.OrdinalIgnoreCase));

    /// <exception cref="EnforcementException">ProFTPD does not take it; the file is gone again.</exception>
    public async Task ApplyAsync(CancellationToken cancellation)
    {
        AtomicFile.Write(machine.At(File), Text, AtomicFile.ForAll);
        try
        {
            await runner.MustAsync(new ProcessRequest("proftpd", "-t"), cancellation).ConfigureAwait(false);
        }
        catch (EnforcementException)
        {
            System.IO.File.Delete(machine.At(File));
            throw;
        }
        await RunningDaemon.HangUpAsync(machine, runner, NumberFiles, cancellation).ConfigureAwait(false);
    }

    /// <exception cref="EnforcementException">ProFTPD cannot be told.</exception>
    public async Task UndoAsync(CancellationToken cancellation)
    {
        System.IO.File.Delete(machine.At(File));
        await RunningDaemon.HangUpAsync(machine, runner, NumberFiles, cancellation).ConfigureAwait(false);
    }

    private static IEnumerable<string> Lines(string path) => System.IO.File.ReadLines(path).Select(line => line.Trim());
}
