using System.Collections.Immutable;
using System.Text;
using Guard.Host.Configuration;
using Guard.Host.Enforcement.Command;
using Guard.Host.Enforcement.Firewall;
using Guard.Host.Enforcement.Ipset;
using Guard.Host.Enforcement.LinuxAccount;
using Guard.Host.Enforcement.Locks;
using Guard.Host.Enforcement.Nftables;
using Guard.Host.Enforcement.Queues;
using Guard.Host.Intake;
using Guard.Host.Platform;
using Guard.Messages.Identity;

namespace Guard.Host.Enforcement;

/// <summary>One way of locking accounts, by the name that people read.</summary>
public sealed record NamedLock(string Name, IAccountLock Backend);

/// <summary>What acts on this machine, as the settings say. The daemon has them itself, or its helper has.</summary>
public sealed record EnforcementBackends(
    IFirewallBackend? Firewall,
    INetworkLimiter? Limiter,
    ImmutableArray<NamedLock> Locks,
    IOpenSessions? Sessions,
    IMailHold? Queue
)
{
    /// <summary>Null where no command for it is set.</summary>
    public IPasswordReset? Passwords { get; init; }

    public const string DenyFile = "dovecot-deny-file";
    public const string AccessMap = "postfix-access-map";
    public const string LinuxAccounts = "linux-accounts";
    public const string LockCommand = "lock-command";
    public const string Database = "sql";

    /// <param name="state">A directory for what cannot be asked and has to be remembered.</param>
    public static EnforcementBackends Of(GuardSettings settings, IProcessRunner runner, string state)
    {
        var firewall = settings.Enforcement.Firewall;
        var locks = settings.Enforcement.Locks;
        var logins = LoginsOf(settings);
        var accounts = new ProtectedAccounts(locks.Protected, logins, runner);
        var sessions = locks.DovecotSessions ? new DovecotDenyFile.DovecotSessions(runner, logins, Given(locks.DovecotConfiguration)) : null;
        var postfix = Given(locks.PostfixConfiguration);
        var tables = ImmutableArray.CreateBuilder<NamedLock>();
        if (locks.DovecotDenyFile.Length > 0)
            Add(DenyFile, new DovecotDenyFile.DovecotDenyFile(locks.DovecotDenyFile, logins, sessions));
        if (locks.PostfixAccessMap.Length > 0)
            Add(AccessMap, new PostfixAccess.PostfixAccessMap(runner, locks.PostfixAccessMap, locks.PostfixAccessType, logins, postfix));
        if (locks.LinuxAccounts)
            Add(LinuxAccounts, new LinuxAccountLock(runner, Path.Combine(state, "linux-accounts.json"), logins, accounts));
        if (locks is { Lock: { } lockCommand, Unlock: { } unlockCommand })
            Add(LockCommand, new CommandAccountLock(runner, TimeProvider.System, lockCommand, unlockCommand, Path.Combine(state, "lock-command.json")));
        IMailQueue? queue = locks.Queue switch
        {
            QueueKind.Postfix => new PostfixQueue.PostfixQueue(runner, AccountOf(settings.Logs), postfix),
            QueueKind.Sendmail => new SendmailQueue.SendmailQueue(runner, TimeProvider.System, locks.SendmailProgram, Given(locks.SendmailConfiguration)),
            QueueKind.Exim => new EximQueue.EximQueue(runner, AccountOf(settings.Logs)),
            _ => null,
        };
        var blocks = Blocking(firewall, runner, state);
        return new EnforcementBackends(
            blocks,
            firewall.LimitTo > 0 ? blocks as INetworkLimiter : null,
            tables.ToImmutable(),
            sessions,
            queue is null ? null : new MailHold(queue, Path.Combine(state, "held-mail.json"))
        )
        {
            Passwords = locks.ResetPassword is { } reset ? new CommandPasswordReset(runner, reset, accounts.WhyNamed) : null,
        };

        void Add(string name, IAccountLock table) => tables.Add(new NamedLock(name, new ProtectingLock(table, accounts)));
    }

    /// <summary>Under which names this machine's daemons know accounts, as the settings say.</summary>
    /// <exception cref="FormatException">The virtual map cannot be read.</exception>
    public static AccountLogins LoginsOf(GuardSettings settings)
    {
        var (logs, locks) = (settings.Logs, settings.Enforcement.Locks);
        var domains = locks.UnixDomains.SelectMany(domain =>
            domain == LockSettings.OwnDomains ? [logs.SystemDomain, Environment.MachineName] : new[] { domain }
        );
        var rules = new LoginRulesFile(logs);
        return new AccountLogins(locks.Names, logs.DefaultDomain, logs.SystemDomain, domains, () => rules.Current);
    }

    /// <summary>It needs no rights of root, so that it is never the helper's.</summary>
    public static NamedLock? Sql(GuardSettings settings, string state) =>
        settings.Enforcement.Locks is not { Sql: { } sql } locks
            ? null
            : new NamedLock(
                Database,
                new ProtectingLock(
                    new Sql.SqlAccountLock(new Sql.SqlDatabase(sql.Provider, sql.Connection), sql.Statements, Path.Combine(state, "sql.json")),
                    new ProtectedAccounts(locks.Protected, LoginsOf(settings), new ProcessRunner())
                )
            );

    private static IFirewallBackend? Blocking(FirewallSettings settings, IProcessRunner runner, string state) =>
        settings.Kind switch
        {
            FirewallKind.Nftables => new NftablesBackend(runner, TimeProvider.System, pace: Math.Max(1, settings.LimitTo)),
            FirewallKind.Ipset => new IpsetBackend(runner, TimeProvider.System),
            FirewallKind.Command => new CommandFirewallBackend(runner, TimeProvider.System, settings.Block!, settings.Unblock!, Path.Combine(state, "blocks")),
            _ => null,
        };

    private static Func<string, UserId?> AccountOf(LogIntakeSettings settings)
    {
        var names = UserNames.Of(settings);
        var naming = new Lock();
        return login =>
        {
            // The rules remember names, and whoever asks may be on any thread.
            lock (naming)
                return names.Map(Encoding.UTF8.GetBytes(login), system: false);
        };
    }

    private static string? Given(string text) => text.Length == 0 ? null : text;

    /// <summary>What is switched on, in the words that the helper tells its daemon.</summary>
    public IEnumerable<string> Abilities()
    {
        if (Firewall is not null)
            yield return "block";
        if (Limiter is not null)
            yield return "limit";
        foreach (var one in Locks)
            yield return one.Name;
        if (Sessions is not null)
            yield return "end-sessions";
        if (Queue is not null)
            yield return "hold-mail";
        if (Passwords is not null)
            yield return "reset-password";
    }
}
