using System.Collections.Immutable;
using Guard.Host.ConsoleModel.Audit;
using Guard.Host.ConsoleModel.Contracts;
using Guard.Host.Node;
using Guard.Host.Node.Questions;
using Guard.Host.Platform;
using Guard.Messages.Identity;

namespace Guard.Host.ConsoleModel.ReadModel;

/// <summary>New passwords by this node's command, ended sessions on every node.</summary>
internal sealed class AttackFollowUp(InspectedNode node, IAuditLog audit) : IAttackFollowUp
{
    public async Task<FollowUps> LookAsync(AccessScope scope, UserId user, CancellationToken cancel)
    {
        scope.Demand(AccessRights.View, user, node.Policies.Current.SiteOf(user));
        var held = await AccountStanding.HeldAsync(node, user, cancel).ConfigureAwait(false);
        return new FollowUps(node.Passwords is not null, node.Sessions is not null, held.GetValueOrDefault(user));
    }

    public Task<string> ResetPasswordAsync(AccessScope scope, UserId user, string why, CancellationToken cancel) =>
        DoAsync(scope, user, "account.reset-password", why, () => ResetAsync(user, why, cancel), answer => answer, cancel);

    public Task<ImmutableArray<string>> EndSessionsAsync(AccessScope scope, UserId user, string why, CancellationToken cancel) =>
        DoAsync(
            scope,
            user,
            "account.end-sessions",
            why,
            async () =>
                (await NodeInquiry.ListAsync(node, NodeQuestions.SessionsEnd, [user.Value], cancel).ConfigureAwait(false))
                    .Select(one => one.Item is { } item ? $"{one.Node}: {item.Text}" : one.Note)
                    .ToImmutableArray(),
            answers => string.Join("; ", answers),
            cancel
        );

    private async Task<string> ResetAsync(UserId user, string why, CancellationToken cancel)
    {
        var passwords = node.Passwords ?? throw new UnavailableException("no command for new passwords is set (enforcement.locks.reset-password-command)");
        // Programs start with work before their first await.
        return await Task.Run(() => passwords.Reset(user, why, cancel), cancel).ConfigureAwait(false) is { } refused
            ? throw new UnavailableException(refused)
            : "the command for a new password was run";
    }

    private Task<T> DoAsync<T>(AccessScope scope, UserId user, string act, string why, Func<Task<T>> run, Func<T, string> words, CancellationToken cancel)
    {
        var site = node.Policies.Current.SiteOf(user);
        scope.Demand(AccessRights.Act, user, site);
        return AuditedAct.RunAsync(
            audit,
            AuditDraft.Of(scope, act, site, user.Value, why),
            async () =>
            {
                try
                {
                    return await run().ConfigureAwait(false);
                }
                catch (Exception failure) when (failure is EnforcementException or InspectionException)
                {
                    throw new UnavailableException(failure.Message);
                }
            },
            words,
            cancel
        );
    }
}
