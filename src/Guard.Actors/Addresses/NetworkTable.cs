using System.Collections;
using Guard.Messages.Places;

namespace Guard.Actors.Addresses;

/// <summary>
/// Networks by their address. Immutable: a change copies the list of chunks and the one chunk that the network is in, some 500 bytes in two pieces. A balanced tree
/// copies a dozen nodes, and looking in it waits for memory at each of them; in a flood of addresses that was most of what an attempt cost.
/// </summary>
public sealed class NetworkTable : IEnumerable<NetworkState>
{
    private readonly record struct Slot(uint Tag, NetworkState Network);

    private const int Chunks = 32;

    /// <summary>Behind 2^64 divided by the golden ratio the upper bits of a product are well spread.</summary>
    private const ulong Spread = 0x9E3779B97F4A7C15;

    private readonly Slot[][] _chunks;

    private NetworkTable(Slot[][] chunks, int count) => (_chunks, Count) = (chunks, count);

    public static NetworkTable Empty { get; } = Of([]);

    public int Count { get; }

    /// <summary>A table of different networks.</summary>
    public static NetworkTable Of(IReadOnlyCollection<NetworkState> networks)
    {
        var counts = new int[Chunks];
        foreach (var network in networks)
            counts[ChunkOf(Hash(network.Network))]++;
        var chunks = new Slot[Chunks][];
        for (var i = 0; i < Chunks; i++)
            chunks[i] = counts[i] == 0 ? [] : new Slot[counts[i]];
        foreach (var network in networks)
        {
            var hash = Hash(network.Network);
            chunks[ChunkOf(hash)][--counts[ChunkOf(hash)]] = new Slot(TagOf(hash), network);
        }
        return new NetworkTable(chunks, networks.Count);
    }

    public NetworkState? Find(NetworkAddress network)
    {
        var hash = Hash(network);
        var chunk = _chunks[ChunkOf(hash)];
        var index = IndexOf(chunk, network, TagOf(hash));
        return index < 0 ? null : chunk[index].Network;
    }

    /// <summary>With a network as it is now.</summary>
    public NetworkTable With(NetworkState network)
    {
        var hash = Hash(network.Network);
        var chunk = _chunks[ChunkOf(hash)];
        var index = IndexOf(chunk, network.Network, TagOf(hash));
        var isNew = index < 0;
        var changed = new Slot[chunk.Length + (isNew ? 1 : 0)];
        chunk.CopyTo(changed, 0);
        changed[isNew ? chunk.Length : index] = new Slot(TagOf(hash), network);
        var chunks = (Slot[][])_chunks.Clone();
        chunks[ChunkOf(hash)] = changed;
        return new NetworkTable(chunks, Count + (isNew ? 1 : 0));
    }

    public IEnumerator<NetworkState> GetEnumerator()
    {
        foreach (var chunk in _chunks)
        {
            foreach (var slot in chunk)
                yield return slot.Network;
        }
    }

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    private static int IndexOf(Slot[] chunk, NetworkAddress network, uint tag)
    {
        for (var i = 0; i < chunk.Length; i++)
        {
            if (chunk[i].Tag == tag && chunk[i].Network.Network == network)
                return i;
        }
        return -1;
    }

    /// <summary>The bits in which networks differ are the upper half of an IPv6 one's and the lower half of an IPv4 one's.</summary>
    private static ulong Hash(NetworkAddress network) => ((ulong)network.Bits ^ (ulong)(network.Bits >> 64)) * Spread;

    private static int ChunkOf(ulong hash) => (int)(hash >> 59);

    private static uint TagOf(ulong hash) => (uint)(hash >> 27);
}
