using System.Globalization;
using Guard.Actors.Policies.Geography;
using Guard.Host.Enforcement.Firewall;
using Guard.Host.Platform;

namespace Guard.Host.Enforcement.Command;

/// <summary>Remembers in a file what an administrator's command blocked, since the command cannot be asked.</summary>
internal sealed class BlockLedger(string path)
{
    private const char Separator = '\t';

    private Dictionary<NetworkPrefix, DateTimeOffset>? _blocks;

    public IReadOnlyCollection<StandingBlock> Standing => [.. Blocks.Select(pair => new StandingBlock(pair.Key, pair.Value))];

    private Dictionary<NetworkPrefix, DateTimeOffset> Blocks => _blocks ??= Read();

    public void Note(NetworkPrefix network, DateTimeOffset until) => Blocks[network] = until;

    public bool Knows(NetworkPrefix network) => Blocks.ContainsKey(network);

    public void Forget(NetworkPrefix network) => Blocks.Remove(network);

    public void Save() =>
        AtomicFile.Write(path, string.Concat(Blocks.Select(pair => $"{pair.Key}{Separator}{pair.Value.ToString("O", CultureInfo.InvariantCulture)}\n")));

    private Dictionary<NetworkPrefix, DateTimeOffset> Read()
    {
        var blocks = new Dictionary<NetworkPrefix, DateTimeOffset>();
        if (!File.Exists(path))
            return blocks;
        foreach (var line in File.ReadLines(path))
        {
            var parts = line.Split(Separator);
            if (
                parts.Length == 2
                && NetworkPrefix.TryParse(parts[0], out var network)
                && DateTimeOffset.TryParse(parts[1], CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var until)
            )
                blocks[network] = until;
        }
        return blocks;
    }
}
