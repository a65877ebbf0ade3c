namespace Guard.Host.Intake.DovecotAuthPolicy;

/// <summary>A request that cannot be understood; the message is what its sender is told.</summary>
public sealed class AuthPolicyRequestException(string message) : Exception(message);
