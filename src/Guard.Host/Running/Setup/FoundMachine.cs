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
        );
    }

    private static string DomainOf(MachineFiles machine)
    {
        if (machine.FirstLine("/etc/mailname") is { Length: > 0 } mail && Uri.CheckHostName(mail) == UriHostNameType.Dns)
            return mail.ToLowerInvariant();
        var host = machine.FirstLine("/etc/hostname");
        return host.IndexOf('.') is > 0 and var dot && Uri.CheckHostName(host) == UriHostNameType.Dns ? host[(dot + 1)..].ToLowerInvariant() : "";
    }

    public IEnumerable<string> Words()
    {
        yield return Servers.Count > 0 ? $"servers: {string.Join(", ", Servers)}" : "servers: none that the guard knows";
        yield return Journal ? "logs: in systemd's journal alone"
        : Logs.Count > 0 ? $"logs: {string.Join(", ", Logs)}"
        : "logs: none yet";
        yield return Domain.Length > 0
            ? $"names without a domain belong to {Domain}"
            : "names without a domain belong to localhost: intake.logs.default-domain says otherwise";
    }
}
