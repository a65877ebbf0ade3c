namespace Guard.Host.Enforcement.Firewall;

/// <summary>What another program did to the guard's part of the firewall.</summary>
/// <param name="Removed">All of it is gone, as after <c>flush ruleset</c>; else a part of it was changed.</param>
/// <param name="By">The program, as far as the kernel tells; empty when it does not.</param>
public readonly record struct FirewallDisturbance(bool Removed, string By);

/// <summary>Notices within seconds what other programs do to the guard's part of the firewall.</summary>
public interface IFirewallWatch
{
    /// <summary>Tells of it until it is disposed, on a thread of its own.</summary>
    /// <param name="unable">Told once, in words, when it cannot be noticed.</param>
    IDisposable Watch(Action<FirewallDisturbance> changed, Action<string> unable);
}
