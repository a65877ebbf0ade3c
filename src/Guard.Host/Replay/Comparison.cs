using System.Collections.Immutable;
using Guard.Actors.Reactions;
using Guard.Host.Texts;
using Guard.Messages.Decisions;
using Guard.Messages.Identity;
using Guard.Messages.Policies;

namespace Guard.Host.Replay;

/// <summary>An account that two configurations treat differently.</summary>
/// <param name="StoppedBefore">Mails that the first would have stopped.</param>
/// <param name="Why">When and why the stricter one first stood on its highest rung; empty when only the numbers of stopped mails or refused logins differ.</param>
public sealed record TreatedDifferently(UserId User, Rung Before, Rung After, long StoppedBefore, long StoppedAfter, string Why)
{
    /// <summary>Logins with the right password that the first would have refused.</summary>
    public long RefusedBefore { get; init; }

    public long RefusedAfter { get; init; }

    /// <summary>What <see cref="Why"/> is made from.</summary>
    public DateTimeOffset? At { get; init; }

    public ImmutableArray<Reason> Reasons { get; init; } = [];
}

/// <summary>What would have been different with another configuration over the same logs.</summary>
public sealed class Comparison
{
    private readonly CollectingWriter _before = new();
    private readonly CollectingWriter _after = new();

    public Comparison(PolicyBook before, PolicyBook after) => (Before, After) = (new ReplayEngine(before, _before), new ReplayEngine(after, _after));

    public ReplayEngine Before { get; }

    public ReplayEngine After { get; }

    /// <summary>Those most affected first.</summary>
    public IReadOnlyList<TreatedDifferently> Differences()
    {
        var found = new List<TreatedDifferently>();
        foreach (var state in Before.Users)
        {
            var user = state.User;
            var (was, becomes) = (_before.HighestOf(user), _after.HighestOf(user));
            var (totals, then) = (state.Totals, After.Find(user)?.Totals ?? default);
            if (was == becomes && totals.Stopped == then.Stopped && totals.RefusedLogins == then.RefusedLogins)
                continue;
            var change =
                was == becomes ? null
                : becomes > was ? _after.Find(user)
                : _before.Find(user);
            ImmutableArray<Reason> reasons = change is null ? [] : [.. change.Reasons.Take(2)];
            var why = change is null ? "" : $"{IncidentText.Time(change.At)}: {string.Join("; ", reasons.Select(ReasonText.Of))}";
            found.Add(
                new TreatedDifferently(user, was, becomes, totals.Stopped, then.Stopped, why)
                {
                    RefusedBefore = totals.RefusedLogins,
                    RefusedAfter = then.RefusedLogins,
                    At = change?.At,
                    Reasons = reasons,
                }
            );
        }
        return MostAffectedFirst(found);
    }

    public static IReadOnlyList<TreatedDifferently> MostAffectedFirst(IEnumerable<TreatedDifferently> found) =>
        [
            .. found
                .OrderByDescending(one => Math.Abs(one.After - one.Before))
                .ThenByDescending(one => Math.Abs(one.StoppedAfter - one.StoppedBefore) + Math.Abs(one.RefusedAfter - one.RefusedBefore))
                .ThenBy(one => one.User.Value, StringComparer.Ordinal),
        ];
}
