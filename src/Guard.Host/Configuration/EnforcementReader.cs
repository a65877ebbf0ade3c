using System.Collections.Immutable;
using Guard.Actors.Enforcement.Blocking;
using Guard.Actors.Policies.Geography;
using Guard.Host.Enforcement.Nftables;

namespace Guard.Host.Configuration;

/// <summary>Reads <c>enforcement</c>.</summary>
internal static class EnforcementReader
{
    private static readonly Dictionary<string, QueueKind> Queues = new()
    {
        ["off"] = QueueKind.Off,
        ["on"] = QueueKind.Postfix,
        ["postfix"] = QueueKind.Postfix,
        ["sendmail"] = QueueKind.Sendmail,
        ["exim"] = QueueKind.Exim,
    };

    private static readonly string[] MapTypes = ["hash", "lmdb", "cdb", "btree", "texthash"];

    public static EnforcementSettings Read(NodeReader reader)
    {
        var settings = new EnforcementSettings(Firewall(reader.Section("firewall")), Locks(reader.Section("locks")))
        {
            Helper = Helper(reader.Section("helper")),
            KeepInObserve = reader.Switch("keep-in-observe", false),
        };
        reader.Close();
        return settings;
    }

    private static HelperSettings Helper(NodeReader reader)
    {
        var usual = HelperSettings.None;
        var settings = new HelperSettings(reader.Text("socket", usual.Socket), reader.Text("user", usual.User))
        {
            PerMinute = reader.Number("per-minute", usual.PerMinute, 1, 100_000),
            Tell = reader.Text("tell", usual.Tell),
        };
        if (settings.Tell.Length > 0 && ToolName.FaultOf(settings.Tell, ToolNameUse.Table) is { } wrong)
            reader.Fault("tell", wrong, "a local user such as root, or a mail address");
        if (settings.Socket.Length > 0 && settings.Socket[0] != '/')
            reader.Fault("socket", $"'{settings.Socket}' is not an absolute path", "a path such as /run/accountguard-helper/socket");
        reader.Close();
        return settings;
    }

    private static FirewallSettings Firewall(NodeReader reader)
    {
        var usual = BlockPolicy.Default;
        var kind = reader.Enumeration("backend", FirewallKind.Off);
        var exempt = ImmutableArray.CreateBuilder<NetworkPrefix>();
        foreach (var word in reader.WordNodes("exempt"))
        {
            if (NetworkPrefix.TryParse(word.Text!, out var prefix))
                exempt.Add(prefix);
            else
                reader.Fault("exempt", $"'{word.Text}' is not a network", "networks such as 192.0.2.0/24, 2001:db8::/32 or an address");
        }
        var settings = new FirewallSettings(
            kind,
            usual with
            {
                Exempt = exempt.ToImmutable(),
                PerMinute = reader.Number("per-minute", usual.PerMinute, 1, 100_000),
                MaxStanding = reader.Number("most", usual.MaxStanding, 1, 1_000_000),
                KnownGoodShare = reader.Share("known-good-share", usual.KnownGoodShare),
                JoinFrom = reader.Number("join-from", usual.JoinFrom, 0, 256),
                LongestHold = reader.Duration("longest", usual.LongestHold, TimeSpan.FromMinutes(1), TimeSpan.FromDays(366)),
            },
            Command(reader, "block-command", kind == FirewallKind.Command, CommandTemplate.FirewallPlaceholders),
            Command(reader, "unblock-command", kind == FirewallKind.Command, CommandTemplate.FirewallPlaceholders)
        )
        {
            LimitTo = reader.Number("limit-to", NftScript.UsualPace, 0, 100_000),
        };
        reader.Close();
        return settings;
    }

    private static LockSettings Locks(NodeReader reader)
    {
        var settings = new LockSettings(
            reader.Enumeration("names", LoginNames.Auto),
            reader.Text("dovecot-deny-file", ""),
            reader.Switch("dovecot-sessions", false),
            reader.Text("dovecot-configuration", ""),
            reader.Text("postfix-access-map", ""),
            reader.Choice("postfix-access-type", "hash", MapTypes.ToDictionary(type => type)),
            reader.Text("postfix-configuration", ""),
            reader.Switch("linux-accounts", false),
            Command(reader, "lock-command", false, CommandTemplate.LockPlaceholders),
            Command(reader, "unlock-command", false, CommandTemplate.LockPlaceholders),
            reader.Choice("hold-queue", QueueKind.Off, Queues)
        )
        {
            Sql = SqlReader.Read(reader.Section("sql")),
            ResetPassword = Command(reader, "reset-password-command", false, CommandTemplate.PasswordPlaceholders),
            UnixDomains = Domains(reader),
            Protected = Accounts(reader),
            SendmailConfiguration = reader.Text("sendmail-configuration", ""),
            SendmailProgram = reader.Text("sendmail-program", "") is { Length: > 0 } program ? program : "sendmail",
        };
        if (settings.Lock is null != settings.Unlock is null)
            reader.Fault("lock-command", "has no counterpart", "lock-command and unlock-command together");
        reader.Close();
        return settings;
    }

    private static ImmutableArray<string> Domains(NodeReader reader)
    {
        var domains = reader.Words("unix-domains", [LockSettings.OwnDomains]);
        foreach (
            var wrong in domains.Where(domain => ToolName.FaultOf(domain, ToolNameUse.Table) is not null || domain.Contains('@', StringComparison.Ordinal))
        )
            reader.Fault(
                "unix-domains",
                $"'{wrong}' is not a domain",
                "domains such as server.example.com, or default for intake.logs.system-domain and this machine's name"
            );
        return domains;
    }

    private static ImmutableArray<string> Accounts(NodeReader reader)
    {
        var accounts = reader.Words("protected", []);
        foreach (var wrong in accounts.Where(account => ToolName.FaultOf(account, ToolNameUse.Table) is not null))
            reader.Fault("protected", $"'{wrong}' is not an account", "accounts such as admin@example.com, or system users such as alice");
        return accounts;
    }

    private static CommandTemplate? Command(NodeReader reader, string key, bool needed, string[] placeholders)
    {
        var words = reader.Words(key, []);
        if (words.IsEmpty)
        {
            if (needed)
                reader.Fault(key, "is missing", "the command and its arguments as a list, since backend = command");
            return null;
        }
        try
        {
            return CommandTemplate.Parse(words, placeholders);
        }
        catch (ArgumentException wrong)
        {
            reader.Fault(
                key,
                wrong.Message.Split(" (Parameter")[0],
                $"a program and its arguments; placeholders are {string.Join(", ", placeholders.Select(name => $"{{{name}}}"))}"
            );
            return null;
        }
    }
}
