using System.Collections.Immutable;
using Guard.Host.ConsoleModel.Audit;
using Guard.Host.ConsoleModel.Contracts;
using Guard.Host.Node;
using Guard.Host.Node.Questions;
using Guard.Messages.Identity;

namespace Guard.Host.ConsoleModel.ReadModel;

/// <summary>Mail on hold, asked of every node: each answers for its own queue.</summary>
internal sealed class HeldMails(InspectedNode node, IAuditLog audit) : IHeldMail
{
    public async Task<ImmutableArray<HeldMailRow>> ListAsync(AccessScope scope, UserId user, CancellationToken cancel)
    {
        scope.Demand(AccessRights.View, user, node.Policies.Current.SiteOf(user));
        var held = await AskAsync(NodeQuestions.HeldMail, user, cancel).ConfigureAwait(false);
        return
        [
            .. held.Where(one => one.Item is not null)
                .Select(one => new HeldMailRow(
                    one.Node,
                    one.Item!.User,
                    one.Item.Mail.Id,
                    one.Item.Mail.Arrived,
                    one.Item.Mail.Size,
                    one.Item.Mail.Recipients,
                    one.Item.Mail.Sender
                )
                {
                    Subject = one.Item.Mail.Subject,
                })
                .OrderBy(row => row.Arrived),
        ];
    }

    public Task<ImmutableArray<string>> SendAsync(AccessScope scope, UserId user, string why, CancellationToken cancel) =>
        EndAsync(scope, user, "queue.release", NodeQuestions.QueueRelease, why, cancel);

    public Task<ImmutableArray<string>> DeleteAsync(AccessScope scope, UserId user, string why, CancellationToken cancel) =>
        EndAsync(scope, user, "queue.delete", NodeQuestions.QueueDelete, why, cancel);

    private Task<ImmutableArray<string>> EndAsync(AccessScope scope, UserId user, string act, QueueEndQuestion question, string why, CancellationToken cancel)
    {
        var site = node.Policies.Current.SiteOf(user);
        scope.Demand(AccessRights.Act, user, site);
        return AuditedAct.RunAsync<ImmutableArray<string>>(
            audit,
            AuditDraft.Of(scope, act, site, user.Value, why),
            async () =>
            {
                var ended = await AskAsync(question, user, cancel).ConfigureAwait(false);
                return [.. ended.Select(one => one.Item is { } item ? $"{one.Node}: {item.Text}" : one.Note)];
            },
            answers => string.Join("; ", answers),
            cancel
        );
    }

    /// <exception cref="UnavailableException">This node holds no queue, or its mail server's tools failed.</exception>
    private async Task<List<NodeItem<T>>> AskAsync<T>(NodeQuestion<T> question, UserId user, CancellationToken cancel)
    {
        try
        {
            return await NodeInquiry.ListAsync(node, question, [user.Value], cancel).ConfigureAwait(false);
        }
        catch (InspectionException failure)
        {
            throw new UnavailableException(failure.Message);
        }
    }
}
