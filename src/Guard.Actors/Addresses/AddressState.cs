using Guard.Actors.Behaviour;
using Guard.Messages.Places;

namespace Guard.Actors.Addresses;

/// <summary>One address (IPv6: /64) that logins failed from.</summary>
/// <param name="BlockedUntil">A block was ordered until then, seconds since 1970.</param>
public sealed record AddressState(NetworkAddress Address, FailureTimes Failures, TriedAccounts Tried, long BlockedUntil)
{
    public static AddressState Of(NetworkAddress address) => new(address, FailureTimes.None, TriedAccounts.None, 0);
}
