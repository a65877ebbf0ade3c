using System.Globalization;
using Guard.Host.Platform;

namespace Guard.Host.Running.Setup;

/// <summary>A daemon that reads its configuration anew at a hang-up.</summary>
internal static class RunningDaemon
{
    /// <param name="numberFiles">Where its number may stand, on a line of its own; none of them there: it does not run, and reads it at its start.</param>
    /// <exception cref="EnforcementException">It cannot be told.</exception>
    public static async Task HangUpAsync(MachineFiles machine, IProcessRunner runner, IEnumerable<string> numberFiles, CancellationToken cancellation)
    {
        foreach (var file in numberFiles.Where(machine.Has))
        {
            // By a program: Sendmail keeps its own locked, and .NET opens no file without a lock.
            var said = await runner.MustAsync(new ProcessRequest("head", "--lines=1", machine.At(file)), cancellation).ConfigureAwait(false);
            if (int.TryParse(said, CultureInfo.InvariantCulture, out var number) && number > 1 && Path.Exists($"/proc/{number}"))
                await runner.MustAsync(new ProcessRequest("kill", "-HUP", number.ToString(CultureInfo.InvariantCulture)), cancellation).ConfigureAwait(false);
        }
    }
}
