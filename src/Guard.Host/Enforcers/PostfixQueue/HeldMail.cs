using Guard.Messages.Identity;

namespace Guard.Host.Enforcers.PostfixQueue;

/// <summary>A mail that AccountGuard put on hold for an account.</summary>
public sealed record HeldMail(UserId User, QueuedMail Mail);
