using Guard.Actors.Reactions;
using Guard.Host.Texts;
using Guard.Messages.Identity;
using Guard.Messages.Policies;

namespace Guard.Host.Replay;

/// <summary>An account that two configurations treat differently.</summary>
/// <param name="StoppedBefore">Mails that the first would have stopped.</param>
/// <param name="Why">When and why the stricter one first stood on its highest rung; empty when only the number of stopped mails differs.</param>
public sealed record TreatedDifferently(UserId User, Rung Before, Rung After, long StoppedBefore, long StoppedAfter, string Why);

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
            var (stopped, stops) = (state.Totals.Stopped, After.Find(user)?.Totals.Stopped ?? 0);
            if (was == becomes && stopped == stops)
                continue;
            var change =
                was == becomes ? null
                : becomes > was ? _after.Find(user)
                : _before.Find(user);
            var why = change is null ? "" : $"{IncidentText.Time(change.At)}: {string.Join("; ", change.Reasons.Take(2).Select(ReasonText.Of))}";
            found.Add(new TreatedDifferently(user, was, becomes, stopped, stops, why));
        }
        return
        [
            .. found
                .OrderByDescending(one => Math.Abs(one.After - one.Before))
                .ThenByDescending(one => Math.Abs(one.StoppedAfter - one.StoppedBefore))
                .ThenBy(one => one.User.Value, StringComparer.Ordinal),
        ];
    }
}
