using System.Collections.Immutable;
using Akka.Actor;
using Guard.Actors.Enforcement;
using Guard.Host.Enforcement;
using Guard.Host.Enforcement.Locks;
using Guard.Host.Texts;
using Guard.Messages.Enforcement;

namespace Guard.Host.Node.Health;

/// <summary>Whether what was decided is carried out: each way of enforcement, effects that accounts wait for, reports.</summary>
internal sealed class EffectChecks(InspectedNode node, TimeProvider time)
{
    /// <summary>Effects are confirmed within seconds.</summary>
    public static readonly TimeSpan OwedTooLong = TimeSpan.FromSeconds(30);

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(3);

    private const string ReportPrefix = "report ";

    private readonly Lock _looking = new();
    private (string Oldest, long Since) _owed = ("", 0);

    public async Task<ImmutableArray<Finding>> LookAsync(CancellationToken cancel)
    {
        var workers = await Task.WhenAll(node.Workers.Select(worker => WorkerAsync(worker, cancel))).ConfigureAwait(false);
        return [.. workers, Owed(), .. await ReportsAsync(cancel).ConfigureAwait(false)];
    }

    private static async Task<Finding> WorkerAsync(IActorRef worker, CancellationToken cancel)
    {
        try
        {
            return Of(await worker.Ask<WorkerStatus>(GetWorkerStatus.Instance, Patience, cancel).ConfigureAwait(false));
        }
        catch (AskTimeoutException)
        {
            return Finding.Fault($"enforcement {worker.Path.Name}", "does not answer", "start the guard again, and please report it");
        }
    }

    public static Finding Of(WorkerStatus status)
    {
        var check = CheckOf(status.Name);
        if (status.Failures > 0)
            return Finding.Fault(
                check,
                FormattableString.Invariant(
                    $"failed {status.Failures} times in a row, {status.Wanted} wanted, {status.Pending} to be done: {IncidentText.Safe(status.LastError)}"
                ),
                Remedy(status.Name)
            );
        // What is refused because inline answers do it is no failure.
        var refused = status.Refused.Where(why => !why.EndsWith(LockWorker.Elsewhere, StringComparison.Ordinal)).ToArray();
        if (refused.Length == 0)
            return Finding.Ok(check, FormattableString.Invariant($"{status.Wanted} stand, {status.Pending} to be done"));
        var text = FormattableString.Invariant($"{refused.Length} refused for good, last: {IncidentText.Safe(refused[^1])}");
        return status.Wanted > 0 && refused.Length >= status.Wanted
            ? Finding.Fault(check, $"{text}; nothing that is wanted stands", Remedy(status.Name))
            : Finding.Warning(check, text, Remedy(status.Name));
    }

    /// <summary>Whoever is not told is no matter of enforcement.</summary>
    public static string CheckOf(string worker) =>
        worker.StartsWith(ReportPrefix, StringComparison.Ordinal) ? $"reports {worker[ReportPrefix.Length..]}" : $"enforcement {worker}";

    private static string Remedy(string name) =>
        name.StartsWith("firewall", StringComparison.Ordinal) || name.StartsWith("limits", StringComparison.Ordinal)
            ? "install what enforcement.firewall.backend names, and let the guard run with CAP_NET_ADMIN, or use the helper (docs/enforcement.md)"
        : name.StartsWith("report", StringComparison.Ordinal) ? "correct reports; accountguard doctor tries the mail server and the receivers"
        : "correct the rights of the guard's user, or enforcement.locks (docs/enforcement.md); it is tried again by itself";

    /// <summary>An effect that nobody confirms: whoever carries it out, here or on another node, does not answer.</summary>
    private Finding Owed()
    {
        const string check = "enforcement effects";
        var owed = node.Entities.Owed.OrderBy(effect => effect.At).ToArray();
        lock (_looking)
        {
            var oldest = owed.Length == 0 ? "" : $"{owed[0].User} {owed[0].Kind} {owed[0].At.UtcTicks} {owed[0].Address}";
            if (oldest != _owed.Oldest)
                _owed = (oldest, time.GetTimestamp());
            if (owed.Length == 0)
                return Finding.Ok(check, "none waits");
            var waited = time.GetElapsedTime(_owed.Since);
            return waited < OwedTooLong
                ? Finding.Ok(check, FormattableString.Invariant($"{owed.Length} under way"))
                : Finding.Fault(
                    check,
                    FormattableString.Invariant(
                        $"{owed.Length} wait, the first for {waited.TotalSeconds:F0} s: {IncidentText.Safe(IncidentText.Subject(owed[0]))}"
                    ),
                    "accountguard inspect outbox shows them; are all nodes and the journal well?"
                );
        }
    }

    private async Task<IEnumerable<Finding>> ReportsAsync(CancellationToken cancel)
    {
        const string check = "reports";
        if (node.Reports is not { } reports)
            return [];
        try
        {
            var outbox = await reports.Ask<ReportSnapshot>(ReportDelivery.List.Instance, Patience, cancel).ConfigureAwait(false);
            var dead = outbox.Open.Where(dispatch => dispatch.Dead.Length > 0).OrderByDescending(dispatch => dispatch.At).ToArray();
            return
            [
                dead.Length == 0
                    ? Finding.Ok(check, FormattableString.Invariant($"{outbox.Open.Length} under way, none undeliverable"))
                    : Finding.Fault(
                        check,
                        FormattableString.Invariant($"{dead.Length} could not be delivered, last: {IncidentText.Safe(dead[0].Dead)}"),
                        "correct reports (accountguard doctor tries them), then: accountguard inspect reports retry"
                    ),
            ];
        }
        catch (AskTimeoutException)
        {
            return [Finding.Fault(check, "the outbox of reports does not answer", "is the journal well?")];
        }
    }
}
