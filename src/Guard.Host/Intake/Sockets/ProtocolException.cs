namespace Guard.Host.Intake.Sockets;

/// <summary>The peer does not speak the protocol or exceeds its limits; its connection is over.</summary>
public abstract class ProtocolException(string message) : Exception(message);
