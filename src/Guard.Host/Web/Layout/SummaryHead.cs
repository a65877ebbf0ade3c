using Guard.Host.ConsoleModel.Contracts;
using Guard.Host.Node.Health;

namespace Guard.Host.Web.Layout;

/// <summary>What the strip says first: as severe as whatever it says behind it of what does not work.</summary>
/// <param name="About">Null: all is well, or incidents do not hold and no finding tells why.</param>
/// <param name="More">Findings besides.</param>
internal sealed record SummaryHead(FindingLevel Level, PartState? About, int More)
{
    /// <summary>Incidents do not hold, and no finding tells why.</summary>
    public bool IsGap => Level == FindingLevel.Fault && About is null;

    /// <returns>Null for whoever does not see the server as a whole.</returns>
    public static SummaryHead? Of(GuardSummary summary)
    {
        if (summary.Health is not { } health)
            return null;
        var findings = health.Faults + health.Warnings;
        if (health.Worst.Level == FindingLevel.Fault || summary.Unheld == 0)
            return health.Worst.Level == FindingLevel.Ok
                ? new SummaryHead(FindingLevel.Ok, null, 0)
                : new SummaryHead(health.Worst.Level, health.Worst, Math.Max(0, findings - 1));
        // What is only odd of enforcement otherwise is why something does not hold.
        return health.Enforcement.Level == FindingLevel.Ok
            ? new SummaryHead(FindingLevel.Fault, null, findings)
            : new SummaryHead(FindingLevel.Fault, health.Enforcement, Math.Max(0, findings - 1));
    }
}
