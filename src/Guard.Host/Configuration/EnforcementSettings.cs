using Guard.Actors.Enforcement.Blocking;
using Guard.Host.Enforcers.Command;
using Guard.Host.Enforcers.Locks;

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
public sealed record FirewallSettings(FirewallKind Kind, BlockPolicy Policy, CommandTemplate? Block, CommandTemplate? Unblock);

/// <summary>What locks accounts besides the inline answers; empty texts and null leave a way out.</summary>
/// <param name="DovecotConfiguration">Another dovecot.conf than the usual one, for doveadm.</param>
/// <param name="PostfixConfiguration">Another Postfix configuration directory than the usual one.</param>
public sealed record LockSettings(
    LoginNames Names, string DovecotDenyFile, bool DovecotSessions, string DovecotConfiguration, string PostfixAccessMap, string PostfixAccessType,
    string PostfixConfiguration, bool LinuxAccounts, CommandTemplate? Lock, CommandTemplate? Unlock, bool HoldQueue);

/// <summary>What is done to the machine. Nothing of it happens while mode = observe.</summary>
public sealed record EnforcementSettings(FirewallSettings Firewall, LockSettings Locks)
{
    /// <summary>In words, for the log: what is not said here is not done.</summary>
    public string Describe()
    {
        (bool On, string What)[] locks =
        [
            (Locks.DovecotDenyFile.Length > 0, "a deny file of Dovecot"), (Locks.PostfixAccessMap.Length > 0, "an access map of Postfix"), (Locks.LinuxAccounts, "system accounts"),
            (Locks.Lock is not null, "your own commands"), (Locks.DovecotSessions, "the end of open sessions"), (Locks.HoldQueue, "held mail"),
        ];
        var on = string.Join(", ", locks.Where(one => one.On).Select(one => one.What));
        return $"addresses are {(Firewall.Kind == FirewallKind.Off ? "blocked nowhere" : $"blocked by {Firewall.Kind.ToString().ToLowerInvariant()}")}; accounts are locked by {(on.Length == 0 ? "inline answers only" : $"inline answers, {on}")}";
    }
}
