using System.Collections.Immutable;
using System.Runtime.CompilerServices;
using Guard.Host.Enforcement.Queues;
using Guard.Host.Platform;
using Guard.Messages.Identity;

namespace Guard.Host.Enforcement.SendmailQueue;

/// <summary>
/// Sendmail's queue; on hold is what it calls quarantined. Sendmail does not write down who logged in, so whose a mail is says what its log and its milter told
/// of the account's submissions.
/// </summary>
/// <param name="configuration">Another sendmail.cf than the usual one.</param>
public sealed class SendmailQueue(IProcessRunner runner, TimeProvider clock, string program = "sendmail", string? configuration = null) : IMailQueue
{
    private const string Reason = "AccountGuard";
    private const int AtOnce = 200;

    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    private ImmutableArray<string> Which => configuration is null ? [] : [$"-C{configuration}"];

    public async Task<IReadOnlyList<QueuedMail>> List(Func<QueuedMail, bool> wanted, CancellationToken cancellation = default) =>
        [.. (await Both(cancellation).ConfigureAwait(false)).Select(one => one.Mail).Where(wanted)];

    public async IAsyncEnumerable<IReadOnlyList<QueuedMail>> Of(
        UserId user,
        IReadOnlySet<string> submitted,
        IReadOnlyList<QueuedMail> mails,
        [EnumeratorCancellation] CancellationToken cancellation = default
    )
    {
        await Task.CompletedTask.ConfigureAwait(false);
        yield return [.. mails.Where(mail => submitted.Contains(mail.Id))];
    }

    public Task Hold(IReadOnlyCollection<string> ids, CancellationToken cancellation = default) =>
        Quarantine([$"-Q{Reason}"], ids, "quarantine mail", cancellation);

    /// <summary>Of the quarantined mail (<c>-qQ</c>), these ids are so no longer (<c>-Q</c> without a reason).</summary>
    public Task Release(IReadOnlyCollection<string> ids, CancellationToken cancellation = default) =>
        Quarantine(["-qQ", "-Q"], ids, "release mail", cancellation);

    /// <summary>There is no command for it: the files of a quarantined mail, which no queue run touches, are removed.</summary>
    public async Task Delete(IReadOnlyCollection<string> ids, CancellationToken cancellation = default)
    {
        var wanted = ids.Where(IsId).ToHashSet(StringComparer.Ordinal);
        foreach (
            var one in (await Both(cancellation).ConfigureAwait(false)).Where(one =>
                one.Mail.IsOnHold && wanted.Contains(one.Mail.Id) && one.Directory.Length > 0
            )
        )
        {
            Check(
                await runner
                    .Run(
                        new ProcessRequest(
                            "find",
                            one.Directory,
                            "-maxdepth",
                            "2",
                            "-type",
                            "f",
                            "(",
                            "-name",
                            $"hf{one.Mail.Id}",
                            "-o",
                            "-name",
                            $"df{one.Mail.Id}",
                            ")",
                            "-delete"
                        ),
                        cancellation
                    )
                    .ConfigureAwait(false),
                "delete mail"
            );
        }
    }

    private async Task<IReadOnlyList<(QueuedMail Mail, string Directory)>> Both(CancellationToken cancellation)
    {
        var waiting = await Listing([], false, cancellation).ConfigureAwait(false);
        var held = await Listing(["-qQ"], true, cancellation).ConfigureAwait(false);
        // One that is quarantined between the two is in both.
        return [.. held.Concat(waiting).DistinctBy(one => one.Mail.Id)];
    }

    private async Task<IReadOnlyList<(QueuedMail Mail, string Directory)>> Listing(ImmutableArray<string> which, bool held, CancellationToken cancellation)
    {
        var outcome = await runner
            .Run(new ProcessRequest(program, [.. Which, "-bp", .. which]) { Timeout = Patience, OutputLimit = 64 << 20 }, cancellation)
            .ConfigureAwait(false);
        Check(outcome, "list the queue");
        return SendmailListing.Parse(outcome.Output, held, clock.GetUtcNow());
    }

    private async Task Quarantine(ImmutableArray<string> action, IReadOnlyCollection<string> ids, string what, CancellationToken cancellation)
    {
        // An id is taken for a part of one; whole ids are parts of no other.
        foreach (var some in ids.Where(IsId).Chunk(AtOnce))
            Check(
                await runner
                    .Run(new ProcessRequest(program, [.. Which, .. action, .. some.Select(id => $"-qI{id}")]) { Timeout = Patience }, cancellation)
                    .ConfigureAwait(false),
                what
            );
    }

    private static bool IsId(string id) => id.Length is >= 14 and <= 20 && id.All(char.IsAsciiLetterOrDigit);

    private static void Check(ProcessOutcome outcome, string what)
    {
        if (!outcome.Succeeded)
            throw new EnforcementException($"Sendmail: could not {what}: {outcome.Complaint}");
    }
}
