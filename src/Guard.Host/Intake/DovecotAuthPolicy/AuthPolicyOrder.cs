namespace Guard.Host.Intake.DovecotAuthPolicy;

/// <summary>A command that changed a list, or what is held against an account, as the audit has it.</summary>
/// <param name="Who">The user at the other end, or the address.</param>
/// <param name="Command">weakforced's name.</param>
/// <param name="Subject">Network, login, or both.</param>
public sealed record AuthPolicyOrder(string Who, string Command, string Subject);
