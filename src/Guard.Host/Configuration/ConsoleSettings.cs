using System.Net;

namespace Guard.Host.Configuration;

/// <summary>Where the node's web server listens.</summary>
/// <param name="Chosen">Somebody wrote another address than the usual one down: when it cannot be had, the start ends.</param>
public sealed record ConsoleSettings(IPEndPoint Listen, bool Chosen);
