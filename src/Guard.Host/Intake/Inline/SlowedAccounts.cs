using System.Collections.Immutable;
using Guard.Actors.Policies.Geography;
using Guard.Host.Geo;
using Guard.Messages.Identity;
using Guard.Messages.Places;

namespace Guard.Host.Intake.Inline;

/// <summary>
/// Who guesses through the installation's own webmail or proxy cannot be told from its people by address. The host is never shut out: each wrong password of an
/// account from there lets its next attempts wait, up to a quarter of a minute. In this process alone, bounded, thread-safe.
/// </summary>
internal sealed class SlowedAccounts(ImmutableArray<NetworkPrefix> ownProxies, TimeProvider clock, int maxAccounts = 10_000)
{
    /// <summary>Wrong passwords that anybody may have.</summary>
    public const int Tolerated = 5;

    public static readonly TimeSpan Longest = TimeSpan.FromSeconds(15);

    /// <summary>An hour after the last one all is forgotten.</summary>
    private static readonly TimeSpan Memory = TimeSpan.FromHours(1);

    private readonly Lock _gate = new();
    private readonly Dictionary<UserId, (int Failures, DateTimeOffset Last)> _accounts = [];

    public bool IsOwn(NetworkAddress address)
    {
        if (address.IsNone || AddressKinds.Of(address) == AddressKind.Loopback)
            return !address.IsNone;
        foreach (var network in ownProxies)
        {
            if (network.Contains(address))
                return true;
        }
        return false;
    }

    public void Failed(UserId user, NetworkAddress address)
    {
        if (!IsOwn(address))
            return;
        var now = clock.GetUtcNow();
        lock (_gate)
        {
            if (_accounts.Count >= maxAccounts && !_accounts.ContainsKey(user))
                DropOld(now);
            _accounts[user] = (Failures(user, now) + 1, now);
        }
    }

    public void Succeeded(UserId user)
    {
        lock (_gate)
            _accounts.Remove(user);
    }

    /// <summary>How long an attempt has to wait; zero from elsewhere.</summary>
    public TimeSpan DelayOf(UserId user, NetworkAddress address)
    {
        if (!IsOwn(address))
            return TimeSpan.Zero;
        lock (_gate)
        {
            var over = Failures(user, clock.GetUtcNow()) - Tolerated;
            return over <= 0 ? TimeSpan.Zero : TimeSpan.FromSeconds(Math.Min(Longest.TotalSeconds, Math.Pow(2, Math.Min(over, 8) - 1)));
        }
    }

    private int Failures(UserId user, DateTimeOffset now) => _accounts.TryGetValue(user, out var known) && now - known.Last < Memory ? known.Failures : 0;

    private void DropOld(DateTimeOffset now)
    {
        foreach (var (user, known) in _accounts)
        {
            if (now - known.Last >= Memory)
                _accounts.Remove(user);
        }
        if (_accounts.Count >= maxAccounts)
            _accounts.Clear();
    }
}
