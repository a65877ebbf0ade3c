using System.Collections.Immutable;
using Guard.Actors.Behaviour;
using Guard.Actors.Users;
using Guard.Messages.Addresses;
using Guard.Messages.Places;

namespace Guard.Actors.Addresses;

/// <summary>A block that the firewall's ledger has not confirmed yet.</summary>
/// <param name="Id">Counts up per bucket.</param>
public sealed record OwedBlock(long Id, BlockOwed Block);

/// <summary>Some networks of the Internet, and what logins from there came to. Immutable and bounded, whatever strangers do.</summary>
public sealed record AddressBucketState(int Bucket) : Messages.IGuardMessage
{
    public const int MaxNetworks = 512;

    /// <summary>Addresses that failed, of all networks together.</summary>
    public const int MaxAddresses = 512;

    public const int MaxMarks = 64;
    public const int MaxOwed = 256;

    /// <summary>By <see cref="AddressKeys.Network"/>.</summary>
    public NetworkTable Networks { get; init; } = NetworkTable.Empty;

    /// <summary>How many addresses all networks have together.</summary>
    public int Addresses { get; init; }

    public ImmutableArray<SourceMark> Marks { get; init; } = [];

    /// <summary>See <see cref="InlineAttempts"/>.</summary>
    public ImmutableArray<ulong> Inline { get; init; } = [];

    /// <summary>Keys of the quotas of addresses that are counted; see <see cref="AddressLimits"/>.</summary>
    public ImmutableArray<string> Adopted { get; init; } = [];

    public ImmutableDictionary<CountedKey, CountedAddress> Counted { get; init; } = ImmutableDictionary<CountedKey, CountedAddress>.Empty;

    public ImmutableArray<OwedBlock> Owed { get; init; } = [];

    public long NextId { get; init; } = 1;

    public NetworkState NetworkOf(NetworkAddress address)
    {
        var network = AddressKeys.Network(address);
        return Networks.Find(network) ?? NetworkState.Of(network);
    }

    /// <summary>Whether a login was taken in before.</summary>
    public bool HasTaken(ulong source, ulong position)
    {
        foreach (var mark in Marks)
        {
            if (mark.Source == source)
                return position <= mark.Position;
        }
        return false;
    }
}
