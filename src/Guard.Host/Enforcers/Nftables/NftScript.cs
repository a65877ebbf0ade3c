using System.Text;
using Guard.Actors.Policies.Geography;
using Guard.Host.Enforcers.Firewall;

namespace Guard.Host.Enforcers.Nftables;

/// <summary>Writes what <c>nft -f -</c> carries out as one transaction: all of it or nothing.</summary>
public static class NftScript
{
    /// <summary>
    /// The table, its sets and its chain. Everything in it can be said again: sets and counters that exist stay, and the rules are replaced within
    /// the transaction, so no packet passes between. It therefore goes before every change and brings a table back that somebody flushed.
    /// Prerouting before raw: ahead of every other tool and of connection tracking, for this machine and for containers behind it.
    /// </summary>
    private const string Ground = $$"""
        add table {{NftNames.Table}}
        add counter {{NftNames.Table}} dropped4
        add counter {{NftNames.Table}} dropped6
        add set {{NftNames.Table}} {{NftNames.Addresses4}} { type ipv4_addr; flags timeout; size 1048576; }
        add set {{NftNames.Table}} {{NftNames.Networks4}} { type ipv4_addr; flags timeout; size 1048576; }
        add set {{NftNames.Table}} {{NftNames.Networks6}} { type ipv6_addr; flags timeout; size 1048576; }
        add chain {{NftNames.Table}} incoming { type filter hook prerouting priority -310; policy accept; }
        flush chain {{NftNames.Table}} incoming
        add rule {{NftNames.Table}} incoming iifname "lo" accept
        add rule {{NftNames.Table}} incoming ip saddr @{{NftNames.Addresses4}} counter name dropped4 drop
        add rule {{NftNames.Table}} incoming ip saddr & 255.255.255.0 @{{NftNames.Networks4}} counter name dropped4 drop
        add rule {{NftNames.Table}} incoming ip6 saddr & ffff:ffff:ffff:ffff:: @{{NftNames.Networks6}} counter name dropped6 drop

        """;

    public static string Change(BlockList change)
    {
        var text = new StringBuilder(Ground, Ground.Length + change.Add.Count * 120 + change.Remove.Count * 60);
        foreach (var set in NftNames.Sets)
        {
            // Deleting what is not there fails the transaction, and older kernels do not renew the time-out of an element that is there. Both are
            // avoided by adding, deleting and, for blocks, adding again; inside the transaction nobody sees the gap.
            var gone = change.Remove.Where(network => NftNames.SetOf(network) == set).ToArray();
            var held = change.Add.Where(block => NftNames.SetOf(block.Network) == set).ToArray();
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
