using System.Collections.Immutable;
using Guard.Host.Enforcers.Processes;

namespace Guard.Host.Enforcers.PostfixQueue;

/// <summary>Postfix's queue: lists it, and holds, releases or deletes mails in it by id. Ids that are gone are passed over.</summary>
/// <param name="configuration">Another configuration directory than the usual one.</param>
public sealed class PostfixQueue(IProcessRunner runner, string? configuration = null)
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    private ImmutableArray<string> Which => configuration is null ? [] : ["-c", configuration];

    public async Task<IReadOnlyList<QueuedMail>> List(Func<QueuedMail, bool> wanted, CancellationToken cancellation = default)
    {
        var mails = new List<QueuedMail>();
        void Take(string line)
        {
            if (line.Length > 0 && QueuedMail.Parse(line) is var mail && wanted(mail))
                mails.Add(mail);
        }
        Check(await runner.Run(new ProcessRequest("postqueue", [.. Which, "-j"]) { OnLine = Take, Timeout = Patience }, cancellation).ConfigureAwait(false), "list the queue");
        return mails;
    }

    public Task Hold(IReadOnlyCollection<string> ids, CancellationToken cancellation = default) => Super("-h", ids, "hold mail", cancellation);

    public Task Release(IReadOnlyCollection<string> ids, CancellationToken cancellation = default) => Super("-H", ids, "release mail", cancellation);

    public Task Delete(IReadOnlyCollection<string> ids, CancellationToken cancellation = default) => Super("-d", ids, "delete mail", cancellation);

    private async Task Super(string action, IReadOnlyCollection<string> ids, string what, CancellationToken cancellation)
    {
        // "ALL" among the ids would mean everybody's mail.
        var safe = ids.Where(id => id != "ALL" && id.Length is > 0 and < 64 && id.All(char.IsAsciiLetterOrDigit)).ToArray();
        if (safe.Length == 0)
            return;
        var request = new ProcessRequest("postsuper", [.. Which, action, "-"]) { Input = string.Join('\n', safe) + "\n", Timeout = Patience };
        Check(await runner.Run(request, cancellation).ConfigureAwait(false), what);
    }

    private static void Check(ProcessOutcome outcome, string what)
    {
        if (!outcome.Succeeded)
            throw new EnforcementException($"Postfix: could not {what}: {outcome.Complaint}");
    }
}
