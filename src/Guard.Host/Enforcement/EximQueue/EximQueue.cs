using System.Runtime.CompilerServices;
using Guard.Host.Enforcement.Queues;
using Guard.Host.Platform;
using Guard.Messages.Identity;

namespace Guard.Host.Enforcement.EximQueue;

/// <summary>Exim's queue; on hold is what it calls frozen. Whose a mail is says the login in its spool file; only mail of this machine's own programs goes by
/// its sender.</summary>
/// <param name="accountOf">Whose account a login or sender is; null when nobody's.</param>
public sealed class EximQueue(IProcessRunner runner, Func<string, UserId?> accountOf) : IMailQueue
{
    private const string Program = "exim";
    private const int AtOnce = 50;

    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    private Dictionary<string, EximEnvelope> _seen = new(StringComparer.Ordinal);

    public async Task<IReadOnlyList<QueuedMail>> List(Func<QueuedMail, bool> wanted, CancellationToken cancellation = default)
    {
        var outcome = await runner.Run(new ProcessRequest(Program, "-bpr") { Timeout = Patience, OutputLimit = 64 << 20 }, cancellation).ConfigureAwait(false);
        if (!outcome.Succeeded)
            throw new EnforcementException($"Exim: could not list the queue: {outcome.Complaint}");
        return [.. EximListing.Parse(outcome.Output).Where(wanted)];
    }

    public async IAsyncEnumerable<IReadOnlyList<QueuedMail>> Of(
        UserId user,
        IReadOnlySet<string> submitted,
        IReadOnlyList<QueuedMail> mails,
        [EnumeratorCancellation] CancellationToken cancellation = default
    )
    {
        var seen = new Dictionary<string, EximEnvelope>(StringComparer.Ordinal);
        foreach (var some in mails.Chunk(AtOnce))
        {
            foreach (var mail in some)
                if ((_seen.GetValueOrDefault(mail.Id) ?? await EnvelopeAsync(mail.Id, cancellation).ConfigureAwait(false)) is { } envelope)
                    seen[mail.Id] = envelope;
            yield return [.. some.Where(mail => seen.TryGetValue(mail.Id, out var envelope) && OwnerOf(mail, envelope) == user)];
        }
        // What left the queue is forgotten.
        _seen = seen;
    }

    /// <exception cref="EnforcementException">Some of it is being delivered, which cannot be stopped: it is to be tried again.</exception>
    public async Task Hold(IReadOnlyCollection<string> ids, CancellationToken cancellation = default)
    {
        var wanted = ids.ToHashSet(StringComparer.Ordinal);
        await SayAsync("-Mf", ids, cancellation).ConfigureAwait(false);
        var busy = await List(mail => !mail.IsOnHold && wanted.Contains(mail.Id), cancellation).ConfigureAwait(false);
        if (busy.Count > 0)
            throw new EnforcementException($"Exim: {busy.Count} mails are being delivered just now ({busy[0].Id}), and cannot be held before that ends");
    }

    public Task Release(IReadOnlyCollection<string> ids, CancellationToken cancellation = default) => SayAsync("-Mt", ids, cancellation);

    public Task Delete(IReadOnlyCollection<string> ids, CancellationToken cancellation = default) => SayAsync("-Mrm", ids, cancellation);

    private UserId? OwnerOf(QueuedMail mail, EximEnvelope envelope) =>
        envelope.Login.Length > 0 ? accountOf(envelope.Login)
        : envelope.IsLocal && mail.Sender.Length > 0 ? accountOf(mail.Sender)
        : null;

    /// <summary>Null for a mail that left the queue meanwhile.</summary>
    private async Task<EximEnvelope?> EnvelopeAsync(string id, CancellationToken cancellation)
    {
        var outcome = await runner.Run(new ProcessRequest(Program, "-Mvh", id) { OutputLimit = 4 << 20 }, cancellation).ConfigureAwait(false);
        return outcome.Succeeded ? EximEnvelope.Parse(outcome.Output) : null;
    }

    /// <summary>Exim says of each mail what became of it, and ends badly for one that is gone or is being delivered.</summary>
    private async Task SayAsync(string action, IReadOnlyCollection<string> ids, CancellationToken cancellation)
    {
        foreach (var some in ids.Where(IsId).Chunk(AtOnce))
        {
            var outcome = await runner.Run(new ProcessRequest(Program, [action, .. some]) { Timeout = Patience }, cancellation).ConfigureAwait(false);
            if (outcome.Complaint.Contains("ermission denied", StringComparison.Ordinal))
                throw new EnforcementException($"Exim: could not change the queue: {outcome.Complaint}");
        }
    }

    private static bool IsId(string id) => id.Length is 16 or 23 && id[6] == '-' && id.All(one => one == '-' || char.IsAsciiLetterOrDigit(one));
}
