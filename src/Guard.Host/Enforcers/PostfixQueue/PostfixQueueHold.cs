using Guard.Host.Enforcers.Locks;
using Guard.Messages.Identity;

namespace Guard.Host.Enforcers.PostfixQueue;

/// <summary>
/// Holds the mail of one account in Postfix's queue, and releases or deletes what it held and nothing else: mail that an administrator put on hold
/// stays there.
/// </summary>
public sealed class PostfixQueueHold(PostfixQueue queue, string ledgerPath)
{
    // A mail on its way from one queue to the next is missed now and then; the next round finds it.
    private const int Rounds = 3;

    private readonly LockLedger<HeldMail> _ledger = new(ledgerPath);

    /// <summary>Holds the mails with these ids and, when an address is given, those with it as envelope sender. Returns how many are newly held.</summary>
    /// <param name="ids">The ids known from the account's submissions; a thief may use any sender.</param>
    public async Task<int> Hold(UserId user, IReadOnlySet<string> ids, string? sender, CancellationToken cancellation = default)
    {
        // The empty sender is that of bounces, which are nobody's.
        bool Wanted(QueuedMail mail) => !mail.IsOnHold && (ids.Contains(mail.Id) || (!string.IsNullOrEmpty(sender) && mail.Sender.Equals(sender, StringComparison.OrdinalIgnoreCase)));
        var held = new HashSet<string>(StringComparer.Ordinal);
        for (var round = 0; round < Rounds; round++)
        {
            var mails = await queue.List(Wanted, cancellation).ConfigureAwait(false);
            if (mails.Count == 0)
                break;
            _ledger.Change(mails.Select(mail => KeyValuePair.Create(mail.Id, new HeldMail(user, mail))), []);
            await queue.Hold([.. mails.Select(mail => mail.Id)], cancellation).ConfigureAwait(false);
            held.UnionWith(mails.Select(mail => mail.Id));
        }
        return held.Count;
    }

    /// <summary>What is on hold for this account, or for all, because of AccountGuard.</summary>
    public async Task<IReadOnlyCollection<HeldMail>> List(UserId? user = null, CancellationToken cancellation = default)
    {
        var onHold = (await queue.List(mail => mail.IsOnHold, cancellation).ConfigureAwait(false)).ToDictionary(mail => mail.Id);
        bool Stands(HeldMail held) => onHold.TryGetValue(held.Mail.Id, out var mail) && mail.Arrived == held.Mail.Arrived;
        var gone = _ledger.Entries.Where(pair => !Stands(pair.Value)).Select(pair => pair.Key).ToArray();
        if (gone.Length > 0)
            _ledger.Change([], gone);
        return [.. _ledger.Entries.Values.Where(held => user is null || held.User == user).Select(held => held with { Mail = onHold[held.Mail.Id] })];
    }

    public Task<int> Release(UserId user, CancellationToken cancellation = default) => End(user, queue.Release, cancellation);

    public Task<int> Delete(UserId user, CancellationToken cancellation = default) => End(user, queue.Delete, cancellation);

    private async Task<int> End(UserId user, Func<IReadOnlyCollection<string>, CancellationToken, Task> act, CancellationToken cancellation)
    {
        string[] ids = [.. (await List(user, cancellation).ConfigureAwait(false)).Select(held => held.Mail.Id)];
        await act(ids, cancellation).ConfigureAwait(false);
        _ledger.Change([], ids);
        return ids.Length;
    }
}
