using Guard.Host.Enforcement.Locks;
using Guard.Messages.Identity;

namespace Guard.Host.Enforcement.Queues;

/// <summary>
/// Holds the mail of accounts in a server's queue and remembers in a file what it held, so that mail which an administrator put on hold stays there, and mail
/// that an administrator let go is not held again.
/// </summary>
public sealed class MailHold(IMailQueue queue, string ledgerPath) : IMailHold, IDisposable
{
    // A mail on its way from one queue to the next is missed now and then; the next round finds it.
    private const int Rounds = 3;

    private readonly LockLedger<HeldMail> _ledger = new(ledgerPath, LedgerJson.Default.HeldMails);

    // A worker holds while an admin lets go.
    private readonly SemaphoreSlim _one = new(1, 1);

    public Task<int> Hold(UserId user, IReadOnlySet<string> submitted, DateTimeOffset? arrivedBefore, CancellationToken cancellation = default) =>
        Alone(
            async () =>
            {
                var held = new HashSet<string>(StringComparer.Ordinal);
                for (var round = 0; round < Rounds; round++)
                {
                    var before = held.Count;
                    var waiting = await queue
                        .List(mail => !mail.IsOnHold && (arrivedBefore is null || mail.Arrived <= arrivedBefore), cancellation)
                        .ConfigureAwait(false);
                    await foreach (var mails in queue.Of(user, submitted, [.. waiting.Where(mail => !IsLetGo(mail))], cancellation).ConfigureAwait(false))
                    {
                        if (mails.Count == 0)
                            continue;
                        _ledger.Change(mails.Select(mail => KeyValuePair.Create(mail.Id, new HeldMail(user, mail))), []);
                        await queue.Hold([.. mails.Select(mail => mail.Id)], cancellation).ConfigureAwait(false);
                        held.UnionWith(mails.Select(mail => mail.Id));
                    }
                    if (held.Count == before)
                        break;
                }
                return held.Count;
            },
            cancellation
        );

    public async Task<IReadOnlyCollection<HeldMail>> List(UserId? user, CancellationToken cancellation = default)
    {
        var held = await Alone(() => Held(user, cancellation), cancellation).ConfigureAwait(false);
        // All accounts' mail is only counted, and that often.
        if (user is null || held.Count == 0)
            return held;
        var subjects = await queue.Subjects([.. held.Select(one => one.Mail)], cancellation).ConfigureAwait(false);
        return [.. held.Select(one => one with { Mail = one.Mail with { Subject = subjects.GetValueOrDefault(one.Mail.Id, "") } })];
    }

    public Task<int> Release(UserId user, CancellationToken cancellation = default) =>
        Alone(
            async () =>
            {
                // Said again at every start for those who were released lately: most have nothing here.
                if (!_ledger.Entries.Values.Any(one => one.User == user && one.State != HoldState.LetGo))
                    return 0;
                var held = await Held(user, cancellation).ConfigureAwait(false);
                Note(HoldState.Leaving);
                await queue.Release([.. held.Select(one => one.Mail.Id)], cancellation).ConfigureAwait(false);
                Note(HoldState.LetGo);
                return held.Count;

                // Noted first: a mail that went and is held again at once would wait for a second word.
                void Note(HoldState state) => _ledger.Change(held.Select(one => KeyValuePair.Create(one.Mail.Id, one with { State = state })), []);
            },
            cancellation
        );

    public Task<int> Delete(UserId user, CancellationToken cancellation = default) =>
        Alone(
            async () =>
            {
                string[] ids = [.. (await Held(user, cancellation).ConfigureAwait(false)).Select(one => one.Mail.Id)];
                await queue.Delete(ids, cancellation).ConfigureAwait(false);
                _ledger.Change([], ids);
                return ids.Length;
            },
            cancellation
        );

    public void Dispose() => _one.Dispose();

    private bool IsLetGo(QueuedMail mail) => _ledger.Entries.TryGetValue(mail.Id, out var known) && known.State != HoldState.Held && known.Mail.IsSame(mail);

    /// <summary>What is on hold now, and ours: whatever else is in the ledger left the queue, or is another mail with an old id.</summary>
    private async Task<IReadOnlyCollection<HeldMail>> Held(UserId? user, CancellationToken cancellation)
    {
        if (_ledger.Entries.Count == 0)
            return [];
        var queued = (await queue.List(mail => _ledger.Entries.ContainsKey(mail.Id), cancellation).ConfigureAwait(false))
            .Where(mail => _ledger.Entries[mail.Id].Mail.IsSame(mail))
            .ToDictionary(mail => mail.Id);
        var gone = _ledger.Entries.Keys.Where(id => !queued.ContainsKey(id)).ToArray();
        if (gone.Length > 0)
            _ledger.Change([], gone);
        return [.. _ledger.Entries.Values.Where(one => one.State != HoldState.LetGo && (user is null || one.User == user) && queued[one.Mail.Id].IsOnHold)];
    }

    private async Task<T> Alone<T>(Func<Task<T>> act, CancellationToken cancellation)
    {
        await _one.WaitAsync(cancellation).ConfigureAwait(false);
        try
        {
            return await act().ConfigureAwait(false);
        }
        finally
        {
            _one.Release();
        }
    }
}
