using System.Collections.Immutable;
using Guard.Actors.Overrides;
using Guard.Messages.Policies;
using Guard.Messages.Wire;
using static Guard.Actors.Serialization.BasicWire;

namespace Guard.Actors.Serialization;

/// <summary>Contracts of policies set at run time.</summary>
internal static class PolicyLedgerManifests
{
    public static IReadOnlyList<Contract> All { get; } =
    [
        GuardManifests.Of<PolicyOverridden, PolicyOverriddenRecord>("p.overridden.1", Write, PolicyOverriddenRecord.Parser, Read),
        GuardManifests.Of<PolicyLedgerState, PolicyLedgerSnapshotRecord>("p.snap.1", Write, PolicyLedgerSnapshotRecord.Parser, Read),
        GuardManifests.Of<StandingOverride, StandingOverrideRecord>("p.standing.1", Write, StandingOverrideRecord.Parser, Read),
        GuardManifests.Of<PolicyLedgerCommands.Change, PolicyChangeRecord>(
            "p.change.1",
            change => new PolicyChangeRecord
            {
                Id = change.Id,
                Subject = change.Subject,
                Own = change.Own,
                BasedOn = change.BasedOn,
                Revision = change.Revision,
                At = Time(change.At),
                Who = change.Who,
                From = change.From,
                Why = change.Why,
            },
            PolicyChangeRecord.Parser,
            record => new PolicyLedgerCommands.Change(
                record.Id,
                record.Subject,
                record.Own,
                record.BasedOn,
                record.Revision,
                Time(record.At),
                record.Who,
                record.From,
                record.Why
            )
        ),
        GuardManifests.Of<PolicyLedgerCommands.Follow, PolicyFollowRecord>(
            "p.follow.1",
            follow => new PolicyFollowRecord { Known = follow.Known },
            PolicyFollowRecord.Parser,
            record => new PolicyLedgerCommands.Follow(record.Known)
        ),
        GuardManifests.Of<PolicyLedgerCommands.Standing, PolicyFollowRecord>(
            "p.told.1",
            told => new PolicyFollowRecord { Known = told.Revision },
            PolicyFollowRecord.Parser,
            record => new PolicyLedgerCommands.Standing(record.Known)
        ),
        GuardManifests.Of<PolicyLedgerCommands.GetHistory, PolicyHistoryRecord>(
            "p.history.1",
            history => new PolicyHistoryRecord { Subject = history.Subject },
            PolicyHistoryRecord.Parser,
            record => new PolicyLedgerCommands.GetHistory(record.Subject)
        ),
        GuardManifests.Of<PolicyLedgerCommands.PastChanges, PolicyHistoryRecord>(
            "p.past.1",
            past =>
            {
                var record = new PolicyHistoryRecord { Subject = past.Subject };
                record.Changes.Add(past.Changes.Select(Write));
                return record;
            },
            PolicyHistoryRecord.Parser,
            record => new PolicyLedgerCommands.PastChanges(record.Subject, [.. record.Changes.Select(Read)])
        ),
        GuardManifests.Of<PolicyLedgerCommands.ChangeAnswer, PolicyAnswerRecord>(
            "p.answer.1",
            answer => new PolicyAnswerRecord
            {
                Outcome = (int)answer.Outcome,
                Version = answer.Version,
                Revision = answer.Revision,
            },
            PolicyAnswerRecord.Parser,
            record => new PolicyLedgerCommands.ChangeAnswer((ChangeOutcome)record.Outcome, record.Version, record.Revision)
        ),
    ];

    /// <summary>Those that are stored.</summary>
    public static IReadOnlyList<string> Stored { get; } = ["p.overridden.1", "p.snap.1"];

    private static PolicyOverriddenRecord Write(PolicyOverridden change) =>
        new()
        {
            At = Time(change.At),
            Revision = change.Revision,
            Subject = change.Subject,
            Version = change.Version,
            Own = change.Own,
            Who = change.Who,
            From = change.From,
            Why = change.Why,
        };

    private static PolicyOverridden Read(PolicyOverriddenRecord record) =>
        new(Time(record.At), record.Revision, record.Subject, record.Version, record.Own, record.Who, record.From, record.Why);

    private static StandingOverrideRecord Write(StandingOverride standing) =>
        new()
        {
            Subject = standing.Subject,
            Version = standing.Version,
            Revision = standing.Revision,
            Own = standing.Own,
            At = Time(standing.At),
            Who = standing.Who,
        };

    private static StandingOverride Read(StandingOverrideRecord record) =>
        new(record.Subject, record.Version, record.Revision, record.Own, Time(record.At), record.Who);

    private static PastOverrideRecord Write(PastOverride past) =>
        new()
        {
            Version = past.Version,
            At = Time(past.At),
            Who = past.Who,
            Why = past.Why,
            Before = past.Before,
            After = past.After,
        };

    private static PastOverride Read(PastOverrideRecord record) => new(record.Version, Time(record.At), record.Who, record.Why, record.Before, record.After);

    private static PolicyLedgerSnapshotRecord Write(PolicyLedgerState state)
    {
        var record = new PolicyLedgerSnapshotRecord { Revision = state.Revision };
        foreach (var subject in state.Subjects.Values)
        {
            var one = new OverriddenSubjectRecord { Standing = Write(subject.Standing) };
            one.Past.Add(subject.Past.Select(Write));
            record.Subjects.Add(one);
        }
        return record;
    }

    private static PolicyLedgerState Read(PolicyLedgerSnapshotRecord record) =>
        new(
            record.Revision,
            record.Subjects.ToImmutableSortedDictionary(
                one => one.Standing.Subject,
                one => new OverriddenSubject(Read(one.Standing), [.. one.Past.Select(Read)]),
                StringComparer.Ordinal
            )
        );
}
