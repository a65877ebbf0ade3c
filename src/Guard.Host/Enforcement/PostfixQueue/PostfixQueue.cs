using System.Collections.Concurrent;
using System.Collections.Immutable;
using System.Runtime.CompilerServices;
using Guard.Host.Enforcement.Queues;
using Guard.Host.Platform;
using Guard.Messages.Identity;

namespace Guard.Host.Enforcement.PostfixQueue;

/// <summary>Postfix's queue. Whose a mail is says the login that Postfix wrote into its queue file; only mail of this machine's own programs goes by its
/// sender.</summary>
/// <param name="accountOf">Whose account a login or sender is; null when nobody's.</param>
/// <param name="configuration">Another configuration directory than the usual one.</param>
public sealed class PostfixQueue(IProcessRunner runner, Func<string, UserId?> accountOf, string? configuration = null) : IMailQueue
{
    // So many arguments a process; mail that is found is held before the next ones are looked at.
    private const int AtOnce = 200;

    // So many are tried one by one; for more the whole queue is run.
    private const int FewMails = 50;

    // So many subjects are read at a time, a process each: what a stranger wrote into one mail can then never stand for another's.
    private const int MaxSubjects = 40;

    // So many are remembered, since an open page asks again and again.
    private const int MaxRemembered = 2000;

    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    private Dictionary<(string Id, DateTimeOffset Arrived), PostfixEnvelope> _seen = [];

    private readonly ConcurrentDictionary<(string Id, DateTimeOffset Arrived), string> _subjects = new();

    private ImmutableArray<string> Which => configuration is null ? [] : ["-c", configuration];

    public async Task<IReadOnlyList<QueuedMail>> List(Func<QueuedMail, bool> wanted, CancellationToken cancellation = default)
    {
        // One that moves from queue to queue while they are listed is listed in both.
        var mails = new Dictionary<string, QueuedMail>(StringComparer.Ordinal);
        void Take(string line)
        {
            if (line.Length == 0)
                return;
            var mail = PostfixListing.Parse(line);
            if (wanted(mail))
                mails[mail.Id] = mail;
            else
                mails.Remove(mail.Id);
        }
        Check(
            await runner.Run(new ProcessRequest("postqueue", [.. Which, "-j"]) { OnLine = Take, Timeout = Patience }, cancellation).ConfigureAwait(false),
            "list the queue"
        );
        return [.. mails.Values];
    }

    public async IAsyncEnumerable<IReadOnlyList<QueuedMail>> Of(
        UserId user,
        IReadOnlySet<string> submitted,
        IReadOnlyList<QueuedMail> mails,
        [EnumeratorCancellation] CancellationToken cancellation = default
    )
    {
        var seen = new Dictionary<(string, DateTimeOffset), PostfixEnvelope>();
        foreach (var some in mails.Chunk(AtOnce))
        {
            var fresh = some.Where(mail => !_seen.ContainsKey((mail.Id, mail.Arrived))).ToDictionary(mail => mail.Id);
            foreach (var mail in some.Where(mail => !fresh.ContainsKey(mail.Id)))
                seen[(mail.Id, mail.Arrived)] = _seen[(mail.Id, mail.Arrived)];
            foreach (var envelope in await Envelopes([.. fresh.Keys], cancellation).ConfigureAwait(false))
                if (fresh.TryGetValue(envelope.Id, out var mail))
                    seen[(mail.Id, mail.Arrived)] = envelope;
            yield return [.. some.Where(mail => seen.TryGetValue((mail.Id, mail.Arrived), out var envelope) && OwnerOf(mail, envelope) == user)];
        }
        // What left the queue is forgotten.
        _seen = seen;
    }

    public async Task<IReadOnlyDictionary<string, string>> Subjects(IReadOnlyCollection<QueuedMail> mails, CancellationToken cancellation = default)
    {
        if (_subjects.Count > MaxRemembered)
            _subjects.Clear();
        foreach (var mail in mails.Where(mail => IsId(mail.Id) && !_subjects.ContainsKey((mail.Id, mail.Arrived))).Take(MaxSubjects))
            if (await Subject(mail.Id, cancellation).ConfigureAwait(false) is { } subject)
                _subjects[(mail.Id, mail.Arrived)] = subject;
        return mails
            .DistinctBy(mail => mail.Id)
            .Where(mail => _subjects.ContainsKey((mail.Id, mail.Arrived)))
            .ToDictionary(mail => mail.Id, mail => _subjects.GetValueOrDefault((mail.Id, mail.Arrived), ""));
    }

    public Task Hold(IReadOnlyCollection<string> ids, CancellationToken cancellation = default) => Super("-h", ids, "hold mail", cancellation);

    /// <summary>Lets it go at once: Postfix by itself would come to it with its next run of the queue, minutes later.</summary>
    public async Task Release(IReadOnlyCollection<string> ids, CancellationToken cancellation = default)
    {
        await Super("-H", ids, "release mail", cancellation).ConfigureAwait(false);
        IEnumerable<ImmutableArray<string>> tries =
            ids.Count > FewMails
                ?
                [
                    ["-f"],
                ]
                : ids.Where(IsId).Select(id => ImmutableArray.Create("-i", id));
        // What is not tried now, or left meanwhile, goes with that run.
        foreach (var words in tries)
            await runner.Run(new ProcessRequest("postqueue", [.. Which, .. words]) { Timeout = Patience }, cancellation).ConfigureAwait(false);
    }

    public Task Delete(IReadOnlyCollection<string> ids, CancellationToken cancellation = default) => Super("-d", ids, "delete mail", cancellation);

    /// <summary>A sender proves nothing when the mail came over the network: strangers write what they like there. The empty sender is that of
    /// bounces.</summary>
    private UserId? OwnerOf(QueuedMail mail, PostfixEnvelope envelope) =>
        envelope.Login.Length > 0 ? accountOf(envelope.Login)
        : envelope.IsLocal && mail.Sender.Length > 0 ? accountOf(mail.Sender)
        : null;

    private async Task<IReadOnlyList<PostfixEnvelope>> Envelopes(IReadOnlyList<string> ids, CancellationToken cancellation)
    {
        var envelopes = new List<PostfixEnvelope>();
        var left = ids.Where(IsId).ToList();
        while (left.Count > 0)
        {
            var outcome = await runner
                .Run(new ProcessRequest("postcat", [.. Which, "-e", "-q", .. left]) { Timeout = Patience, OutputLimit = 64 << 20 }, cancellation)
                .ConfigureAwait(false);
            var read = PostfixEnvelope.Parse(outcome.Output);
            envelopes.AddRange(read);
            if (outcome.Succeeded)
                break;
            if (!outcome.Error.Contains("No such file", StringComparison.Ordinal))
                Check(outcome, "read who handed queued mail in");
            // It stops at the first mail that left the queue meanwhile; the others are behind it.
            var known = read.Select(envelope => envelope.Id).ToHashSet(StringComparer.Ordinal);
            left = [.. left.SkipWhile(known.Contains).Skip(1)];
        }
        return envelopes;
    }

    /// <returns>Null where it cannot be read, such as of a mail that left meanwhile: the list of mails is worth more than their subjects.</returns>
    private async Task<string?> Subject(string id, CancellationToken cancellation)
    {
        try
        {
            var outcome = await runner
                .Run(new ProcessRequest("postcat", [.. Which, "-h", "-q", id]) { Timeout = Patience }, cancellation)
                .ConfigureAwait(false);
            return outcome.Succeeded ? MailSubject.Of(outcome.Output) : null;
        }
        catch (EnforcementException)
        {
            return null;
        }
    }

    private async Task Super(string action, IReadOnlyCollection<string> ids, string what, CancellationToken cancellation)
    {
        var safe = ids.Where(IsId).ToArray();
        if (safe.Length == 0)
            return;
        var request = new ProcessRequest("postsuper", [.. Which, action, "-"]) { Input = string.Join('\n', safe) + "\n", Timeout = Patience };
        Check(await runner.Run(request, cancellation).ConfigureAwait(false), what);
    }

    // "ALL" among the ids would mean everybody's mail.
    private static bool IsId(string id) => id != "ALL" && id.Length is > 0 and < 64 && id.All(char.IsAsciiLetterOrDigit);

    private static void Check(ProcessOutcome outcome, string what)
    {
        if (!outcome.Succeeded)
            throw new EnforcementException($"Postfix: could not {what}: {outcome.Complaint}");
    }
}
