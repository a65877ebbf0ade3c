using System.Globalization;
using Guard.Host.Platform;

namespace Guard.Host.Running.Setup;

/// <summary>
/// Log files that a daemon made for root alone (ProFTPD and vsftpd at their first start): they are given to the group adm, as logrotate's own lines for them do
/// at the first rotation, and given back.
/// </summary>
internal sealed class LogReaders(MachineFiles machine, IProcessRunner runner)
{
    private const string Kept = $"{BeforeSetup.Place}/logs";
    private const string Readers = "adm";

    public bool IsApplied => machine.Has(Kept);

    /// <summary>Which of these logs the guard, a member of adm, may not read.</summary>
    public IReadOnlyList<string> Closed(IEnumerable<string> logs) =>
        [
            .. logs.Where(log =>
                FileOwner.Of(machine.At(log)) is { User: 0, Group: 0 } && !File.GetUnixFileMode(machine.At(log)).HasFlag(UnixFileMode.OtherRead)
            ),
        ];

    /// <exception cref="EnforcementException">The group is not there, or a file went away meanwhile.</exception>
    public async Task OpenAsync(IReadOnlyList<string> logs, CancellationToken cancellation)
    {
        if (FileOwner.GroupOf(Readers) is not { } group)
            throw new EnforcementException($"there is no group {Readers} to read {string.Join(", ", logs)}");
        BeforeSetup.Make(machine);
        foreach (var log in logs)
        {
            var number = await NumberAsync(log, cancellation).ConfigureAwait(false);
            var mode = File.GetUnixFileMode(machine.At(log));
            await File.AppendAllTextAsync(machine.At(Kept), string.Create(CultureInfo.InvariantCulture, $"{number} {(int)mode} {log}\n"), cancellation)
                .ConfigureAwait(false);
            if (!FileOwner.TrySetGroup(machine.At(log), group))
                throw new EnforcementException($"{log} cannot be given to the group {Readers}");
            File.SetUnixFileMode(machine.At(log), mode | UnixFileMode.GroupRead);
        }
    }

    /// <summary>Files that were rotated away are left as they are: what took their place is logrotate's.</summary>
    public async Task<IReadOnlyList<string>> CloseAsync(CancellationToken cancellation)
    {
        var said = new List<string>();
        foreach (var line in await File.ReadAllLinesAsync(machine.At(Kept), cancellation).ConfigureAwait(false))
        {
            if (line.Split(' ', 3) is not [var number, var mode, var log] || !machine.Has(log))
                continue;
            if (await NumberAsync(log, cancellation).ConfigureAwait(false) != number)
                continue;
            File.SetUnixFileMode(machine.At(log), (UnixFileMode)int.Parse(mode, CultureInfo.InvariantCulture));
            _ = FileOwner.TrySetGroup(machine.At(log), 0);
            said.Add($"{log} is root's alone again");
        }
        File.Delete(machine.At(Kept));
        BeforeSetup.RemoveIfEmpty(machine);
        return said;
    }

    private async Task<string> NumberAsync(string log, CancellationToken cancellation) =>
        (await runner.MustAsync(new ProcessRequest("stat", "--format=%i", machine.At(log)), cancellation).ConfigureAwait(false)).Trim();
}
