using System.Collections.Immutable;
using Guard.Actors.Policies.Geography;

namespace Guard.Host.Configuration;

/// <summary>Reads <c>allow-users</c> and <c>allow-networks</c> of a listener.</summary>
internal static class PeerReader
{
    public static AllowedPeers Read(NodeReader reader, ImmutableArray<string> usualUsers)
    {
        var networks = ImmutableArray.CreateBuilder<NetworkPrefix>();
        foreach (var word in reader.WordNodes("allow-networks"))
        {
            if (NetworkPrefix.TryParse(word.Text!, out var network))
                networks.Add(network);
            else
                reader.Fault("allow-networks", $"'{word.Text}' is not a network", "addresses or networks such as 192.0.2.7 or 192.0.2.0/24");
        }
        // A user that there is none of on this machine is no mistake: its package may come later.
        return new AllowedPeers { Users = reader.Words("allow-users", usualUsers), Networks = networks.ToImmutable() };
    }
}
