using System.Diagnostics;
using System.Diagnostics.Metrics;
using Guard.Actors.Users;
using Guard.Host.Texts;
using Guard.Messages.Policies;

namespace Guard.Host.Telemetry;

/// <summary>
/// What is counted and timed as it happens, in one place. Labels are words of this program (kinds, verdicts, rungs, backends), never accounts, sites or
/// addresses: the number of series does not grow with the number of users.
/// </summary>
internal static class GuardMeters
{
    public const string Name = "AccountGuard";

    private static readonly Meter Meter = new(Name);

    private static readonly Histogram<double> Decisions = Meter.CreateHistogram<double>(
        "decision.seconds",
        "s",
        "From the question of a mail server to the account's answer, journaled when something was counted."
    );
    private static readonly Histogram<double> Journal = Meter.CreateHistogram<double>(
        "journal.write.seconds",
        "s",
        "From handing a write of an account to the journal until it was applied."
    );
    private static readonly Counter<long> JournalFailures = Meter.CreateCounter<long>(
        "journal.failures.total",
        description: "Writes and recoveries that the journal failed."
    );
    private static readonly Counter<long> Observations = Meter.CreateCounter<long>(
        "observations.total",
        description: "Observations that were judged and journaled."
    );
    private static readonly Counter<long> Reactions = Meter.CreateCounter<long>(
        "reactions.total",
        description: "Changes of accounts' reactions, by the rung they came to and whether it went up."
    );
    private static readonly Counter<long> SiteReactions = Meter.CreateCounter<long>(
        "site.reactions.total",
        description: "Changes of sites' reactions, by the rung they came to."
    );
    private static readonly Counter<long> AddressBlocks = Meter.CreateCounter<long>(
        "address.blocks.ordered.total",
        description: "Addresses that accounts wanted blocked."
    );
    private static readonly Counter<long> Alarms = Meter.CreateCounter<long>("alarms.total", description: "Quotas with an alarm that were exceeded.");
    private static readonly Counter<long> Granted = Meter.CreateCounter<long>(
        "leases.granted.total",
        description: "Leases with a slice of a site's quotas that sites granted."
    );
    private static readonly Counter<long> Returned = Meter.CreateCounter<long>("leases.returned.total", description: "Slices that came back to their sites.");
    private static readonly Counter<long> Recalled = Meter.CreateCounter<long>(
        "leases.recalled.total",
        description: "Slices that sites asked back, since another account needed what was left."
    );
    private static readonly Counter<long> Enforcement = Meter.CreateCounter<long>(
        "enforcement.changes.total",
        description: "Changes to this machine by way of enforcement and outcome: done, failed (and tried again), refused (for good)."
    );

    public static void Decided(string kind, string verdict, long since) =>
        Decisions.Record(
            Stopwatch.GetElapsedTime(since).TotalSeconds,
            new KeyValuePair<string, object?>("kind", kind),
            new KeyValuePair<string, object?>("verdict", verdict)
        );

    public static void Journaled(TimeSpan took, int observations)
    {
        Journal.Record(took.TotalSeconds);
        if (observations > 0)
            Observations.Add(observations);
    }

    public static void JournalFailed(EntityKind kind) =>
        JournalFailures.Add(1, new KeyValuePair<string, object?>("entity", kind == EntityKind.User ? "user" : "site"));

    public static void Reacted(Rung from, Rung to) => Reactions.Add(1, Of(to), new KeyValuePair<string, object?>("direction", to > from ? "up" : "down"));

    public static void SiteReacted(Rung to) => SiteReactions.Add(1, Of(to));

    public static void BlockOrdered() => AddressBlocks.Add(1);

    public static void AlarmRaised() => Alarms.Add(1);

    public static void LeaseGranted() => Granted.Add(1);

    public static void LeaseReturned() => Returned.Add(1);

    public static void LeasesRecalled(int count) => Recalled.Add(count);

    /// <param name="worker">The way of enforcement, such as <c>firewall nftables</c>.</param>
    public static void Enforced(string worker, string outcome, int count)
    {
        if (count > 0)
            Enforcement.Add(count, new KeyValuePair<string, object?>("worker", worker), new KeyValuePair<string, object?>("outcome", outcome));
    }

    private static KeyValuePair<string, object?> Of(Rung rung) => new("rung", IncidentText.Name(rung));
}
