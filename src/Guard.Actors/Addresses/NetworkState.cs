using System.Collections.Immutable;
using Guard.Actors.Behaviour;
using Guard.Messages.Places;

namespace Guard.Actors.Addresses;

/// <summary>What is known of a network (IPv4 /24, IPv6 /48): its addresses that failed, and who is at home there.</summary>
/// <param name="Last">When last something came from there, seconds since 1970.</param>
public sealed record NetworkState(NetworkAddress Network, long Last, FailureTimes Failures, ImmutableArray<AddressState> Addresses, Guests Guests)
{
    public const int MaxAddresses = 64;

    public static NetworkState Of(NetworkAddress network) => new(network, 0, FailureTimes.None, [], Guests.None);

    public AddressState? Find(NetworkAddress address)
    {
        foreach (var one in Addresses)
        {
            if (one.Address == address)
                return one;
        }
        return null;
    }

    /// <summary>With one address as it is now; of too many the one goes that failed least and longest ago.</summary>
    public NetworkState With(AddressState address, long second)
    {
        var least = -1;
        for (var i = 0; i < Addresses.Length; i++)
        {
            if (Addresses[i].Address == address.Address)
                return this with { Addresses = Addresses.SetItem(i, address) };
            if (least < 0 || Worth(Addresses[i], second) < Worth(Addresses[least], second))
                least = i;
        }
        return this with { Addresses = Addresses.Length < MaxAddresses ? Addresses.Add(address) : Addresses.SetItem(least, address) };
    }

    /// <summary>Who failed often lately, or is to be blocked, is remembered before who failed once.</summary>
    private static long Worth(AddressState address, long second) =>
        address.BlockedUntil > second ? long.MaxValue : (address.Failures.Within(second, TimeSpan.FromHours(1)) * FailureTimes.Day) + address.Failures.Last;
}
