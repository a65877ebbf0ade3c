using System.Text;
using Guard.Actors.Policies.Geography;
using Guard.Host.Enforcement.Firewall;

namespace Guard.Host.Enforcement.Ipset;

/// <summary>
/// Writes what <c>ipset restore</c> and <c>iptables-restore</c> read. Every line can be said again: <c>-exist</c> makes creating and removing
/// harmless and gives an element that is there its new time-out.
/// </summary>
public static class IpsetScript
{
    public const string Set4 = "accountguard4";
    public const string Set6 = "accountguard6";
    public const string Chain = "accountguard";

    // The time-out of the set is only for elements that somebody adds by hand without one.
    private const string Ground = $"""
        create {Set4} hash:net family inet maxelem 1048576 timeout 86400 -exist
        create {Set6} hash:net family inet6 maxelem 1048576 timeout 86400 -exist

        """;

    public static string Change(BlockList change)
    {
        var text = new StringBuilder(Ground, Ground.Length + (change.Add.Count + change.Remove.Count) * 60);
        foreach (var network in change.Remove)
            text.Append("del ").Append(SetOf(network)).Append(' ').Append(network).Append(" -exist\n");
        foreach (var block in change.Add)
            text.Append("add ")
                .Append(SetOf(block.Network))
                .Append(' ')
                .Append(block.Network)
                .Append(" timeout ")
                .Append(block.SecondsText)
                .Append(" -exist\n");
        return text.ToString();
    }

    /// <summary>Our chain, filled anew in one commit; with <c>--noflush</c> every other chain stays as it is.</summary>
    public static string Rules(string table, bool version6) =>
        $"""
            *{table}
            :{Chain} - [0:0]
            -A {Chain} -i lo -j RETURN
            -A {Chain} -m set --match-set {(version6 ? Set6 : Set4)} src -j DROP
            COMMIT

            """;

    private static string SetOf(NetworkPrefix network) => network.Network.IsIPv6 ? Set6 : Set4;
}
