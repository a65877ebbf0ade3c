using System.Collections.Immutable;
using Guard.Actors.Enforcement.Blocking;
using Guard.Host.Enforcement.Nftables;

namespace Guard.Host.Configuration;

/// <summary>Which firewall AccountGuard drives.</summary>
public enum FirewallKind : byte
{
    Off = 0,
    Nftables = 1,
    Ipset = 2,
    Command = 3,
}

/// <param name="Block">The administrator's own commands, for <see cref="FirewallKind.Command"/>.</param>
public sealed record FirewallSettings(FirewallKind Kind, BlockPolicy Policy, CommandTemplate? Block, CommandTemplate? Unblock)
{
    /// <summary>How many new connections a minute an address with good accounts behind it may open; 0 leaves it alone.</summary>
    public int LimitTo { get; init; } = NftScript.UsualPace;
}

/// <summary>Whose queue is held.</summary>
public enum QueueKind : byte
{
    Off = 0,
    Postfix = 1,
    Sendmail = 2,
    Exim = 3,
}

/// <summary>An administrator's database.</summary>
public sealed record SqlSettings(SqlProvider Provider, string Connection, SqlStatements Statements);

/// <summary>The helper that does with root's rights what the daemon may not.</summary>
/// <param name="Socket">Where it listens; empty: the daemon acts itself.</param>
/// <param name="User">Whom the helper obeys, besides root: a name or a number.</param>
public sealed record HelperSettings(string Socket, string User)
{
    public static HelperSettings None { get; } = new("", "accountguard");

    /// <summary>How many accounts a minute the helper newly locks, throws out or holds the mail of.</summary>
    public int PerMinute { get; init; } = 60;

    /// <summary>Whom the helper mails when it refuses its daemon: a local user or an address; empty: nobody.</summary>
    public string Tell { get; init; } = "root";
}

/// <summary>What locks accounts besides the inline answers; empty texts and null leave a way out.</summary>
/// <param name="DovecotConfiguration">Another dovecot.conf than the usual one, for doveadm.</param>
/// <param name="PostfixConfiguration">Another Postfix configuration directory than the usual one.</param>
public sealed record LockSettings(
    LoginNames Names,
    string DovecotDenyFile,
    bool DovecotSessions,
    string DovecotConfiguration,
    string PostfixAccessMap,
    string PostfixAccessType,
    string PostfixConfiguration,
    bool LinuxAccounts,
    CommandTemplate? Lock,
    CommandTemplate? Unlock,
    QueueKind Queue
)
{
    /// <summary>Stands in <see cref="UnixDomains"/> for the domain of system accounts and this machine's own name.</summary>
    public const string OwnDomains = "default";

    public SqlSettings? Sql { get; init; }

    /// <summary>Gives an account a new password, by a panel's own means; null: the console offers none.</summary>
    public CommandTemplate? ResetPassword { get; init; }

    /// <summary>The domains whose accounts are system users of the same local name.</summary>
    public ImmutableArray<string> UnixDomains { get; init; } = [OwnDomains];

    /// <summary>Accounts and system users that are never locked on this machine.</summary>
    public ImmutableArray<string> Protected { get; init; } = [];

    /// <summary>Another sendmail.cf than the usual one.</summary>
    public string SendmailConfiguration { get; init; } = "";

    /// <summary>Sendmail's own program, where <c>sendmail</c> is another server's.</summary>
    public string SendmailProgram { get; init; } = "sendmail";
}

/// <summary>What is done to the machine. Nothing of it happens while mode = observe.</summary>
public sealed record EnforcementSettings(FirewallSettings Firewall, LockSettings Locks)
{
    public HelperSettings Helper { get; init; } = HelperSettings.None;

    /// <summary>What was locked and blocked in enforce mode stays to its own end when the mode becomes observe.</summary>
    public bool KeepInObserve { get; init; }

    /// <summary>In words, for the log: what is not said here is not done.</summary>
    public string Describe()
    {
        (bool On, string What)[] locks =
        [
            (Locks.DovecotDenyFile.Length > 0, "a deny file of Dovecot"),
            (Locks.PostfixAccessMap.Length > 0, "an access map of Postfix"),
            (Locks.LinuxAccounts, "system accounts"),
            (Locks.Lock is not null, "your own commands"),
            (Locks.DovecotSessions, "the end of open sessions"),
            (Locks.Sql is not null, "your database"),
            (Locks.Queue != QueueKind.Off, "held mail"),
        ];
        var on = string.Join(", ", locks.Where(one => one.On).Select(one => one.What));
        var through = Helper.Socket.Length > 0 ? $", through the helper at {Helper.Socket}" : "";
        return $"addresses are {(Firewall.Kind == FirewallKind.Off ? "blocked nowhere" : $"blocked by {Firewall.Kind.ToString().ToLowerInvariant()}")}; accounts are locked by {(on.Length == 0 ? "inline answers only" : $"inline answers, {on}")}{through}";
    }
}
