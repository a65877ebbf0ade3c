using Akka.Actor;

namespace Guard.Host.Enforcement.Firewall;

/// <summary>Another program touched the guard's part of the firewall. Local to a node.</summary>
internal sealed record FirewallDisturbed(FirewallDisturbance What) : INoSerializationVerificationNeeded;

/// <summary>How often it is told that another program touches the firewall: at once, then at most every ten minutes with how often it was.</summary>
internal sealed class DisturbanceLog(TimeProvider clock)
{
    private static readonly TimeSpan Pause = TimeSpan.FromMinutes(10);

    private DateTimeOffset _last = DateTimeOffset.MinValue;
    private int _since;

    /// <returns>How often it happened since it was told last, this time included; null when it is told later.</returns>
    public int? Note()
    {
        _since++;
        var now = clock.GetUtcNow();
        if (now - _last < Pause)
            return null;
        var count = _since;
        (_last, _since) = (now, 0);
        return count;
    }
}
