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
            if (one.Address == address && one.PrefixLength == 0)
                return one;
        }
        return null;
    }

    /// <summary>The prefix that is blocked as a whole and has an address in it: of IPv6 only, and for IPv4, in a flood, not looked for.</summary>
    public AddressState? BlockedAround(NetworkAddress address, long second)
    {
        if (!address.IsIPv6)
            return null;
        foreach (var one in Addresses)
        {
            if (one.PrefixLength > 0 && one.BlockedUntil > second && address.Prefix(one.PrefixLength) == one.Address)
                return one;
        }
        return null;
    }

    /// <summary>With a prefix that is blocked from now on, instead of what is known of its addresses.</summary>
    public NetworkState WithPrefix(NetworkAddress prefix, int length, long until, long second) =>
        (this with { Addresses = Addresses.RemoveAll(one => one.IsWithin(prefix, length)) }).With(
            AddressState.Of(prefix) with
            {
                BlockedUntil = until,
                PrefixLength = length,
            },
            second
        );

    /// <summary>With one address as it is now; of too many the one goes that failed least and longest ago.</summary>
    public NetworkState With(AddressState address, long second)
    {
        var least = -1;
        for (var i = 0; i < Addresses.Length; i++)
        {
            if (Addresses[i].Address == address.Address && Addresses[i].PrefixLength == address.PrefixLength)
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
