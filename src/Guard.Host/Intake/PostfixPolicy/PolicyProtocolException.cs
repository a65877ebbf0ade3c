using Guard.Host.Intake.Sockets;

namespace Guard.Host.Intake.PostfixPolicy;

/// <summary>The peer does not speak policy delegation or exceeds the limits; its connection is over.</summary>
public sealed class PolicyProtocolException(string message) : ProtocolException(message);
