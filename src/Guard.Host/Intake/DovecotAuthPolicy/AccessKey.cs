using Guard.Actors.Policies.Geography;

namespace Guard.Host.Intake.DovecotAuthPolicy;

/// <summary>What an entry of a list is about: a network (a single address is one too), a login, or a login from a network.</summary>
public readonly record struct AccessKey
{
    private AccessKey(NetworkPrefix? network, string login) => (Network, Login) = (network, login);

    public NetworkPrefix? Network { get; }

    /// <summary>In lower case: mail servers take logins in any.</summary>
    public string Login { get; }

    /// <summary>None when neither is given.</summary>
    public static AccessKey? From(NetworkPrefix? network, string login) =>
        network is null && login.Length == 0 ? null : new AccessKey(network, login.ToLowerInvariant());

    /// <summary>weakforced's name for this kind of entry.</summary>
    public string Kind =>
        Network is null ? "login"
        : Login.Length == 0 ? "ip"
        : "iplogin";

    public override string ToString() =>
        Network is not { } network ? Login
        : Login.Length == 0 ? Short(network)
        : $"{Short(network)}:{Login}";

    private static string Short(NetworkPrefix network) =>
        network.Length == (network.Network.IsIPv4 ? 32 : 128) ? network.Network.ToString() : network.ToString();
}
