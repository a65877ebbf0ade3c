using Guard.Host.Intake.Sockets;

namespace Guard.Host.Intake.Syslog;

/// <summary>A sender does not speak syslog, or writes messages longer than anybody needs.</summary>
public sealed class SyslogProtocolException(string message) : ProtocolException(message);
