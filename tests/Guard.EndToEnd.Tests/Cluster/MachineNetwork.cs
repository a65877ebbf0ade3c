using Guard.Host.Platform;

namespace Guard.EndToEnd.Tests.Cluster;

/// <summary>Machines on one switch, each a network namespace, and one more for their database.</summary>
internal sealed class MachineNetwork : IAsyncDisposable
{
    public const string DatabaseAddress = "10.77.0.1";

    private static int _count;

    private readonly ProcessRunner _runner = new();
    private readonly string _id = $"{Environment.ProcessId:x}{Interlocked.Increment(ref _count)}";
    private readonly int _machines;

    private MachineNetwork(int machines) => _machines = machines;

    public string Hub => $"agh{_id}";

    public static string AddressOf(int machine) => $"10.77.0.{11 + machine}";

    /// <summary>Words that start a program on a machine.</summary>
    public string[] On(int machine) => ["ip", "netns", "exec", Name(machine)];

    public static async Task<MachineNetwork> StartAsync(int machines)
    {
        var network = new MachineNetwork(machines);
        try
        {
            foreach (var command in network.Commands())
                await network.MustAsync("ip", command.Split(' '));
        }
        catch
        {
            await network.DisposeAsync();
            throw;
        }
        return network;
    }

    /// <summary>The machine loses the other machines, and keeps the database: the hard case, since it could still write.</summary>
    public async Task CutAsync(int machine)
    {
        var others = string.Join(", ", Enumerable.Range(0, _machines).Where(other => other != machine).Select(AddressOf));
        foreach (
            var rule in new[]
            {
                "add table inet cut",
                "add chain inet cut incoming { type filter hook input priority 0 ; }",
                "add chain inet cut outgoing { type filter hook output priority 0 ; }",
                $"add rule inet cut incoming ip saddr {{ {others} }} drop",
                $"add rule inet cut outgoing ip daddr {{ {others} }} drop",
            }
        )
            await MustAsync("ip", ["netns", "exec", Name(machine), "nft", rule]);
    }

    public Task HealAsync(int machine) => MustAsync("ip", ["netns", "exec", Name(machine), "nft", "delete table inet cut"]);

    private string Name(int machine) => $"agn{_id}x{machine}";

    private async Task MustAsync(string program, string[] arguments) => await _runner.Must(new ProcessRequest(program, [.. arguments]), CancellationToken.None);

    private IEnumerable<string> Commands()
    {
        yield return $"netns add {Hub}";
        yield return $"-n {Hub} link set lo up";
        yield return $"-n {Hub} link add br0 type bridge";
        yield return $"-n {Hub} link set br0 up";
        yield return $"-n {Hub} addr add {DatabaseAddress}/24 dev br0";
        for (var machine = 0; machine < _machines; machine++)
        {
            yield return $"netns add {Name(machine)}";
            yield return $"link add m{machine} netns {Hub} type veth peer name eth0 netns {Name(machine)}";
            yield return $"-n {Hub} link set m{machine} master br0";
            yield return $"-n {Hub} link set m{machine} up";
            yield return $"-n {Name(machine)} link set lo up";
            yield return $"-n {Name(machine)} link set eth0 up";
            yield return $"-n {Name(machine)} addr add {AddressOf(machine)}/24 dev eth0";
        }
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var name in Enumerable.Range(0, _machines).Select(Name).Append(Hub))
            await _runner.Run(new ProcessRequest("ip", "netns", "del", name));
    }
}
