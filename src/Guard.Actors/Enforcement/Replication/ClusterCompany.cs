using System.Collections.Concurrent;
using Guard.Actors.Enforcement.Blocking;
using Guard.Actors.Policies.Geography;
using Guard.Messages.Places;

namespace Guard.Actors.Enforcement.Replication;

/// <summary>Who was seen behind an address on any node: what the nodes answered just before a block of it is judged.</summary>
public sealed class ClusterCompany : IAddressCompany
{
    private const int Most = 10_000;

    private readonly ConcurrentDictionary<NetworkPrefix, (int Seen, int AtHome, int Around)> _answers = [];

    public (int Seen, int AtHome) Behind(NetworkAddress address) => Within(BlockScope.Of(address));

    public (int Seen, int AtHome) Within(NetworkPrefix network) => _answers.GetValueOrDefault(network) is var answer ? (answer.Seen, answer.AtHome) : default;

    public int Around(NetworkAddress address) => _answers.GetValueOrDefault(BlockScope.Of(address)).Around;

    public void Note(NetworkPrefix network, int seen, int atHome, int around = 0)
    {
        if (_answers.Count >= Most)
            _answers.Clear();
        _answers[network] = (seen, atHome, around);
    }
}
