using Guard.Actors.Policies.Geography;

namespace Guard.Host.Enforcement.Nftables;

/// <summary>The names in AccountGuard's own table. Nothing outside this table is ever named in a script.</summary>
internal static class NftNames
{
    public const string TableName = "accountguard";
    public const string Table = "inet " + TableName;
    public const string Addresses4 = "addresses4";
    public const string Networks4 = "networks4";
    public const string Networks6 = "networks6";
    public const string Sites6 = "networks6p56";
    public const string Regions6 = "networks6p48";

    public const string Limited4 = "limited4";
    public const string Limited6 = "limited6";

    /// <summary>How many times the pace of one account an address may have; a set of addresses for each.</summary>
    public static readonly int[] Paces = [1, 2, 4, 8, 16, 32];

    public static readonly string[] Limits = [.. Paces.SelectMany(times => new[] { Times(Limited4, times), Times(Limited6, times) })];

    /// <summary>The set for so many accounts at home: the next pace that is enough for them.</summary>
    public static string LimitOf(NetworkPrefix network, int atHome) =>
        Times(network.Network.IsIPv6 ? Limited6 : Limited4, Paces.FirstOrDefault(times => times >= atHome, Paces[^1]));

    public static string Times(string set, int times) => times == 1 ? set : $"{set}x{times}";

    public static readonly string[] Sets = [Addresses4, Networks4, Networks6, Sites6, Regions6];

    public static string SetOf(NetworkPrefix network) =>
        network.Network.IsIPv6
            ? network.Length switch
            {
                48 => Regions6,
                56 => Sites6,
                _ => Networks6,
            }
        : network.Length == 32 ? Addresses4
        : Networks4;

    /// <summary>Whether a network could have been put into a set.</summary>
    public static bool CanHold(string set, NetworkPrefix network) =>
        Sets.Contains(set) ? SetOf(network) == set : set.StartsWith(network.Network.IsIPv6 ? Limited6 : Limited4, StringComparison.Ordinal);

    public static int LengthIn(string set) =>
        set switch
        {
            Addresses4 => 32,
            Networks4 => 24,
            Sites6 => 56,
            Regions6 => 48,
            _ when set.StartsWith(Limited4, StringComparison.Ordinal) => 32,
            _ => 64,
        };
}
