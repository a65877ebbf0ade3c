using Guard.Actors.Behaviour;
using Guard.Messages.Addresses;
using Guard.Messages.Places;

namespace Guard.Actors.Addresses;

/// <summary>What people are told of an address.</summary>
internal static class AddressDescription
{
    public static AddressStatus Of(AddressBucketState state, NetworkAddress address, DateTimeOffset now)
    {
        var second = now.ToUnixTimeSeconds();
        var network = state.NetworkOf(address);
        var known = network.Find(AddressKeys.Party(address)) ?? AddressState.Of(address);
        var blocked = Math.Max(known.BlockedUntil, network.BlockedAround(address, second)?.BlockedUntil ?? 0);
        return new AddressStatus(
            address,
            known.Failures.Within(second, TimeSpan.FromHours(1)),
            known.Tried.Within(second, TimeSpan.FromDays(1)).Accounts,
            network.Failures.Within(second, TimeSpan.FromHours(1)),
            network.Guests.AtHome((int)(second / FailureTimes.Day)),
            blocked > second ? DateTimeOffset.FromUnixTimeSeconds(blocked) : null
        );
    }
}
