using System.Collections.Immutable;
using Guard.Actors.Policies.Geography;
using Guard.Host.Platform;
using Guard.Messages.Places;

namespace Guard.Host.Configuration;

/// <summary>
/// Who may speak to a listener. Loopback says nothing of it: every user of the machine reaches it. Whom the kernel knows is asked for by their user, everybody
/// else by their address.
/// </summary>
public sealed record AllowedPeers
{
    /// <summary>In a list: every user of this machine.</summary>
    public const string Everybody = "*";

    /// <summary>The users of mail servers, as distributions name them. The guard's own user is always one of them.</summary>
    public static ImmutableArray<string> UsualUsers { get; } =
    [
        "root",
        "accountguard",
        "postfix",
        "_postfix",
        "dovecot",
        "dovenull",
        "mail",
        "vmail",
        "smmsp",
        "smmta",
        "sendmail",
        "exim",
        "Debian-exim",
        "mailnull",
        "courier",
        "cyrus",
        "opensmtpd",
        "wforce",
    ];

    /// <summary>The users of programs that write logs.</summary>
    public static ImmutableArray<string> UsualLoggers { get; } = ["root", "accountguard", "syslog", "_rsyslog", "rsyslog", "syslog-ng"];

    /// <summary>The users of programs that watch.</summary>
    public static ImmutableArray<string> UsualWatchers { get; } =
    [
        "root",
        "accountguard",
        "prometheus",
        "_prometheus",
        "telegraf",
        "_telegraf",
        "zabbix",
        "netdata",
        "vector",
        "grafana-agent",
        "alloy",
        "otel",
        "nagios",
        "icinga",
        "checkmk",
    ];

    public ImmutableArray<string> Users { get; init; } = UsualUsers;

    /// <summary>From where machines may speak whose users the kernel does not know.</summary>
    public ImmutableArray<NetworkPrefix> Networks { get; init; } = [];

    /// <summary>For tests of what stands behind the door.</summary>
    internal static AllowedPeers Any { get; } =
        new() { Users = [Everybody], Networks = [new NetworkPrefix(NetworkAddress.Parse("0.0.0.0"), 0), new NetworkPrefix(NetworkAddress.Parse("::"), 0)] };

    /// <summary>Whether a user of that name is heard.</summary>
    internal bool Lists(string user) =>
        Users.Contains(Everybody)
        || Users.Contains(user)
        || SystemAccounts.Machine.UserOf(user) is { } number && Users.Any(name => SystemAccounts.Machine.UserOf(name) == number);

    internal bool Allows(Peer peer)
    {
        if (peer.User is { } user)
            return user == Machine.OwnUser || Users.Any(name => name == Everybody || SystemAccounts.Machine.UserOf(name) == user);
        return peer.Address is { } address && NetworkAddress.From(address) is var from && Networks.Any(network => network.Contains(from));
    }

    /// <summary>Why somebody is not heard, and what to do when they should be.</summary>
    internal static string Refusal(Peer peer, string key) =>
        peer switch
        {
            { User: not null } => $"is not among {key}.allow-users",
            { Address: not null } => $"is not within {key}.allow-networks, and no user of this machine",
            _ => "had left before the kernel could say who it was",
        };

    private static class Machine
    {
        public static readonly uint OwnUser = OperatingSystem.IsLinux() ? Platform.FileOwner.OwnUser() : 0;
    }
}
