using Guard.Messages.Observations;
using Guard.Messages.Policies;
using Guard.Messages.Wire;

namespace Guard.Actors.Serialization;

/// <summary>Policies as leases carry them between nodes.</summary>
internal static class PolicyWire
{
    public static PolicyRecord Write(GuardPolicy policy)
    {
        var reactions = policy.Reactions;
        var record = new PolicyRecord
        {
            Mode = (int)policy.Mode,
            Others = (int)policy.Places.Others,
            OnQuota = (int)reactions.OnQuota,
            OnForbiddenPlace = (int)reactions.OnForbiddenPlace,
            OnAnomaly = Write(reactions.OnAnomaly),
            Highest = (int)reactions.Highest,
            ReportFor = Seconds(reactions.ReportFor),
            RestrictFor = Seconds(reactions.RestrictFor),
            SuspendFor = Seconds(reactions.SuspendFor),
            BlockFor = Seconds(reactions.BlockFor),
            RestrictTo = reactions.RestrictTo,
            LearningDays = policy.Learning.Days,
            LearningActiveDays = policy.Learning.ActiveDays,
            LearningAlone = !policy.Learning.FromSite,
            BruteForceFailures = policy.BruteForce.Failures,
            BruteForceWithin = Seconds(policy.BruteForce.Within),
            BruteForceAccounts = policy.BruteForce.Accounts,
            BruteForceAccountsDaily = policy.BruteForce.AccountsDaily,
            BruteForceNetwork = policy.BruteForce.NetworkFailures,
            Reports = ReportWire.Write(policy.Reports),
            LockGrade = (int)reactions.Lock,
            Branches = policy.Branches,
        };
        if (policy.Effects.Lock is { } lockMode)
            record.LockMode = (int)lockMode;
        if (policy.Effects.Block is { } blockMode)
            record.BlockMode = (int)blockMode;
        record.Usual.Add(policy.Places.Usual);
        record.Suspicious.Add(policy.Places.Suspicious);
        record.Redirect.Add(reactions.Redirect.Select(rung => (int)rung));
        record.SiteAlarm.Add([policy.SiteAlarm.Reported, policy.SiteAlarm.Restricted, policy.SiteAlarm.Suspended, policy.SiteAlarm.Blocked]);
        foreach (var service in policy.Services)
        {
            var one = new ServiceRecord { Service = (int)service.Service };
            one.Allow.Add(service.Allow);
            one.Deny.Add(service.Deny);
            record.Services.Add(one);
        }
        record.Quotas.Add(policy.Quotas.Select(Write));
        return record;
    }

    public static GuardPolicy Read(PolicyRecord record) =>
        new(
            (GuardMode)record.Mode,
            new PlacesPolicy([.. record.Usual], [.. record.Suspicious], (PlaceClass)record.Others),
            [.. record.Services.Select(service => new ServicePolicy((Service)service.Service, [.. service.Allow], [.. service.Deny]))],
            [.. record.Quotas.Select(Read)],
            new ReactionPolicy(
                (Rung)record.OnQuota,
                (Rung)record.OnForbiddenPlace,
                Read(record.OnAnomaly),
                (Rung)record.Highest,
                [.. record.Redirect.Select(rung => (Rung)rung)],
                TimeSpan.FromSeconds(record.ReportFor),
                TimeSpan.FromSeconds(record.RestrictFor),
                TimeSpan.FromSeconds(record.SuspendFor),
                TimeSpan.FromSeconds(record.BlockFor),
                record.RestrictTo
            )
            {
                Lock = (LockGrade)record.LockGrade,
            },
            new LearningPolicy(record.LearningDays, record.LearningActiveDays, !record.LearningAlone),
            new BruteForcePolicy(record.BruteForceFailures, TimeSpan.FromSeconds(record.BruteForceWithin))
            {
                Accounts = record.HasBruteForceAccounts ? record.BruteForceAccounts : BruteForcePolicy.Default.Accounts,
                AccountsDaily = record.HasBruteForceAccountsDaily ? record.BruteForceAccountsDaily : BruteForcePolicy.Default.AccountsDaily,
                NetworkFailures = record.HasBruteForceNetwork ? record.BruteForceNetwork : BruteForcePolicy.Default.NetworkFailures,
            },
            new SiteAlarmPolicy(record.SiteAlarm[0], record.SiteAlarm[1], record.SiteAlarm[2], record.SiteAlarm[3])
        )
        {
            Reports = ReportWire.Read(record.Reports),
            Branches = record.Branches,
            Effects = new EffectModes(record.HasLockMode ? (GuardMode)record.LockMode : null, record.HasBlockMode ? (GuardMode)record.BlockMode : null),
        };

    private static QuotaRecord Write(Quota quota)
    {
        var record = new QuotaRecord
        {
            PerSeconds = Seconds(quota.Per),
            Unit = (int)quota.Unit,
            Limit = quota.Limit,
            When = (int)quota.When,
            Alarm = quota.Alarm,
            Of = (int)quota.Of,
            Text = quota.Text,
            Repeats = quota.Repeats,
        };
        if (quota.Then is { } rung)
            record.Then = (int)rung;
        return record;
    }

    private static Quota Read(QuotaRecord record) =>
        new(TimeSpan.FromSeconds(record.PerSeconds), (QuotaUnit)record.Unit, record.Limit, (PlaceClass)record.When, record.Alarm, (QuotaScope)record.Of)
        {
            Then = record.HasThen ? (Rung)record.Then : null,
            Text = record.Text,
            Repeats = record.Repeats,
        };

    private static ThresholdsRecord Write(AnomalyThresholds thresholds)
    {
        var record = new ThresholdsRecord();
        if (thresholds.Reported is { } reported)
            record.Reported = reported;
        if (thresholds.Restricted is { } restricted)
            record.Restricted = restricted;
        if (thresholds.Suspended is { } suspended)
            record.Suspended = suspended;
        if (thresholds.Blocked is { } blocked)
            record.Blocked = blocked;
        return record;
    }

    private static AnomalyThresholds Read(ThresholdsRecord record) =>
        new(
            record.HasReported ? record.Reported : null,
            record.HasRestricted ? record.Restricted : null,
            record.HasSuspended ? record.Suspended : null,
            record.HasBlocked ? record.Blocked : null
        );

    private static long Seconds(TimeSpan span) => (long)span.TotalSeconds;
}
