using Guard.Messages.Enforcement;
using Guard.Messages.Identity;
using Guard.Messages.Policies;
using Guard.Messages.Wire;
using static Guard.Actors.Serialization.BasicWire;

namespace Guard.Actors.Serialization;

/// <summary>The outbox of reports in the journal, and the part of a policy that says who is told.</summary>
internal static class ReportWire
{
    public static ReportTakenRecord Write(ReportTaken taken)
    {
        var record = new ReportTakenRecord
        {
            At = Time(taken.At),
            Effect = EffectWire.Write(taken.Effect),
            Incident = taken.Incident,
        };
        record.Targets.Add(taken.Targets.Select(Write));
        return record;
    }

    public static ReportTaken Read(ReportTakenRecord record) =>
        new(Time(record.At), EffectWire.Read(record.Effect), record.Incident, [.. record.Targets.Select(Read)]);

    public static DispatchRecord Write(DispatchPlanned planned)
    {
        var record = new DispatchRecord
        {
            At = Time(planned.At),
            Id = planned.Id,
            Target = Write(planned.Target),
            Digest = planned.Digest,
        };
        record.Keys.Add(planned.Items.Select(item => new ReportKeyRecord { User = item.User.Value, Effect = item.Effect }));
        return record;
    }

    public static DispatchPlanned ReadPlanned(DispatchRecord record) =>
        new(Time(record.At), record.Id, Read(record.Target), [.. record.Keys.Select(key => (new UserId(key.User), key.Effect))], record.Digest);

    public static ReportSnapshotRecord Write(ReportSnapshot snapshot)
    {
        var record = new ReportSnapshotRecord { Dropped = snapshot.Dropped };
        foreach (var taken in snapshot.Taken)
            record.Taken.Add(
                new TakenReportsRecord
                {
                    User = taken.User.Value,
                    Effects = { taken.Effects },
                    Incident = taken.Incident,
                    At = Time(taken.At),
                }
            );
        record.Waiting.Add(snapshot.Waiting.Select(Write));
        record.Open.Add(snapshot.Open.Select(Write));
        record.Threads.Add(
            snapshot.Threads.Select(thread => new ThreadRecord
            {
                User = thread.User.Value,
                Incident = thread.Incident,
                Recipient = thread.Recipient,
                Root = thread.Root,
                Last = thread.Last,
                At = Time(thread.At),
                Highest = (int)thread.Highest,
            })
        );
        record.Windows.Add(
            snapshot.Windows.Select(window => new WindowRecord
            {
                Recipient = window.Recipient,
                Since = Time(window.Since),
                Count = window.Count,
            })
        );
        return record;
    }

    public static ReportSnapshot Read(ReportSnapshotRecord record) =>
        new(
            [.. record.Taken.Select(taken => new TakenReports(new UserId(taken.User), [.. taken.Effects], taken.Incident, Time(taken.At)))],
            [.. record.Waiting.Select(Read)],
            [.. record.Open.Select(Read)],
            [
                .. record.Threads.Select(thread => new ReportThread(
                    new UserId(thread.User),
                    thread.Incident,
                    thread.Recipient,
                    thread.Root,
                    thread.Last,
                    Time(thread.At),
                    (Rung)thread.Highest
                )),
            ],
            [.. record.Windows.Select(window => new ReportWindow(window.Recipient, Time(window.Since), window.Count))],
            record.Dropped
        );

    public static ReportPolicyRecord Write(ReportPolicy policy) =>
        new()
        {
            Admin = policy.Admin,
            Owner = policy.Owner,
            User = policy.User,
            Webhook = policy.Webhook,
            Abuse = policy.Abuse,
            Links = policy.Links,
            FromRung = (int)policy.FromRung,
            OwnerAddress = policy.OwnerAddress,
            UserAddress = policy.UserAddress,
            Language = policy.Language,
        };

    /// <summary>What an older node did not say is as it always was.</summary>
    public static ReportPolicy Read(ReportPolicyRecord? record) =>
        record is null
            ? ReportPolicy.Default
            : new ReportPolicy(
                record.Admin,
                record.Owner,
                record.User,
                record.Webhook,
                record.Abuse,
                record.Links,
                (Rung)record.FromRung,
                record.OwnerAddress,
                record.UserAddress,
                record.Language
            );

    private static DispatchRecord Write(ReportDispatch dispatch)
    {
        var record = new DispatchRecord
        {
            At = Time(dispatch.At),
            Id = dispatch.Id,
            Target = Write(dispatch.Target),
            Digest = dispatch.Digest,
            Root = dispatch.Root,
            Before = dispatch.Before,
            Dead = dispatch.Dead,
        };
        record.Items.Add(dispatch.Items.Select(Write));
        return record;
    }

    private static ReportDispatch Read(DispatchRecord record) =>
        new(record.Id, Time(record.At), Read(record.Target), [.. record.Items.Select(Read)], record.Digest, record.Root, record.Before, record.Dead);

    private static ReportItemRecord Write(ReportItem item) =>
        new()
        {
            Effect = EffectWire.Write(item.Effect),
            Target = Write(item.Target),
            Incident = item.Incident,
        };

    private static ReportItem Read(ReportItemRecord record) => new(EffectWire.Read(record.Effect), Read(record.Target), record.Incident);

    private static TargetRecord Write(ReportTarget target) =>
        new()
        {
            Channel = (int)target.Channel,
            Recipient = target.Recipient,
            Audience = (int)target.Audience,
            Language = target.Language,
        };

    private static ReportTarget Read(TargetRecord record) =>
        new((ReportChannel)record.Channel, record.Recipient, (ReportAudience)record.Audience, record.Language);
}
