using System.Collections.Immutable;
using Guard.Host.Platform;
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
    private readonly LatestEntries<UserId, ImmutableList<Login>> _byName = new(names);

    public void Add(Login failure)
    {
        lock (_gate)
        {
            var before = _byName.TryGet(failure.User, out var known) ? known : [];
            _byName.Set(failure.User, before.Count < MaxOfName ? before.Add(failure) : before.RemoveAt(0).Add(failure));
        }
    }

    /// <summary>What there is of a name that now does something itself, oldest first; it is not kept any longer.</summary>
    public ImmutableList<Login> Take(UserId user, DateTimeOffset at)
    {
        lock (_gate)
        {
            // Nearly always there is none: this is asked with everything that an account does.
            return _byName.Count > 0 && _byName.Remove(user, out var failures)
                ? failures.RemoveAll(failure => at - failure.At > Within || failure.At > at)
                : [];
        }
    }
}
