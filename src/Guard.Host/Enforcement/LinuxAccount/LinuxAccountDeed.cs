namespace Guard.Host.Enforcement.LinuxAccount;

/// <summary>What AccountGuard did to a system account, and what was there before.</summary>
/// <param name="LockedPassword">False when the password was locked already, or there was none.</param>
/// <param name="Expiry">The expiry field of before, as in /etc/shadow; empty for none.</param>
internal sealed record LinuxAccountDeed(string Login, DateTimeOffset? Until, bool LockedPassword, string Expiry);
