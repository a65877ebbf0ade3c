namespace Guard.Host.Running.Setup;

/// <summary>What stands on a machine that matters to the guard.</summary>
/// <param name="Servers">Mail, FTP and SSH servers.</param>
/// <param name="Logs">Files in which they write.</param>
/// <param name="Journal">systemd's journal is where their lines are, since no file has the mail servers'.</param>
/// <param name="Domain">Of names that have none; empty: not known.</param>
internal sealed record FoundMachine(IReadOnlyList<string> Servers, IReadOnlyList<string> Logs, bool Journal, string Domain)
{
    private static readonly (string Name, string[] Programs)[] Known =
    [
        ("Postfix", ["postfix"]),
        ("Exim", ["exim4", "exim"]),
        ("Sendmail", ["sendmail-mta", "sendmail.sendmail"]),
        ("Dovecot", ["dovecot"]),
        ("Courier", ["courierd", "imapd"]),
        ("Cyrus", ["cyrmaster"]),
        ("ProFTPD", ["proftpd"]),
        ("vsftpd", ["vsftpd"]),
        ("Pure-FTPd", ["pure-ftpd"]),
        ("sshd", ["sshd"]),
    ];

    private static readonly string[] MailLogs = ["/var/log/mail.log", "/var/log/maillog", "/var/log/exim4/mainlog", "/var/log/exim/mainlog"];

    private static readonly string[] OtherLogs =
    [
        "/var/log/dovecot.log",
        "/var/log/auth.log",
        "/var/log/secure",
        "/var/log/proftpd/proftpd.log",
        "/var/log/vsftpd.log",
    ];

    /// <summary>Who else has a hand in the firewall; none of their rules is touched.</summary>
    private static readonly (string Name, string Place)[] Firewalls =
    [
        ("firewalld", "/usr/sbin/firewalld"),
        ("CSF", "/etc/csf/csf.conf"),
        ("ufw", "/usr/sbin/ufw"),
        ("fail2ban", "/usr/bin/fail2ban-server"),
        ("Docker", "/usr/bin/dockerd"),
    ];

    private static readonly (string Name, string Place)[] Panels =
    [
        ("Plesk", "/usr/local/psa"),
        ("cPanel", "/usr/local/cpanel"),
        ("DirectAdmin", "/usr/local/directadmin"),
        ("ISPConfig", "/usr/local/ispconfig"),
        ("HestiaCP", "/usr/local/hestia"),
        ("Froxlor", "/var/www/froxlor"),
        ("BlueOnyx", "/usr/sausalito"),
        ("Virtualmin", "/etc/webmin/virtual-server"),
        ("mailcow", "/opt/mailcow-dockerized"),
        ("iRedMail", "/etc/iredmail-release"),
    ];

    /// <summary>nftables or ipset; off where the machine has neither.</summary>
    public string Firewall { get; private init; } = "off";

    /// <summary>Firewalls of others, and programs that change rules.</summary>
    public IReadOnlyList<string> OtherFirewalls { get; private init; } = [];

    /// <summary>Control panels, which know accounts and domains better than the machine does.</summary>
    public IReadOnlyList<string> FoundPanels { get; private init; } = [];

    /// <summary>The machine's own full name; empty: it has none with a domain.</summary>
    public string Host { get; private init; } = "";

    public bool Has(string server) => Servers.Contains(server);

    /// <summary>One that setup can let ask the guard.</summary>
    public bool HasMailServer => Queue.Length > 0 || Has("Dovecot") || Has("ProFTPD");

    /// <summary>The one that takes mail from this machine, and whose queue is held: Postfix, Sendmail or Exim; empty: none.</summary>
    public string Queue =>
        Has("Postfix") ? "postfix"
        : Has("Sendmail") ? "sendmail"
        : Has("Exim") ? "exim"
        : "";

    /// <summary>Sendmail knows no other users than the machine's own.</summary>
    public bool HasSystemUsers => Queue == "sendmail";

    public static FoundMachine Look(MachineFiles machine)
    {
        var mail = MailLogs.Where(machine.Has).ToArray();
        // The journal has the lines of files too: one of both is read, or each login would count twice.
        var journal = mail.Length == 0 && (machine.Has("/run/systemd/journal") || machine.HasProgram("journalctl"));
        return new FoundMachine(
            [.. Known.Where(one => one.Programs.Any(machine.HasProgram)).Select(one => one.Name)],
            journal ? [] : [.. mail, .. OtherLogs.Where(machine.Has)],
            journal,
            DomainOf(machine)
        )
        {
            Firewall =
                machine.HasProgram("nft") ? "nftables"
                : machine.HasProgram("ipset") && machine.HasProgram("iptables") ? "ipset"
                : "off",
            OtherFirewalls = [.. Firewalls.Where(one => machine.Has(one.Place)).Select(one => one.Name)],
            FoundPanels = [.. Panels.Where(one => machine.Has(one.Place)).Select(one => one.Name)],
            Host = HostOf(machine),
        };
    }

    private static string DomainOf(MachineFiles machine)
    {
        if (machine.FirstLine("/etc/mailname") is { Length: > 0 } mail && Uri.CheckHostName(mail) == UriHostNameType.Dns)
            return mail.ToLowerInvariant();
        var host = HostOf(machine);
        return host.Length > 0 ? host[(host.IndexOf('.') + 1)..] : "";
    }

    private static string HostOf(MachineFiles machine)
    {
        var host = machine.FirstLine("/etc/hostname");
        return host.IndexOf('.') > 0 && Uri.CheckHostName(host) == UriHostNameType.Dns ? host.ToLowerInvariant() : "";
    }

    /// <summary>What the admin set in place of <see cref="Domain"/>; empty: nothing.</summary>
    public string ChosenDomain { get; init; } = "";

    /// <summary>Of names that have none, as things stand; empty: not known.</summary>
    public string DomainInForce => ChosenDomain.Length > 0 ? ChosenDomain : Domain;

    public IEnumerable<string> Words()
    {
        yield return Servers.Count > 0 ? $"servers: {string.Join(", ", Servers)}" : "servers: none that the guard knows";
        yield return Journal ? "logs: in systemd's journal alone"
        : Logs.Count > 0 ? $"logs: {string.Join(", ", Logs)}"
        : "logs: none yet";
        yield return DomainInForce.Length > 0
            ? $"names without a domain belong to {DomainInForce}"
            : "names without a domain belong to localhost: intake.logs.default-domain says otherwise";
        yield return (
            Firewall == "off" ? "firewall: neither nftables nor ipset, so no address can be blocked" : $"firewall: {Firewall}, a table of the guard's own"
        ) + (OtherFirewalls.Count > 0 ? $"; rules of {string.Join(", ", OtherFirewalls)} stay untouched" : "");
        if (FoundPanels.Count > 0)
            yield return $"panel: {string.Join(", ", FoundPanels)}; it locks accounts by its own command or database: lock-command and sql in enforcement.md";
    }
}
