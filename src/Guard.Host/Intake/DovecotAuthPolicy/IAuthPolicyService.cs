using Guard.Messages.Places;

namespace Guard.Host.Intake.DovecotAuthPolicy;

/// <summary>What stands behind the auth policy calls; the lists are looked at before it is asked.</summary>
public interface IAuthPolicyService
{
    /// <summary>A login as the guard names accounts, so that an entry of a list holds for it however it is written.</summary>
    string NameOf(string login) => login;

    ValueTask<AuthPolicyReply> AllowAsync(LoginAttempt attempt, CancellationToken cancel);

    /// <summary>Done when the report is durable: only then the caller hears that it was taken.</summary>
    ValueTask ReportAsync(LoginReport report, CancellationToken cancel);

    /// <summary>Forgets what is held against an address, a login, or both; entries of the black list are already gone.</summary>
    ValueTask ResetAsync(NetworkAddress address, string login, CancellationToken cancel);

    /// <summary>What is known about an address, a login, or both: named numbers in named groups.</summary>
    ValueTask<IReadOnlyDictionary<string, IReadOnlyDictionary<string, long>>> StatsAsync(NetworkAddress address, string login, CancellationToken cancel);
}
