using System.Collections.Immutable;
using Guard.Host.Node.Health;
using Guard.Messages.Policies;

namespace Guard.Host.ConsoleModel.Contracts;

/// <summary>Incidents that go on, by the rung that their account stands on.</summary>
public readonly record struct RungCount(Rung Rung, long Count);

/// <summary>How one part of the guard does.</summary>
/// <param name="Name">What it is about, such as <c>intake /var/log/mail.log</c>; empty when all is well.</param>
/// <param name="Text">What was found; empty when all is well.</param>
public readonly record struct PartState(FindingLevel Level, string Name, string Text);

/// <summary>What all nodes find of themselves, in short. The same findings as those of <c>/health/ready</c>, <c>inspect health</c> and the health page.</summary>
/// <param name="Worst">The worst of all findings.</param>
/// <param name="LagSeconds">How far the slowest source is behind.</param>
public sealed record HealthSummary(PartState Worst, int Faults, int Warnings, PartState Intake, double LagSeconds, PartState Enforcement)
{
    public static HealthSummary Of(IReadOnlyCollection<HealthItem> items) =>
        new(
            WorstOf(items),
            items.Count(item => item.Level == FindingLevel.Fault),
            items.Count(item => item.Level == FindingLevel.Warning),
            WorstOf(items.Where(item => item.Area == "intake")),
            items.Where(item => item.Area == "intake").Select(LagOf).DefaultIfEmpty().Max(),
            WorstOf(items.Where(item => item.Area is "enforcement" or "locks"))
        );

    private static PartState WorstOf(IEnumerable<HealthItem> items) =>
        items.Where(item => item.Level != FindingLevel.Ok).OrderByDescending(item => item.Level).FirstOrDefault() is { } worst
            ? new PartState(worst.Level, worst.Name == worst.Area ? worst.Name : $"{worst.Area} {worst.Name}", worst.Summary)
            : new PartState(FindingLevel.Ok, "", "");

    private static double LagOf(HealthItem source) =>
        source.Facts.IsDefaultOrEmpty ? 0
        : double.TryParse(source.Facts.FirstOrDefault(fact => fact.Key == "lag-seconds").Value, System.Globalization.CultureInfo.InvariantCulture, out var lag)
            ? lag
        : 0;
}

/// <summary>How things stand, in the asker's reach.</summary>
/// <param name="Modes">The modes of the policies in reach, each once.</param>
/// <param name="Incidents">Those that go on, the highest rung first; rungs without any are left out.</param>
/// <param name="Blocks">Networks that are blocked now.</param>
/// <param name="Health">Null for whoever does not see the server as a whole.</param>
/// <param name="At">When it was looked at.</param>
public sealed record GuardSummary(ImmutableArray<GuardMode> Modes, ImmutableArray<RungCount> Incidents, long Blocks, HealthSummary? Health, DateTimeOffset At)
{
    /// <summary>When this node was last backed up with <c>accountguard backup</c>; null when that is not known, and for whoever does not see the server.</summary>
    public DateTimeOffset? LastBackup { get; init; }

    /// <summary>Incidents that go on whose locks nothing on this machine carries out.</summary>
    public long Unheld { get; init; }
}

/// <summary>What stands above every page. Cheap enough to be asked every few seconds by every page that is open.</summary>
public interface IGuardSummary
{
    Task<GuardSummary> LookAsync(AccessScope scope, CancellationToken cancel);
}
