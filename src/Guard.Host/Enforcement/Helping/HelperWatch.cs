using Guard.Host.Enforcement.Locks;
using Guard.Host.Platform;
using Guard.Messages.Identity;

namespace Guard.Host.Enforcement.Helping;

/// <summary>
/// What a daemon in a thief's hands may not do through the helper: touch administrators, or lock many accounts at once. The helper says no and tells the
/// admin by itself.
/// </summary>
/// <param name="perMinute">How many accounts a minute may be newly locked, thrown out or have their mail held.</param>
public sealed class HelperWatch(ProtectedAccounts accounts, int perMinute, IAdminAlarm alarm, TimeProvider clock)
{
    private const int MaxKnown = 100_000;

    private static readonly TimeSpan Minute = TimeSpan.FromMinutes(1);

    /// <summary>Who was asked about lately may be asked about again: retries and comparisons say everything once more.</summary>
    private static readonly TimeSpan Known = TimeSpan.FromDays(1);

    private readonly Dictionary<UserId, DateTimeOffset> _known = [];
    private readonly Queue<DateTimeOffset> _lately = new();

    /// <summary>Why nothing is done to an account, or null.</summary>
    public async Task<string?> WhyNot(UserId user, string what, CancellationToken cancellation)
    {
        if (await accounts.WhyAdministrator(user, cancellation).ConfigureAwait(false) is not { } why)
            return null;
        alarm.Tell($"the daemon asked to {what} an administrator: {why}; refused");
        return why;
    }

    /// <summary>Whether one more account may be touched in this minute. Those whose lock stands cost nothing.</summary>
    public bool Take(UserId user, bool stands = false)
    {
        var now = clock.GetUtcNow();
        if (stands || (_known.TryGetValue(user, out var seen) && now - seen < Known))
            return true;
        while (_lately.TryPeek(out var oldest) && now - oldest >= Minute)
            _lately.Dequeue();
        if (_lately.Count >= perMinute)
        {
            alarm.Tell($"the daemon asked for more than {perMinute} accounts within a minute (enforcement.helper.per-minute); the rest waits");
            return false;
        }
        _lately.Enqueue(now);
        if (_known.Count >= MaxKnown)
            foreach (var (old, at) in _known)
                if (now - at >= Known)
                    _known.Remove(old);
        if (_known.Count < MaxKnown)
            _known[user] = now;
        return true;
    }

    /// <summary>A failure that passes: the daemon asks again and gets further each time.</summary>
    public EnforcementException Wait(int left) => new($"{left} accounts wait: the helper touches no more than {perMinute} accounts a minute");
}
