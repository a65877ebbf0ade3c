using Guard.Actors.Behaviour;
using Guard.Messages.Places;

namespace Guard.Actors.Addresses;

/// <summary>One address (IPv6: /64) that logins failed from, or an IPv6 prefix that is blocked as a whole.</summary>
/// <param name="BlockedUntil">A block was ordered until then, seconds since 1970.</param>
public sealed record AddressState(NetworkAddress Address, FailureTimes Failures, TriedAccounts Tried, long BlockedUntil)
{
    /// <summary>Bits of the prefix that is blocked; 0: what one party holds.</summary>
    public int PrefixLength { get; init; }

    public static AddressState Of(NetworkAddress address) => new(address, FailureTimes.None, TriedAccounts.None, 0);

    /// <summary>Whether it lies in a prefix, or is it.</summary>
    public bool IsWithin(NetworkAddress prefix, int length) => (PrefixLength == 0 || PrefixLength >= length) && Address.Prefix(length) == prefix;
}
