namespace Guard.Host.Intake.DovecotAuthPolicy;

/// <summary>The guard cannot do now what was asked, and saying it had would be a lie.</summary>
internal sealed class AuthPolicyBusyException(string message = "the guard could not do it in time") : Exception(message);
