using Guard.Actors.Policies;
using Guard.Messages.Observations;
using Guard.Messages.Policies;

namespace Guard.Actors.Users;

/// <summary>How much of a quota an observation uses.</summary>
public static class QuotaCharge
{
    /// <summary>Units of the quota; 0 when the quota does not concern it.</summary>
    public static int Of(KeyedQuota quota, Observation observation, PlaceClass place)
    {
        if (quota.Quota.When != PlaceClass.Any && quota.Quota.When != place)
            return 0;
        return (quota.Quota.Unit, observation) switch
        {
            (QuotaUnit.Recipients, Submission submission) => submission.Recipients,
            (QuotaUnit.Mails, Submission { Further: false }) => 1,
            (QuotaUnit.Logins, Login { Outcome: LoginOutcome.Succeeded }) => 1,
            (QuotaUnit.Failures, Login { Outcome: not (LoginOutcome.Succeeded or LoginOutcome.RetriedPassword) }) => 1,
            _ => 0,
        };
    }
}
