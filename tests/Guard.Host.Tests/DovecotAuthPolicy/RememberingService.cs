using System.Collections.Concurrent;
using Guard.Host.Intake.DovecotAuthPolicy;
using Guard.Messages.Places;

namespace Guard.Host.Tests.DovecotAuthPolicy;

/// <summary>Answers as told and keeps what it heard.</summary>
internal sealed class RememberingService : IAuthPolicyService
{
    public Func<LoginAttempt, ValueTask<AuthPolicyReply>> Decide { get; set; } = static _ => new(AuthPolicyReply.Allow());

    public Func<LoginReport, ValueTask> Take { get; set; } = static _ => default;

    public ConcurrentQueue<object> Heard { get; } = new();

    public ValueTask<AuthPolicyReply> AllowAsync(LoginAttempt attempt, CancellationToken cancel)
    {
        Heard.Enqueue(attempt);
        return Decide(attempt);
    }

    public ValueTask ReportAsync(LoginReport report, CancellationToken cancel)
    {
        Heard.Enqueue(report);
        return Take(report);
    }

    public ValueTask ResetAsync(NetworkAddress address, string login, CancellationToken cancel)
    {
        Heard.Enqueue((address.ToString(), login));
        return default;
    }

    public ValueTask<IReadOnlyDictionary<string, IReadOnlyDictionary<string, long>>> StatsAsync(
        NetworkAddress address,
        string login,
        CancellationToken cancel
    ) => new(new Dictionary<string, IReadOnlyDictionary<string, long>> { ["logins"] = new Dictionary<string, long> { ["countLogins"] = 3 } });
}
