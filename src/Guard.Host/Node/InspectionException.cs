namespace Guard.Host.Node;

/// <summary>A command cannot be answered; the message says why.</summary>
public sealed class InspectionException(string message) : Exception(message);
