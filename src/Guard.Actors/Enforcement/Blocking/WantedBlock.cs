using Guard.Actors.Policies.Geography;

namespace Guard.Actors.Enforcement.Blocking;

/// <summary>A network that shall be blocked until a time. It always has an end.</summary>
public sealed record WantedBlock(NetworkPrefix Network, DateTimeOffset Until, string Reason = "");
