using System.Collections.Immutable;
using Guard.Host.Node.Questions;
using Guard.Messages.Users;

namespace Guard.Host.Node;

/// <summary>What became of an account that was to be forgotten, with the proof: what was removed, and what is left.</summary>
/// <param name="Removed">Each with the node that removed it.</param>
/// <param name="Notes">Nodes that were silent, or could not.</param>
public sealed record ForgottenAccount(
    Guard.Messages.Identity.UserId User,
    string Message,
    ImmutableArray<(string Node, ErasedItems Items)> Removed,
    ImmutableArray<string> Notes
);

/// <summary>Forgets an account everywhere: first its entity, so that nothing more is written of it, then what every node keeps besides.</summary>
public static class AccountForgetting
{
    /// <exception cref="InspectionException">It does not answer.</exception>
    public static async Task<ForgottenAccount> RunAsync(InspectedNode node, UserCommands.Forget forget, CancellationToken cancel)
    {
        var before = await CountAsync(node, forget).ConfigureAwait(false);
        var done = await node.AskAsync<Done>(node.Regions.Users, forget, cancel).ConfigureAwait(false);
        if (done.Message == UserCommands.Forget.Stays)
            return new ForgottenAccount(forget.User, done.Message, [], []);
        var after = await CountAsync(node, forget).ConfigureAwait(false);
        var answers = await NodeInquiry.ListAsync(node, NodeQuestions.Erasure, [forget.User.Value], cancel).ConfigureAwait(false);
        return new ForgottenAccount(
            forget.User,
            done.Message,
            [
                (node.Name, new ErasedItems("journal rows", before.Rows - after.Rows, after.Rows, "")),
                (
                    node.Name,
                    new ErasedItems(
                        "snapshots",
                        Math.Max(0, before.Snapshots - after.Snapshots),
                        after.Snapshots,
                        after.Snapshots > 0 ? "empty: where its logs were read to, so that old lines do not found it anew" : ""
                    )
                ),
                .. answers.Where(answer => answer.Item is not null).Select(answer => (answer.Node, answer.Item!)),
            ],
            [.. answers.Where(answer => answer.Note.Length > 0).Select(answer => answer.Note)]
        );
    }

    private static Task<(long Rows, long Snapshots)> CountAsync(InspectedNode node, UserCommands.Forget forget) =>
        node.CountStored is { } count ? count(forget.User) : Task.FromResult((0L, 0L));
}
