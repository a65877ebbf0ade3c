using System.Collections.Immutable;
using Guard.Actors.Policies.Geography;

namespace Guard.Actors.Enforcement.Blocking;

/// <summary>What becomes of a request.</summary>
public abstract record BlockVerdict
{
    private BlockVerdict() { }

    /// <summary>Block it.</summary>
    /// <param name="Replaced">Blocks of single addresses that the block of their network makes needless.</param>
    /// <param name="Offence">1 for the first time, 2 for the second, and so on.</param>
    public sealed record Block(WantedBlock Wanted, DateTimeOffset At, ImmutableArray<NetworkPrefix> Replaced, int Offence) : BlockVerdict;

    /// <summary>Too many accounts are at home behind it: slow it down instead.</summary>
    public sealed record Limit(NetworkPrefix Network, DateTimeOffset At, DateTimeOffset Until, double KnownGoodShare) : BlockVerdict;

    /// <summary>So many accounts are at home behind it that it is neither blocked nor limited: it is a webmail, a proxy, an office.</summary>
    public sealed record Gateway(NetworkPrefix Network, int AtHome) : BlockVerdict;

    /// <summary>Somebody logged in from the prefix, or is at home around the address: it is left alone.</summary>
    public sealed record Inhabited(NetworkPrefix Network, int Seen) : BlockVerdict;

    /// <summary>It stands already at least as long.</summary>
    public sealed record Standing(NetworkPrefix By, DateTimeOffset Until) : BlockVerdict;

    /// <summary>It belongs to, or contains, a network that is never blocked.</summary>
    public sealed record Exempted(NetworkPrefix By) : BlockVerdict;

    /// <summary>The breaker is open; ask again after <paramref name="Retry"/>.</summary>
    public sealed record HeldBack(DateTimeOffset Retry, string Why) : BlockVerdict;
}
