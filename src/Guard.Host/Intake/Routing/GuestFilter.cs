using Guard.Actors.Behaviour;
using Guard.Messages.Addresses;
using Guard.Messages.Places;

namespace Guard.Host.Intake.Routing;

/// <summary>An account that logs in from an address again and again tells it nothing new until the next day. What is let through once too often changes
/// nothing.</summary>
internal sealed class GuestFilter
{
    private const int Max = 100_000;

    private readonly Dictionary<(NetworkAddress, ulong), int> _seen = [];

    /// <param name="everyLogin">Some policy counts logins by their address: each is told.</param>
    public bool IsNews(AddressAttempt attempt, bool everyLogin)
    {
        if (everyLogin || attempt.Kind != AttemptKind.Succeeded)
            return true;
        var key = (AddressKeys.Party(attempt.Address), attempt.Account);
        var day = (int)(attempt.At.ToUnixTimeSeconds() / FailureTimes.Day);
        if (_seen.TryGetValue(key, out var last) && last == day)
            return false;
        if (_seen.Count >= Max)
            _seen.Clear();
        _seen[key] = day;
        return true;
    }
}
