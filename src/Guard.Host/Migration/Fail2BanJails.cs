using System.Globalization;
using System.Text.RegularExpressions;

namespace Guard.Host.Migration;

/// <summary>fail2ban's jails of mail, FTP and SSH: what they tolerate, how long they ban, and whom they ignore.</summary>
internal sealed partial class Fail2BanJails(Func<string, string?> file, Func<string, IReadOnlyList<string>> files)
{
    public const string Program = "fail2ban";

    /// <summary>Filters whose daemons the guard reads.</summary>
    private static readonly HashSet<string> Read =
    [
        "postfix",
        "postfix-sasl",
        "postfix-auth",
        "dovecot",
        "exim",
        "sendmail-auth",
        "courier-auth",
        "courier-smtp",
        "cyrus-imap",
        "sieve",
        "proftpd",
        "pure-ftpd",
        "vsftpd",
        "sshd",
        "roundcube-auth",
        "sogo-auth",
        "horde",
    ];

    /// <summary>What a jail says about where it reads and what it runs.</summary>
    private static readonly HashSet<string> Needless =
    [
        "enabled",
        "port",
        "filter",
        "logpath",
        "backend",
        "mode",
        "protocol",
        "journalmatch",
        "maxretry",
        "findtime",
        "bantime",
        "ignoreip",
        "logencoding",
    ];

    private readonly ImportedGuesses _guesses = new();

    public void Convert(string directory, ImportedPolicy policy)
    {
        var settings = new Fail2BanSettings(file);
        settings.Read(Path.Combine(directory, "jail.conf"));
        foreach (var path in Parts(directory, ".conf"))
            settings.Read(path);
        if (file(Path.Combine(directory, "jail.local")) is not null)
            settings.Read(Path.Combine(directory, "jail.local"));
        foreach (var path in Parts(directory, ".local"))
            settings.Read(path);

        var networks = new ImportedNetworks(policy);
        var ignored = new HashSet<string>(StringComparer.Ordinal);
        Ignored(settings, Fail2BanSettings.Default, networks, ignored);
        var off = new List<string>();
        foreach (var jail in settings.Sections)
        {
            if (!IsOn(settings.Value(jail, "enabled")))
                off.Add(jail);
            else if (Filter(settings, jail) is var filter && !Read.Contains(filter))
                policy.Leave($"[{jail}]", $"the filter {filter} is none of mail, FTP or SSH logins; it stays fail2ban's");
            else
                Jail(settings, jail, networks, ignored, policy);
        }
        if (off.Count > 0)
            policy.Note($"{off.Count} jails", $"are off: {string.Join(", ", off)}");
        if (IsOn(settings.Value(Fail2BanSettings.Default, "bantime.increment")))
            policy.Take("bantime.increment", "who comes back is held twice as long each time, as the guard does by itself, up to enforcement.firewall.longest");
        policy.Note("banaction, action", "what blocks is enforcement.firewall.backend; commands of your own are block-command and unblock-command");
        foreach (var problem in settings.Problems.Distinct())
            policy.Leave("files", problem);
        _guesses.WriteTo(policy);
        networks.Write();
    }

    private static bool IsOn(string? value) => value?.ToLowerInvariant() is "true" or "yes" or "on" or "1";

    private IEnumerable<string> Parts(string directory, string ending) =>
        files(Path.Combine(directory, "jail.d")).Where(path => path.EndsWith(ending, StringComparison.Ordinal)).Order(StringComparer.Ordinal);

    /// <summary><c>filter = postfix[mode=auth]</c>; without one it is the jail's name.</summary>
    private static string Filter(Fail2BanSettings settings, string jail)
    {
        var filter = settings.Value(jail, "filter") is { Length: > 0 } named ? named : jail;
        var name = filter.Split('[', 2)[0].Trim();
        return name is "" or "%(__name__)s" ? jail : name;
    }

    private void Jail(Fail2BanSettings settings, string jail, ImportedNetworks networks, HashSet<string> ignored, ImportedPolicy policy)
    {
        Ignored(settings, jail, networks, ignored);
        var (most, within, ban) = (
            settings.Value(jail, "maxretry") ?? "5",
            settings.Value(jail, "findtime") ?? "10m",
            settings.Value(jail, "bantime") ?? "10m"
        );
        var window = Seconds(within);
        if (!long.TryParse(most, NumberStyles.None, CultureInfo.InvariantCulture, out var failures) || failures == 0)
            policy.Leave($"[{jail}] maxretry", $"'{most}' is no number of failures");
        else if (window is not > 0)
            policy.Leave($"[{jail}] findtime", $"'{within}' is no length of time{(window is null ? "" : " to count in")}");
        else
        {
            _guesses.Tolerates(failures, window.Value);
            policy.Take(
                $"[{jail}] maxretry = {most}, findtime = {within}",
                $"{failures} failures of an address in {window} s; here over all services, so the least in the longest window counts"
            );
        }
        if (Seconds(ban) is not { } seconds)
            policy.Leave($"[{jail}] bantime", $"'{ban}' is no length of time");
        else if (seconds < 0)
            policy.Leave(
                $"[{jail}] bantime = {ban}",
                "bans for ever; here every block ends, and who comes back is held twice as long, up to enforcement.firewall.longest"
            );
        else
            policy.Leave($"[{jail}] bantime = {ban}", ImportedGuesses.Held(seconds));
        var others = settings.OwnKeys(jail).Where(key => !Needless.Contains(key)).Order(StringComparer.Ordinal).ToArray();
        if (others.Length > 0)
            policy.Leave($"[{jail}]", $"{string.Join(", ", others)}: stay fail2ban's");
    }

    private static void Ignored(Fail2BanSettings settings, string section, ImportedNetworks networks, HashSet<string> done)
    {
        foreach (var word in (settings.Value(section, "ignoreip") ?? "").Split((char[])[' ', ',', '\n', '\t'], StringSplitOptions.RemoveEmptyEntries))
        {
            if (done.Add(word))
                networks.Add($"[{section}] ignoreip", word);
        }
    }

    /// <summary>Seconds, or groups of a number and a unit, such as <c>1d 12h</c>; null: neither.</summary>
    private static long? Seconds(string text)
    {
        var plain = text.Trim();
        if (long.TryParse(plain, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var seconds))
            return seconds;
        if (!Duration().IsMatch(plain))
            return null;
        return (long)
            Group()
                .Matches(plain)
                .Sum(group =>
                    long.Parse(group.Groups["number"].Value, CultureInfo.InvariantCulture)
                    * (
                        group.Groups["unit"].Value.ToLowerInvariant() switch
                        {
                            ['m', 'o', ..] => 2_629_800.0,
                            ['y', ..] => 31_557_600.0,
                            ['w', ..] => 604_800.0,
                            ['d', ..] => 86_400.0,
                            ['h', ..] => 3_600.0,
                            ['m', ..] => 60.0,
                            _ => 1.0,
                        }
                    )
                );
    }

    [GeneratedRegex(@"^([0-9]{1,9}\s*[a-z]+[\s+]*)+$", RegexOptions.IgnoreCase | RegexOptions.NonBacktracking)]
    private static partial Regex Duration();

    [GeneratedRegex(@"(?<number>[0-9]{1,9})\s*(?<unit>[a-z]+)", RegexOptions.IgnoreCase)]
    private static partial Regex Group();
}
