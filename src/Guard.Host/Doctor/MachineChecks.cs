using System.Globalization;
using Guard.Host.Configuration;
using Guard.Host.Geo;
using Guard.Host.Platform;
using Guard.Messages.Policies;

namespace Guard.Host.Doctor;

/// <summary>What the guard needs of its machine: a place for its data, country data, a clock, and the programs that carry reactions out.</summary>
internal static class MachineChecks
{
    private const long LeastFree = 200L << 20;

    private static readonly TimeSpan CountryDataStaysGood = TimeSpan.FromDays(180);

    public static Finding DataDirectory(GuardSettings settings)
    {
        var check = $"data {settings.DataDirectory}";
        try
        {
            Directory.CreateDirectory(settings.DataDirectory);
            var probe = Path.Combine(settings.DataDirectory, $".doctor-{Environment.ProcessId}");
            File.WriteAllText(probe, "");
            File.Delete(probe);
            var free = new DriveInfo(settings.DataDirectory).AvailableFreeSpace;
            var text = string.Create(CultureInfo.InvariantCulture, $"can be written, {free / 1048576.0:N0} MiB are free");
            return free < LeastFree ? Finding.Warning(check, text, "the journal grows with the mail: make room") : Finding.Ok(check, text);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            return Finding.Fault(check, failure.Message, "let the guard's user write there, or correct data-directory");
        }
    }

    public static IEnumerable<Finding> CountryData(GuardSettings settings, DateTimeOffset now)
    {
        var complaints = new List<string>();
        var places = PlaceSource.Open(settings, null, complaints.Add);
        foreach (
            var complaint in complaints.Where(text => settings.Geo.Overrides.Length > 0 && text.Contains(settings.Geo.Overrides, StringComparison.Ordinal))
        )
            yield return Finding.Fault("country data", complaint, "correct geo.overrides");
        if (places.Status.Count == 0)
            yield return Finding.Warning("country data", "there is none: places are judged by network only", "accountguard fetch-geo-data, or geo.files");
        foreach (var file in places.Status)
        {
            if (file.Problem is not null)
                yield return Finding.Fault("country data", $"{file.File}: {file.Problem}", "correct geo.files, or fetch the file again");
            else if (file.Built is { } built && now - built > CountryDataStaysGood)
                yield return Finding.Warning(
                    "country data",
                    string.Create(CultureInfo.InvariantCulture, $"{file.File} is of {built:yyyy-MM-dd}"),
                    "networks move between countries: take a newer file"
                );
            else
                yield return Finding.Ok(
                    "country data",
                    string.Create(CultureInfo.InvariantCulture, $"{file.File}, {file.Type}{(file.Built is { } date ? $" of {date:yyyy-MM-dd}" : "")}")
                );
        }
    }

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
        var observing = settings.Mode == GuardMode.Observe ? "; in mode observe it is not needed" : "";
        return
        [
            await FirewallAsync(runner, observing, cancellation).ConfigureAwait(false),
            Program("doveadm", "to end the open sessions of a suspended account", observing),
            Program("postsuper", "to hold queued mail of a suspended account", observing),
        ];
    }

    private static async Task<Finding> FirewallAsync(IProcessRunner runner, string observing, CancellationToken cancellation)
    {
        var complaint = "";
        foreach (var (program, arguments) in new[] { ("nft", "list tables"), ("ipset", "list -n") })
        {
            try
            {
                var said = await runner.Run(new ProcessRequest(program, [.. arguments.Split(' ')]), cancellation).ConfigureAwait(false);
                if (said.Succeeded)
                    return Finding.Ok("firewall", $"{program} can be used");
                complaint = $"{program}: {said.Complaint}";
            }
            catch (EnforcementException absent)
            {
                complaint = complaint.Length == 0 ? absent.Message : complaint;
            }
        }
        return Finding.Warning("firewall", complaint + observing, "install nftables, and let the guard run with CAP_NET_ADMIN");
    }

    private static Finding Program(string name, string purpose, string observing) =>
        new[] { "/usr/local/sbin", "/usr/local/bin", "/usr/sbin", "/usr/bin", "/sbin", "/bin" }.Any(directory => File.Exists(Path.Combine(directory, name)))
            ? Finding.Ok(name, $"is there, {purpose}")
            : Finding.Warning(name, $"is not installed; it is used {purpose}{observing}", "nothing, when the server is another one");
}
