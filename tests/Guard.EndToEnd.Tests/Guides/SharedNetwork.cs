using Guard.EndToEnd.Tests.Firewall;
using Guard.EndToEnd.Tests.Install;
using Guard.Host.Platform;

namespace Guard.EndToEnd.Tests.Guides;

/// <summary>
/// The network of a guide with several machines: a switch in a namespace of its own, and their names in each one's /etc/hosts. The one that serves the others is 10.0.0.5,
/// mail servers are 10.0.0.11 and on.
/// </summary>
internal sealed class SharedNetwork : IDisposable
{
    private readonly GuardProgram _runner = new();
    private readonly NetworkNamespace _space;

    private SharedNetwork(int number)
    {
        _space = new NetworkNamespace(new ProcessRunner(), $"agn{number:x}");
        Ip($"netns add {_space.Name}");
        Ip($"-n {_space.Name} link add switch type bridge");
        Ip($"-n {_space.Name} link set switch up");
    }

    public static SharedNetwork Of(IReadOnlyDictionary<string, BootedMachine> machines)
    {
        var network = new SharedNetwork(machines.Values.First().InitProcess);
        var next = 11;
        var addresses = machines.Keys.ToDictionary(name => name, name => char.IsDigit(name[^1]) ? $"10.0.0.{next++}" : "10.0.0.5");
        var hosts = string.Concat(addresses.Select(one => $"{one.Value} {one.Key}.example.com\n"));
        foreach (var (name, machine) in machines)
        {
            network.Ip($"link add {name} netns {network._space.Name} type veth peer name eth0 netns {machine.InitProcess}");
            network.Ip($"-n {network._space.Name} link set {name} master switch up");
            machine.Must("ip", "addr", "add", $"{addresses[name]}/24", "dev", "eth0");
            machine.Must("ip", "link", "set", "eth0", "up");
            machine.Write("/etc/hosts", machine.Run("cat", "/etc/hosts").Out + hosts);
        }
        return network;
    }

    private void Ip(string words) => _runner.Must("ip", words.Split(' '));

    public void Dispose()
    {
        _runner.Run("ip", "netns", "del", _space.Name);
        _runner.Dispose();
    }
}
