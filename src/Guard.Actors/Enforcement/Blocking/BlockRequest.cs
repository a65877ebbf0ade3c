using Guard.Messages.Places;

namespace Guard.Actors.Enforcement.Blocking;

/// <summary>A reaction asks for an address to be blocked.</summary>
/// <param name="At">When the request is judged.</param>
/// <param name="Hold">How long a first offence is held.</param>
/// <param name="AccountsSeen">How many accounts used the address lately, the offended one included.</param>
/// <param name="AccountsAtHome">How many of them know the address well.</param>
public sealed record BlockRequest(NetworkAddress Address, DateTimeOffset At, TimeSpan Hold, string Reason, int AccountsSeen = 0, int AccountsAtHome = 0)
{
    /// <summary>Bits of the IPv6 prefix that is asked for; 0: what one party holds.</summary>
    public int PrefixLength { get; init; }

    /// <summary>How many accounts are at home in the network around it: blocked addresses there are not joined, and not held longer for coming
    /// back.</summary>
    public int AtHomeAround { get; init; }

    public double KnownGoodShare => AccountsSeen <= 0 ? 0 : Math.Clamp((double)AccountsAtHome / AccountsSeen, 0, 1);
}
