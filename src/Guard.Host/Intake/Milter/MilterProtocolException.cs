using Guard.Host.Intake.Sockets;

namespace Guard.Host.Intake.Milter;

/// <summary>The peer does not speak the milter protocol or exceeds the limits; its connection is over.</summary>
public sealed class MilterProtocolException(string message) : ProtocolException(message);
