using Guard.Actors.Policies.Geography;

namespace Guard.Actors.Enforcement.Blocking;

/// <summary>A network that shall be blocked until a time. It always has an end.</summary>
public sealed record WantedBlock(NetworkPrefix Network, DateTimeOffset Until, string Reason = "")
{
    /// <summary>How many accounts are at home behind an address that is slowed down, as far as this machine knows. Local, never stored.</summary>
    public int AtHome { get; init; }
}
