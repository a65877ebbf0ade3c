using Guard.Actors.Behaviour;
using Guard.Actors.Policies;
using Guard.Messages.Observations;
using Guard.Messages.Places;
using Guard.Messages.Policies;

namespace Guard.Actors.Users;

/// <summary>How much of a quota an observation uses.</summary>
public static class QuotaCharge
{
    /// <summary>Units of the quota, of different things 1; 0 when the quota does not concern it.</summary>
    public static long Of(KeyedQuota quota, Observation observation, PlaceClass place)
    {
        if (!quota.Quota.When.Includes(place))
            return 0;
        return (quota.Quota.Unit, observation) switch
        {
            (QuotaUnit.Recipients, Submission submission) => submission.Recipients,
            (QuotaUnit.Bytes, Submission submission) => submission.Size,
            (QuotaUnit.Mails, Submission { Further: false }) => 1,
            (QuotaUnit.Logins, Login { Outcome: LoginOutcome.Succeeded }) => 1,
            (QuotaUnit.Attempts, Login) => 1,
            (QuotaUnit.Failures, Login { Outcome: LoginOutcome.RetriedPassword }) => quota.Quota.Repeats ? 1 : 0,
            (QuotaUnit.Failures, Login { Outcome: not LoginOutcome.Succeeded }) => 1,
            (QuotaUnit.Addresses or QuotaUnit.Networks or QuotaUnit.Countries or QuotaUnit.Passwords, _) => MemberOf(quota.Quota.Unit, observation) == 0
                ? 0
                : 1,
            _ => 0,
        };
    }

    /// <summary>Which of the different things that a quota counts an observation is, as 32 bits of its hash; 0 for none, and of what counts every time.</summary>
    public static uint MemberOf(QuotaUnit unit, Observation observation) =>
        (unit, observation) switch
        {
            (QuotaUnit.Passwords, Login { Outcome: LoginOutcome.WrongPassword or LoginOutcome.RetriedPassword } login) => login.Password,
            (_, Login { Outcome: not LoginOutcome.Succeeded } or Delivery) => 0,
            (_, { Place.Address.IsNone: true }) => 0,
            (QuotaUnit.Addresses, _) => Fold(AddressKeys.Party(observation.Place.Address)),
            (QuotaUnit.Networks, _) => Fold(AddressKeys.Network(observation.Place.Address)),
            (QuotaUnit.Countries, { Place.Country.Length: > 0 }) => AddressKeys.Account(StableHash.Of(observation.Place.Country)),
            _ => 0,
        };

    private static uint Fold(NetworkAddress address)
    {
        var bits = address.Bits;
        var mixed = ((ulong)bits ^ (ulong)(bits >> 64) ^ (address.IsIPv6 ? 0x9E3779B97F4A7C15UL : 0)) * 0xFF51AFD7ED558CCDUL;
        return AddressKeys.Account(mixed ^ (mixed >> 29) ^ 1);
    }
}
