using System.Collections.Immutable;
using Guard.Host.Node.Questions;
using Guard.Messages.Decisions;
using Guard.Messages.Identity;
using Guard.Messages.Policies;
using Guard.Messages.Users;

namespace Guard.Host.Node;

/// <summary>What an account's entity does not know of it: its held mail, and whether this machine's servers carry its lock out.</summary>
public static class AccountStanding
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(3);

    public static async Task<UserStatus> CompleteAsync(InspectedNode node, UserStatus status, CancellationToken cancel) =>
        status with
        {
            HeldMails = (await HeldAsync(node, status.User, cancel).ConfigureAwait(false)).GetValueOrDefault(status.User),
            Gaps = GapsOf(node, status.Rung, status.Mode),
        };

    /// <summary>What goes on although the account is locked; empty where it is not, or nobody knows of a gap.</summary>
    public static ImmutableArray<Reason> GapsOf(InspectedNode node, Rung rung, GuardMode mode) =>
        rung < Rung.Suspended || mode != GuardMode.Enforce ? [] : node.Gaps?.All ?? [];

    /// <summary>How many mails of which account the nodes hold in their queues. A queue that does not answer soon has none.</summary>
    /// <param name="user">Null: of all.</param>
    public static async Task<IReadOnlyDictionary<UserId, int>> HeldAsync(InspectedNode node, UserId? user, CancellationToken cancel)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        patience.CancelAfter(Patience);
        try
        {
            return (await NodeInquiry.ListAsync(node, NodeQuestions.HeldMail, user is { } one ? [one.Value] : [], patience.Token).ConfigureAwait(false))
                .Where(held => held.Item is not null)
                .CountBy(held => held.Item!.User)
                .ToDictionary();
        }
        catch (OperationCanceledException) when (!cancel.IsCancellationRequested)
        {
            return ImmutableDictionary<UserId, int>.Empty;
        }
        catch (InspectionException)
        {
            // No queue is held here.
            return ImmutableDictionary<UserId, int>.Empty;
        }
    }
}
