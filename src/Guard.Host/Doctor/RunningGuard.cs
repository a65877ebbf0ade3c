using Guard.Host.Configuration;
using Guard.Host.Inspection;
using Guard.Host.Node;
using Guard.Host.Node.Health;

namespace Guard.Host.Doctor;

/// <summary>What a running guard finds of itself, with the rights of its own user: what this command's user may do says nothing of what the guard may.</summary>
internal static class RunningGuard
{
    private const string Check = "guard";

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(15);

    /// <returns>Its findings, and whether it answered.</returns>
    public static async Task<(bool Answered, IReadOnlyList<Finding> Findings)> AskAsync(GuardSettings settings, CancellationToken cancellation)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        limit.CancelAfter(Patience);
        var findings = new List<(string Node, Finding Finding)>();
        var notes = new List<string>();
        try
        {
            await foreach (var item in new InspectionClient(settings.InspectionSocket).AskAsync([HealthWords.Command], limit.Token).ConfigureAwait(false))
            {
                if (item.Note.Length > 0)
                    notes.Add(item.Note);
                else
                    findings.Add(HealthWords.Read(item.Cells));
            }
        }
        catch (InspectionException silent)
        {
            return (
                false,
                [
                    Finding.Fault(
                        Check,
                        silent.Message,
                        "start it (systemctl start accountguard, or accountguard run) with this configuration; its log says why it ended. Root and inspection.group may ask it"
                    ),
                ]
            );
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            return (false, [Finding.Fault(Check, $"accepts at {settings.InspectionSocket}, but does not answer", "see its log, and start it again")]);
        }
        var several = findings.Select(one => one.Node).Distinct().Skip(1).Any();
        return (
            true,
            [
                Finding.Ok(Check, $"answers at {settings.InspectionSocket}"),
                .. notes.Select(note => Finding.Fault($"{Check} node", note, "is this node started, and can it be reached?")),
                .. findings.Select(one => several ? one.Finding with { Check = $"{one.Finding.Check} at {one.Node}" } : one.Finding),
            ]
        );
    }
}
