using Guard.Actors.Users;
using Guard.Messages.Identity;
using Guard.Messages.Policies;
using Guard.Messages.Users;

namespace Guard.Host.Node;

/// <summary>An account that was lately active on this node.</summary>
/// <param name="Activity">Observations, older ones fading: halved every ten minutes of the account's own time.</param>
public sealed record ActiveAccount(UserId User, SiteId Site, double Activity, double Score, Rung Rung, DateTimeOffset LastSeen);

/// <summary>How many accounts a node saw since its start, and where they stand.</summary>
/// <param name="More">There were more than it remembers.</param>
/// <param name="Rungs">How many stand above normal, by rung; in observe mode: would stand.</param>
public sealed record ActivitySummary(int Accounts, bool More, IReadOnlyDictionary<Rung, int> Rungs);

/// <summary>
/// The busiest accounts of a node and those with the highest scores, in a bounded memory: when it is full, half is forgotten, keeping the busiest and
/// the strangest.
/// </summary>
public sealed class ActivityMemory(int kept)
{
    private const double HalfLifeSeconds = 600;

    private readonly Lock _noting = new();
    private readonly Dictionary<UserId, ActiveAccount> _accounts = [];
    private bool _forgot;

    public void Note(SiteId site, UserEventBatch batch, UserState state)
    {
        var seen = 0;
        foreach (var change in batch.Events)
            seen += change is ObservationJudged ? 1 : 0;
        if (seen == 0 && state.LastSeen == 0)
            return;
        var at = DateTimeOffset.FromUnixTimeMilliseconds(state.LastSeen);
        lock (_noting)
        {
            var before = _accounts.TryGetValue(batch.User, out var known) ? Faded(known, at) : 0;
            _accounts[batch.User] = new ActiveAccount(batch.User, site, before + seen, state.LastScore, state.Reaction.Rung, at);
            if (_accounts.Count >= 2 * kept)
                Forget();
        }
    }

    /// <summary>The first accounts by activity or by score, as of the last account's time.</summary>
    public IReadOnlyList<ActiveAccount> Top(bool byScore, int count)
    {
        lock (_noting)
        {
            if (_accounts.Count == 0)
                return [];
            var now = _accounts.Values.Max(account => account.LastSeen);
            var faded = _accounts.Values.Select(account => account with { Activity = Faded(account, now) });
            return
            [
                .. (byScore ? faded.OrderByDescending(account => account.Score) : faded.OrderByDescending(account => account.Activity))
                    .ThenBy(account => account.User.Value, StringComparer.Ordinal)
                    .Take(count),
            ];
        }
    }

    public ActivitySummary Summary()
    {
        lock (_noting)
            return new ActivitySummary(
                _accounts.Count,
                _forgot,
                _accounts.Values.Where(account => account.Rung != Rung.Normal).CountBy(account => account.Rung).ToDictionary()
            );
    }

    private void Forget()
    {
        _forgot = true;
        var now = _accounts.Values.Max(account => account.LastSeen);
        var busiest = _accounts.Values.OrderByDescending(account => Faded(account, now)).Take(kept / 2);
        var strangest = _accounts.Values.OrderByDescending(account => account.Score).Take(kept / 2);
        var stay = busiest.Concat(strangest).Select(account => account.User).ToHashSet();
        foreach (var user in _accounts.Keys.Where(user => !stay.Contains(user)).ToArray())
            _accounts.Remove(user);
    }

    private static double Faded(ActiveAccount account, DateTimeOffset at) =>
        account.Activity * Math.Pow(0.5, Math.Max(0, (at - account.LastSeen).TotalSeconds) / HalfLifeSeconds);
}
