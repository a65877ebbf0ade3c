using Guard.Actors.Policies.Geography;

namespace Guard.Host.Intake.DovecotAuthPolicy;

/// <summary>What an entry of a list is about: a network (a single address is one too), a login, a client's TLS fingerprint, or one of these two from a network.</summary>
public readonly record struct AccessKey
{
    private AccessKey(NetworkPrefix? network, string login, string ja3) => (Network, Login, Ja3) = (network, login, ja3);

    public NetworkPrefix? Network { get; }

    /// <summary>In lower case: mail servers take logins in any.</summary>
    public string Login { get; }

    /// <summary>JA3, in lower case; never beside a login.</summary>
    public string Ja3 { get; }

    /// <summary>None when neither is given.</summary>
    public static AccessKey? From(NetworkPrefix? network, string login, string ja3 = "") =>
        network is null && login.Length == 0 && ja3.Length == 0 ? null : new AccessKey(network, login.ToLowerInvariant(), ja3);

    /// <summary>weakforced's name for this kind of entry.</summary>
    public string Kind =>
        (Network is not null, Login.Length > 0, Ja3.Length > 0) switch
        {
            (false, _, true) => "ja3",
            (true, _, true) => "ipja3",
            (false, _, _) => "login",
            (true, true, _) => "iplogin",
            _ => "ip",
        };

    public override string ToString()
    {
        var word = Login.Length > 0 ? Login : Ja3;
        return Network is not { } network ? word
            : word.Length == 0 ? Short(network)
            : $"{Short(network)}:{word}";
    }

    private static string Short(NetworkPrefix network) =>
        network.Length == (network.Network.IsIPv4 ? 32 : 128) ? network.Network.ToString() : network.ToString();
}
