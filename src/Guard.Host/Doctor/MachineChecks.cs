using Guard.Host.Configuration;
using Guard.Host.Geo;
using Guard.Host.Node.Health;
using Guard.Host.Platform;
using Guard.Messages.Policies;

namespace Guard.Host.Doctor;

/// <summary>What the guard needs of its machine: a place for its data, country data, a clock, and the programs that carry reactions out.</summary>
internal static class MachineChecks
{
    private const int MaxFiles = 500;

    /// <summary>Whether this user may write there, and every file that is there already: one that root made stays root's.</summary>
    public static IEnumerable<Finding> DataDirectory(GuardSettings settings)
    {
        var check = $"data {settings.DataDirectory}";
        const string remedy = "let the guard's user write there (chown -R), or correct data-directory; is the file system read-only?";
        Finding own;
        try
        {
            if (!Directory.Exists(settings.DataDirectory))
                return [Finding.Warning(check, "is not there yet", "nothing, when the guard's user may make it: the first start does")];
            var probe = Path.Combine(settings.DataDirectory, $".doctor-{Environment.ProcessId}");
            File.WriteAllText(probe, "x");
            File.Delete(probe);
            var closed = Directory
                .EnumerateFiles(settings.DataDirectory, "*", new EnumerationOptions { RecurseSubdirectories = true, MaxRecursionDepth = 2 })
                .Where(file => !file.EndsWith(".sock", StringComparison.Ordinal))
                .Take(MaxFiles)
                .Select(Complaint)
                .FirstOrDefault(complaint => complaint.Length > 0);
            own = closed is null ? Finding.Ok(check, "can be written") : Finding.Fault(check, closed, remedy);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            own = Finding.Fault(check, failure.Message, remedy);
        }
        return [own, DiskCheck.Look(settings.DataDirectory)];
    }

    private static string Complaint(string file)
    {
        try
        {
            using var open = new FileStream(file, FileMode.Open, FileAccess.ReadWrite, FileShare.ReadWrite | FileShare.Delete);
            return "";
        }
        catch (FileNotFoundException)
        {
            return "";
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            return failure.Message;
        }
    }

    public static IEnumerable<Finding> CountryData(GuardSettings settings, DateTimeOffset now) =>
        PlaceChecks.Look(PlaceSource.Open(settings, null, _ => { }), now);

    public static async Task<Finding> ClockAsync(IProcessRunner runner, CancellationToken cancellation)
    {
        try
        {
            var said = await runner.Run(new ProcessRequest("timedatectl", "show", "--property=NTPSynchronized", "--value"), cancellation).ConfigureAwait(false);
            if (said.Succeeded)
            {
                return said.Output.Trim() == "yes"
                    ? Finding.Ok("clock", "is synchronised")
                    : Finding.Warning("clock", "is not synchronised: quotas and reactions end by it", "enable systemd-timesyncd, chrony or ntpd");
            }
        }
        catch (EnforcementException)
        {
            // Told below.
        }
        return Finding.Warning("clock", "whether it is synchronised cannot be told without systemd", "see to it that chrony or ntpd runs");
    }

    public static async Task<IReadOnlyList<Finding>> ProgramsAsync(GuardSettings settings, IProcessRunner runner, CancellationToken cancellation)
    {
        var (locks, kind) = (settings.Enforcement.Locks, settings.Enforcement.Firewall.Kind);
        // The helper's programs are the helper's to have; what it can do is asked of it.
        if (settings.Enforcement.Helper.Socket.Length > 0)
            return [];
        var needed = new List<(string Program, string Purpose, string Key)>();
        if (locks.DovecotSessions)
            needed.Add(("doveadm", "to end the open sessions of a suspended account", "enforcement.locks.dovecot-sessions"));
        if (locks.PostfixAccessMap.Length > 0)
            needed.Add(("postmap", "to write the map of locked senders", "enforcement.locks.postfix-access-map"));
        if (locks.LinuxAccounts)
            needed.Add(("usermod", "to lock system accounts", "enforcement.locks.linux-accounts"));
        if (locks.Queue == QueueKind.Postfix)
            needed.AddRange([
                ("postqueue", "to see queued mail of a suspended account", "enforcement.locks.queue"),
                ("postsuper", "to hold it", "enforcement.locks.queue"),
            ]);
        if (locks.Queue == QueueKind.Sendmail)
            needed.AddRange([
                ("mailq", "to see queued mail of a suspended account", "enforcement.locks.queue"),
                (locks.SendmailProgram, "to hold it", "enforcement.locks.sendmail-program"),
            ]);
        if (locks.Queue == QueueKind.Exim)
            needed.Add(("exim", "to see and hold queued mail of a suspended account", "enforcement.locks.queue"));
        return
        [
            .. kind is FirewallKind.Nftables or FirewallKind.Ipset
                ? [await FirewallAsync(kind, runner, settings.Mode, cancellation).ConfigureAwait(false)]
                : Array.Empty<Finding>(),
            .. needed.Select(one => Program(one.Program, one.Purpose, one.Key, settings.Mode)),
        ];
    }

    private static async Task<Finding> FirewallAsync(FirewallKind kind, IProcessRunner runner, GuardMode mode, CancellationToken cancellation)
    {
        const string remedy = "install it, and let the guard run with CAP_NET_ADMIN, or use the helper (docs/enforcement.md)";
        var (program, arguments) = kind == FirewallKind.Nftables ? ("nft", "list tables") : ("ipset", "list -n");
        try
        {
            var said = await runner.Run(new ProcessRequest(program, [.. arguments.Split(' ')]), cancellation).ConfigureAwait(false);
            return said.Succeeded
                ? Finding.Ok("firewall", $"{program} can be used by this user")
                : Wanting("firewall", $"{program}: {said.Complaint}", remedy, mode);
        }
        catch (EnforcementException absent)
        {
            return Wanting("firewall", absent.Message, remedy, mode);
        }
    }

    private static Finding Program(string name, string purpose, string key, GuardMode mode) =>
        (Path.IsPathRooted(name) ? [name] : Directories.Select(directory => Path.Combine(directory, name))).Any(File.Exists)
            ? Finding.Ok(name, $"is there, {purpose}")
            : Wanting(name, $"is not installed; {key} needs it {purpose}", $"install it, or correct {key}", mode);

    /// <summary>What is wanting where something is done; where nothing is done yet it will be.</summary>
    private static Finding Wanting(string check, string text, string remedy, GuardMode mode) =>
        mode == GuardMode.Enforce ? Finding.Fault(check, text, remedy) : Finding.Warning(check, $"{text}; in mode observe nothing is done yet", remedy);

    private static string[] Directories { get; } = ["/usr/local/sbin", "/usr/local/bin", "/usr/sbin", "/usr/bin", "/sbin", "/bin"];
}
