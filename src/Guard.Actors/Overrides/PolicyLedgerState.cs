using System.Collections.Immutable;
using Guard.Messages.Policies;

namespace Guard.Actors.Overrides;

/// <summary>A subject with its last changes, oldest first.</summary>
public sealed record OverriddenSubject(StandingOverride Standing, ImmutableArray<PastOverride> Past);

/// <summary>Every policy that was set at run time. Immutable and pure.</summary>
/// <param name="Revision">Counts every change.</param>
public sealed record PolicyLedgerState(long Revision, ImmutableSortedDictionary<string, OverriddenSubject> Subjects) : Messages.IGuardMessage
{
    public const int MaxPast = 50;

    /// <summary>Nothing set.</summary>
    public const string Nothing = "{}";

    public static PolicyLedgerState Empty { get; } = new(0, ImmutableSortedDictionary.Create<string, OverriddenSubject>(StringComparer.Ordinal));

    public long VersionOf(string subject) => Subjects.TryGetValue(subject, out var known) ? known.Standing.Version : 0;

    public string OwnOf(string subject) => Subjects.TryGetValue(subject, out var known) ? known.Standing.Own : Nothing;

    /// <summary>What a change comes to; without an event nothing is changed.</summary>
    public (ChangeOutcome Outcome, PolicyOverridden? Event) Decide(PolicyLedgerCommands.Change change)
    {
        if (change.Own.Length > PolicyLedgerCommands.LongestOwn)
            return (ChangeOutcome.TooLong, null);
        if (change.BasedOn != VersionOf(change.Subject))
            return (ChangeOutcome.SubjectChanged, null);
        if (change.Revision != Revision)
            return (ChangeOutcome.CheckedAgainstOld, null);
        if (change.Own == OwnOf(change.Subject))
            return (ChangeOutcome.Same, null);
        return (
            ChangeOutcome.Done,
            new PolicyOverridden(change.At, Revision + 1, change.Subject, change.BasedOn + 1, change.Own, change.Who, change.From, change.Why)
        );
    }

    public PolicyLedgerState Apply(PolicyOverridden change)
    {
        var before = OwnOf(change.Subject);
        var past = Subjects.TryGetValue(change.Subject, out var known) ? known.Past : [];
        if (past.Length >= MaxPast)
            past = past.RemoveAt(0);
        var standing = new StandingOverride(change.Subject, change.Version, change.Revision, change.Own, change.At, change.Who);
        return new(
            change.Revision,
            Subjects.SetItem(
                change.Subject,
                new OverriddenSubject(standing, past.Add(new PastOverride(change.Version, change.At, change.Who, change.Why, before, change.Own)))
            )
        );
    }

    /// <summary>What somebody who knows a revision has not heard of, in the order in which it happened.</summary>
    public IEnumerable<StandingOverride> Behind(long revision) =>
        Subjects.Values.Select(subject => subject.Standing).Where(standing => standing.Revision > revision).OrderBy(standing => standing.Revision);

    /// <summary>The newest changes of a subject first, as many as one message between nodes can hold.</summary>
    public PolicyLedgerCommands.PastChanges History(string subject)
    {
        const int MaxCharacters = 80 * 1024;
        var fitting = ImmutableArray.CreateBuilder<PastOverride>();
        var length = 0;
        foreach (var past in Subjects.TryGetValue(subject, out var known) ? known.Past.Reverse() : [])
        {
            length += past.Before.Length + past.After.Length + past.Why.Length;
            if (length > MaxCharacters && fitting.Count > 0)
                break;
            fitting.Add(past);
        }
        return new PolicyLedgerCommands.PastChanges(subject, fitting.ToImmutable());
    }
}
