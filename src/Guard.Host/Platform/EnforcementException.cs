namespace Guard.Host.Platform;

/// <summary>
/// The machine could not be brought into the wanted state now. It is an I/O failure, so the effect stays owed and comes again.
/// </summary>
public sealed class EnforcementException(string message, Exception? inner = null) : IOException(message, inner);
