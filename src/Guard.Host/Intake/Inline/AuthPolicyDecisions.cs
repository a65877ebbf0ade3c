using Guard.Host.Intake.DovecotAuthPolicy;
using Guard.Messages.Decisions;
using Guard.Messages.Identity;
using Guard.Messages.Observations;
using Guard.Messages.Places;

namespace Guard.Host.Intake.Inline;

/// <summary>Answers Dovecot and clients of weakforced from the accounts' entities.</summary>
internal sealed class AuthPolicyDecisions(InlineJudge judge, bool reportsCount, RetriedPasswords retried, SlowedAccounts slowed) : IAuthPolicyService
{
    public string NameOf(string login) => judge.UserOf(login)?.Value ?? login;

    public async ValueTask<AuthPolicyReply> AllowAsync(LoginAttempt attempt, CancellationToken cancel)
    {
        if (judge.UserOf(attempt.Login) is not { } user)
            return AuthPolicyReply.Allow();
        var decision = await judge.CheckLoginAsync(user, attempt.Remote, ServiceOf(attempt.Protocol), cancel).ConfigureAwait(false);
        // Dovecot knows no "later": a quota that is used up refuses as well, for as long as it is.
        if (decision.Verdict != Verdict.Allow)
            return AuthPolicyReply.Refuse(judge.Text(decision));
        var delay = slowed.DelayOf(user, attempt.Remote);
        return delay > TimeSpan.Zero && judge.Enforces(user) ? AuthPolicyReply.Delay(delay) : AuthPolicyReply.Allow();
    }

    public async ValueTask ReportAsync(LoginReport report, CancellationToken cancel)
    {
        // A refusal of our own says nothing about who tried, nor does the server's own trouble.
        if (
            !reportsCount
            || report.PolicyReject
            || report is { Success: false, FailType: "policy" or "internal" }
            || judge.UserOf(report.Attempt.Login) is not { } user
        )
            return;
        var outcome = report.Success ? LoginOutcome.Succeeded : FailureOf(report, user);
        var password = outcome is LoginOutcome.WrongPassword or LoginOutcome.RetriedPassword ? retried.MarkFor(user, report.Attempt.PasswordHash) : 0;
        if (report.Success)
            slowed.Succeeded(user);
        else if (outcome == LoginOutcome.WrongPassword)
            slowed.Failed(user, report.Attempt.Remote);
        await judge.LoginAsync(user, report.Attempt.Remote, ServiceOf(report.Attempt.Protocol), outcome, cancel, password).ConfigureAwait(false);
    }

    private LoginOutcome FailureOf(LoginReport report, UserId user) =>
        report.FailType switch
        {
            "account" => LoginOutcome.UnknownUser,
            "expired" or "disabled" => LoginOutcome.Refused,
            _ => retried.Note(user, report.Attempt.PasswordHash) ? LoginOutcome.RetriedPassword : LoginOutcome.WrongPassword,
        };

    public async ValueTask ResetAsync(NetworkAddress address, string login, CancellationToken cancel)
    {
        if (!address.IsNone)
            await judge.ForgetAddressAsync(address, cancel).ConfigureAwait(false);
        if (judge.UserOf(login) is { } user)
            await judge.ForgetAttemptsAsync(user, new Author("weakforced API", "reset"), cancel).ConfigureAwait(false);
    }

    public async ValueTask<IReadOnlyDictionary<string, IReadOnlyDictionary<string, long>>> StatsAsync(
        NetworkAddress address,
        string login,
        CancellationToken cancel
    )
    {
        var groups = new Dictionary<string, IReadOnlyDictionary<string, long>>();
        if (judge.UserOf(login) is { } user)
        {
            var status = await judge.StatusAsync(user, cancel).ConfigureAwait(false);
            groups["totals"] = new Dictionary<string, long>
            {
                ["logins"] = status.Totals.Logins,
                ["failures"] = status.Totals.Failures,
                ["submissions"] = status.Totals.Submissions,
                ["recipients"] = status.Totals.Recipients,
                ["stopped"] = status.Totals.Stopped,
            };
            groups["quotas"] = status.Quotas.DistinctBy(quota => quota.Quota).ToDictionary(quota => quota.Quota, quota => quota.Used);
        }
        if (!address.IsNone && await judge.AddressStatusAsync(address, cancel).ConfigureAwait(false) is { } known)
            groups["addresses"] = new Dictionary<string, long>
            {
                ["failures"] = known.Failures,
                ["accounts"] = known.Accounts,
                ["network-failures"] = known.NetworkFailures,
                ["at-home"] = known.AtHome,
            };
        return groups;
    }

    private static Service ServiceOf(string protocol) =>
        protocol.ToLowerInvariant() switch
        {
            "smtp" or "submission" => Service.Smtp,
            "imap" => Service.Imap,
            "pop3" => Service.Pop3,
            "sieve" or "managesieve" => Service.Sieve,
            "ftp" => Service.Ftp,
            "ssh" => Service.Ssh,
            "http" or "web" => Service.Web,
            _ => Service.Other,
        };
}
