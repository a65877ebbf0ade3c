using Guard.Actors.Policies.Geography;

namespace Guard.Host.Enforcement.Nftables;

/// <summary>The names in AccountGuard's own table. Nothing outside this table is ever named in a script.</summary>
internal static class NftNames
{
    public const string Table = "inet accountguard";
    public const string Addresses4 = "addresses4";
    public const string Networks4 = "networks4";
    public const string Networks6 = "networks6";

    public const string Limited4 = "limited4";
    public const string Limited6 = "limited6";

    public static readonly string[] Limits = [Limited4, Limited6];

    public static string LimitOf(NetworkPrefix network) => network.Network.IsIPv6 ? Limited6 : Limited4;

    public static readonly string[] Sets = [Addresses4, Networks4, Networks6];

    public static string SetOf(NetworkPrefix network) => network.Network.IsIPv6 ? Networks6 : network.Length == 32 ? Addresses4 : Networks4;

    public static int LengthIn(string set) => set switch
    {
        Addresses4 or Limited4 => 32,
        Networks4 => 24,
        _ => 64,
    };
}
