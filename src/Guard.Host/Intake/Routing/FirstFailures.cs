using System.Collections.Immutable;
using Guard.Messages.Identity;
using Guard.Messages.Observations;

namespace Guard.Host.Intake.Routing;

/// <summary>
/// Failed logins of names that are no accounts yet. When such a name does something itself soon after, it was its owner's slip, or a guess that hit: then they
/// are the new account's first observations. Bounded in names, in failures of each, and in time; in a flood of names the oldest go. Thread-safe.
/// </summary>
/// <param name="names">How many names are kept; one takes about 300 bytes.</param>
public sealed class FirstFailures(int names = FirstFailures.MaxNames)
{
    public const int MaxNames = 4096;
    public const int MaxOfName = 32;

    /// <summary>Between a failure and what founds the account.</summary>
    public static readonly TimeSpan Within = TimeSpan.FromHours(1);

    private readonly Lock _gate = new();
    private readonly Dictionary<UserId, LinkedListNode<(UserId User, ImmutableList<Login> Failures)>> _byName = [];
    private readonly LinkedList<(UserId User, ImmutableList<Login> Failures)> _oldestFirst = [];

    public void Add(Login failure)
    {
        lock (_gate)
        {
            var before = ImmutableList<Login>.Empty;
            if (_byName.Remove(failure.User, out var known))
            {
                before = known.Value.Failures;
                _oldestFirst.Remove(known);
            }
            else if (_byName.Count >= names && _oldestFirst.First is { } oldest)
            {
                _byName.Remove(oldest.Value.User);
                _oldestFirst.RemoveFirst();
            }
            var failures = before.Count < MaxOfName ? before.Add(failure) : before.RemoveAt(0).Add(failure);
            _byName.Add(failure.User, _oldestFirst.AddLast((failure.User, failures)));
        }
    }

    /// <summary>What there is of a name that now does something itself, oldest first; it is not kept any longer.</summary>
    public ImmutableList<Login> Take(UserId user, DateTimeOffset at)
    {
        lock (_gate)
        {
            if (_byName.Count == 0 || !_byName.Remove(user, out var known))
                return [];
            _oldestFirst.Remove(known);
            return known.Value.Failures.RemoveAll(failure => at - failure.At > Within || failure.At > at);
        }
    }
}
