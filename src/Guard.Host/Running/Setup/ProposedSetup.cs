using Guard.Host.Configuration;

namespace Guard.Host.Running.Setup;

/// <summary>The settings that fit a machine, in files of their own that the daemon's and the helper's configuration include.</summary>
internal static class ProposedSetup
{
    public const string File = "/etc/accountguard/setup.conf";

    /// <summary>What the helper may do: root's, since the daemon must not allow itself anything.</summary>
    public const string HelperFile = "/etc/accountguard/helper-setup.conf";

    /// <param name="mapType">Of Postfix's map of locked accounts; null: Postfix does not look into one.</param>
    /// <param name="denyFile">Dovecot looks into the file of locked accounts.</param>
    public static string Of(FoundMachine found, string? mapType = null, bool denyFile = false)
    {
        var lines = Begin("accountguard.conf");
        if (found.Journal)
            lines.Add("  intake.journal.units = all");
        if (found.Logs.Count > 0)
            lines.Add($"  intake.logs.files = [{string.Join(", ", found.Logs.Select(HoconQuoting.Quote))}]");
        // The first start learns from yesterday and today.
        lines.Add(found.Journal ? "  intake.journal.since = 2d" : "  intake.logs.since = 1d");
        Share(lines, found, found.Domain, mapType, denyFile);
        if (found.Queue.Length > 0 && found.Host.Length > 0)
            // Over loopback a certificate proves nothing, and a stock server's is its own.
            lines.Add(
                $"  reports.mail {{ host = \"127.0.0.1\", tls = none, from = {HoconQuoting.Quote("accountguard@" + found.Host)}, "
                    + $"admin = [{HoconQuoting.Quote("postmaster@" + found.Host)}] }}"
            );
        return End(lines);
    }

    /// <summary>The same wishes as permissions.</summary>
    public static string HelperOf(FoundMachine found, string? mapType, bool denyFile)
    {
        var lines = Begin("helper.conf");
        // The guard's own file wins over what setup wrote; the helper does not read it.
        Share(lines, found, found.DomainInForce, mapType, denyFile);
        return End(lines);
    }

    private static void Share(List<string> lines, FoundMachine found, string domain, string? mapType, bool denyFile)
    {
        if (domain.Length > 0)
            lines.Add($"  intake.logs.default-domain = {HoconQuoting.Quote(domain)}");
        if (found.Firewall != "off")
            lines.Add($"  enforcement.firewall.backend = {found.Firewall}");
        if (found.Queue.Length > 0)
            lines.Add($"  enforcement.locks.hold-queue = {found.Queue}");
        if (found.HasSystemUsers)
            // FTP and SSH heed it too.
            lines.Add("  enforcement.locks.linux-accounts = on");
        if (found.Has("Dovecot"))
            lines.Add("  enforcement.locks.dovecot-sessions = on");
        if (denyFile)
            lines.Add($"  enforcement.locks.dovecot-deny-file = {HoconQuoting.Quote(MailServerLines.DenyFile)}");
        if (mapType is not null)
            lines.Add($"  enforcement.locks {{ postfix-access-map = {HoconQuoting.Quote(MailServerLines.AccessMap)}, postfix-access-type = {mapType} }}");
    }

    private static List<string> Begin(string winner) =>
        [$"# Written by accountguard setup; accountguard setup --undo takes it away. What stands in {winner} wins.", "accountguard {"];

    private static string End(List<string> lines)
    {
        lines.Add("}");
        return string.Join('\n', lines) + "\n";
    }
}
