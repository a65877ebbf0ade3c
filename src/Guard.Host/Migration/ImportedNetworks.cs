using System.Net;
using Guard.Actors.Policies.Geography;
using Guard.Host.Configuration;

namespace Guard.Host.Migration;

/// <summary>Addresses and networks that another program never blocks.</summary>
internal sealed class ImportedNetworks(ImportedPolicy policy)
{
    private readonly List<string> _exempt = [];

    public void Add(string item, string word)
    {
        if (IPAddress.TryParse(word.Split('/')[0], out var address) && IPAddress.IsLoopback(address))
        {
            policy.Note(item, $"{word} is this machine, which is never blocked");
        }
        else if (address is null || !NetworkPrefix.TryParse(word, out _))
        {
            policy.Leave(item, $"'{word}' is no address and no network, and names are not resolved");
        }
        else
        {
            if (!_exempt.Contains(word))
                _exempt.Add(word);
            policy.Take(item, $"{word} is never blocked");
        }
    }

    public void Write()
    {
        if (_exempt.Count > 0)
            policy.Set("enforcement.firewall.exempt", $"[{string.Join(", ", _exempt.Select(HoconQuoting.Quote))}]");
    }
}
