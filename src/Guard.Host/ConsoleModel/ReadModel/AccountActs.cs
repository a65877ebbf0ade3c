using Guard.Host.ConsoleModel.Audit;
using Guard.Host.ConsoleModel.Contracts;
using Guard.Host.Node;
using Guard.Messages;
using Guard.Messages.Identity;
using Guard.Messages.Policies;
using Guard.Messages.Users;

namespace Guard.Host.ConsoleModel.ReadModel;

/// <summary>What somebody does to an account: written down, then asked of its entity, which journals it before it answers.</summary>
internal sealed class AccountActs(InspectedNode node, IAuditLog audit) : IAccountActs
{
    public Task<string> ReleaseAsync(AccessScope scope, UserId user, string why, CancellationToken cancel) =>
        DoAsync(
            scope,
            AccessRights.Act,
            "account.release",
            user,
            why,
            new UserCommands.Release(user, node.Clock.Present) { By = new Author(scope.Who, why) },
            cancel
        );

    public Task<string> AbsolveAsync(AccessScope scope, UserId user, string why, CancellationToken cancel) =>
        DoAsync(
            scope,
            AccessRights.Answer,
            "account.absolve",
            user,
            why,
            new UserCommands.Absolve(user, node.Clock.Present) { By = new Author(scope.Who, why) },
            cancel
        );

    public Task<string> ConfirmAsync(AccessScope scope, UserId user, string why, CancellationToken cancel) =>
        DoAsync(
            scope,
            AccessRights.Answer,
            "account.confirm",
            user,
            why,
            new UserCommands.Confirm(user, node.Clock.Present) { By = new Author(scope.Who, why) },
            cancel
        );

    public Task<string> LockAsync(AccessScope scope, UserId user, DateTimeOffset? until, LockGrade? grade, string why, CancellationToken cancel)
    {
        if (until <= node.Clock.Present)
            throw new BadRequestException("the lock would be over before it began");
        string[] terms =
        [
            .. until is { } end ? [$"until {end.UtcDateTime:u}"] : Array.Empty<string>(),
            .. grade is { } much ? [Word(much)] : Array.Empty<string>(),
            why,
        ];
        var detail = string.Join("; ", terms.Where(term => term.Length > 0));
        return DoAsync(
            scope,
            AccessRights.Act,
            "account.lock",
            user,
            detail,
            new UserCommands.Lock(user, node.Clock.Present, until) { By = new Author(scope.Who, why), Grade = grade },
            cancel
        );
    }

    private static string Word(LockGrade grade) =>
        grade switch
        {
            LockGrade.Sending => "sending alone",
            LockGrade.Strange => "strange networks alone",
            _ => "everything",
        };

    public async Task<IReadOnlyList<string>> PreviewAsync(AccessScope scope, UserId user, CancellationToken cancel)
    {
        scope.Demand(AccessRights.View, user, node.Policies.Current.SiteOf(user));
        return [.. (await AccountWayBack.LookAsync(node, user, cancel).ConfigureAwait(false)).Lines];
    }

    private Task<string> DoAsync(AccessScope scope, AccessRights right, string act, UserId user, string detail, IWithUserId command, CancellationToken cancel)
    {
        var site = node.Policies.Current.SiteOf(user);
        scope.Demand(right, user, site);
        return AuditedAct.RunAsync(
            audit,
            AuditDraft.Of(scope, act, site, user.Value, detail),
            async () =>
                command is UserCommands.Release or UserCommands.Absolve
                    ? string.Join("\n", (await AccountWayBack.RunAsync(node, command, cancel).ConfigureAwait(false)).Lines)
                    : (await Answers.AskAsync<Done>(node, node.Regions.Users, command, cancel).ConfigureAwait(false)).Message,
            answer => answer,
            cancel
        );
    }
}
