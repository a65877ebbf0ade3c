using System.Text;
using Guard.Actors.Policies.Geography;
using Guard.Host.Enforcement.Firewall;

namespace Guard.Host.Enforcement.Nftables;

/// <summary>Writes what <c>nft -f -</c> carries out as one transaction: all of it or nothing.</summary>
public static class NftScript
{
    /// <summary>
    /// The table, its sets and its chain. Everything in it can be said again: sets and counters that exist stay, and the rules are replaced within
    /// the transaction, so no packet passes between. It therefore goes before every change and brings a table back that somebody flushed.
    /// An address that is limited may open so many TCP connections a minute for each account at home behind it; its sets count by themselves and forget after
    /// two minutes. This early in the packet's way connections are not tracked yet, so a new one is known by its SYN.
    /// Prerouting before raw: ahead of every other tool and of connection tracking, for this machine and for containers behind it.
    /// </summary>
    private static string Ground(int perMinute) =>
        $$"""
            add table {{NftNames.Table}}
            add counter {{NftNames.Table}} dropped4
            add counter {{NftNames.Table}} dropped6
            add set {{NftNames.Table}} {{NftNames.Addresses4}} { type ipv4_addr; flags timeout; size 1048576; }
            add set {{NftNames.Table}} {{NftNames.Networks4}} { type ipv4_addr; flags timeout; size 1048576; }
            add set {{NftNames.Table}} {{NftNames.Networks6}} { type ipv6_addr; flags timeout; size 1048576; }
            add set {{NftNames.Table}} {{NftNames.Sites6}} { type ipv6_addr; flags timeout; size 1048576; }
            add set {{NftNames.Table}} {{NftNames.Regions6}} { type ipv6_addr; flags timeout; size 1048576; }
            add counter {{NftNames.Table}} slowed
            {{LimitSets}}
            add chain {{NftNames.Table}} slow
            flush chain {{NftNames.Table}} slow
            {{SlowRules(perMinute)}}
            add chain {{NftNames.Table}} incoming { type filter hook prerouting priority -310; policy accept; }
            flush chain {{NftNames.Table}} incoming
            add rule {{NftNames.Table}} incoming iifname "lo" accept
            add rule {{NftNames.Table}} incoming ip saddr @{{NftNames.Addresses4}} counter name dropped4 drop
            add rule {{NftNames.Table}} incoming ip saddr & 255.255.255.0 @{{NftNames.Networks4}} counter name dropped4 drop
            add rule {{NftNames.Table}} incoming ip6 saddr & ffff:ffff:ffff:ffff:: @{{NftNames.Networks6}} counter name dropped6 drop
            add rule {{NftNames.Table}} incoming ip6 saddr & ffff:ffff:ffff:ff00:: @{{NftNames.Sites6}} counter name dropped6 drop
            add rule {{NftNames.Table}} incoming ip6 saddr & ffff:ffff:ffff:: @{{NftNames.Regions6}} counter name dropped6 drop
            add rule {{NftNames.Table}} incoming tcp flags & (fin | syn | rst | ack) == syn jump slow

            """;

    private static string LimitSets =>
        Each(
            (times, family, type, _) =>
                $"add set {NftNames.Table} {NftNames.Times($"limited{family}", times)} {{ type {type}; flags timeout; size 65536; }}\n"
                + $"add set {NftNames.Table} {NftNames.Times($"pace{family}", times)} {{ type {type}; flags dynamic,timeout; timeout 2m; size 65536; }}"
        );

    private static string SlowRules(int perMinute) =>
        Each(
            (times, family, _, line) =>
                $"add rule {NftNames.Table} slow {line} @{NftNames.Times($"limited{family}", times)} add @{NftNames.Times($"pace{family}", times)}"
                + $" {{ {line} limit rate over {perMinute * times}/minute burst {perMinute * times} packets }} counter name slowed drop"
        );

    private static string Each(Func<int, int, string, string, string> lines) =>
        string.Join(
            '\n',
            NftNames.Paces.SelectMany(times =>
                new[] { lines(times, 4, "ipv4_addr", "ip saddr"), lines(times, 6, "ipv6_addr", "ip6 saddr & ffff:ffff:ffff:ffff::") }
            )
        );

    /// <summary>So many new connections a minute are left to an address that is limited for each account at home there, unless somebody says
    /// otherwise.</summary>
    public const int UsualPace = 30;

    public static string Change(BlockList change, int perMinute = UsualPace) =>
        Change(change, NftNames.Sets, block => NftNames.SetOf(block.Network), perMinute);

    public static string Limit(BlockList change, int perMinute = UsualPace) =>
        Change(change, NftNames.Limits, limit => NftNames.LimitOf(limit.Network, limit.AtHome), perMinute);

    private static string Change(BlockList change, string[] sets, Func<TimedBlock, string> setOf, int perMinute)
    {
        var text = new StringBuilder(Ground(perMinute), 4096 + change.Add.Count * 120 + change.Remove.Count * 60);
        foreach (var set in sets)
        {
            // Deleting what is not there fails the transaction, and older kernels do not renew the time-out of an element that is there. Both are
            // avoided by adding, deleting and, for blocks, adding again; inside the transaction nobody sees the gap.
            // A limit whose pace became another leaves the set of the old one.
            var held = change.Add.Where(block => setOf(block) == set).ToArray();
            var gone = change
                .Remove.Concat(change.Add.Where(block => setOf(block) != set).Select(block => block.Network))
                .Where(network => NftNames.CanHold(set, network))
                .ToArray();
            Elements(text, "add", set, gone, network => (network, "1"));
            Elements(text, "add", set, held, block => (block.Network, block.SecondsText));
            Elements(text, "delete", set, gone, network => (network, null));
            Elements(text, "delete", set, held, block => (block.Network, null));
            Elements(text, "add", set, held, block => (block.Network, block.SecondsText));
        }
        return text.ToString();
    }

    /// <summary>Takes AccountGuard out of the firewall, as when it is uninstalled.</summary>
    public const string Remove = $"""
        add table {NftNames.Table}
        delete table {NftNames.Table}

        """;

    private static void Elements<T>(StringBuilder text, string verb, string set, T[] items, Func<T, (NetworkPrefix Network, string? Seconds)> element)
    {
        if (items.Length == 0)
            return;
        text.Append(verb).Append(" element ").Append(NftNames.Table).Append(' ').Append(set).Append(" { ");
        for (var i = 0; i < items.Length; i++)
        {
            var (network, seconds) = element(items[i]);
            text.Append(i == 0 ? "" : ", ").Append(network.Network);
            if (seconds is not null)
                text.Append(" timeout ").Append(seconds).Append('s');
        }
        text.Append(" }\n");
    }
}
