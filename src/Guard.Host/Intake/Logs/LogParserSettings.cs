using Guard.Host.Intake.Logs.Shapes;

namespace Guard.Host.Intake.Logs;

/// <summary>How log lines are read.</summary>
/// <param name="Source">The source's lasting name, part of every observation's origin.</param>
/// <param name="Reference">The time from which the missing year of RFC 3164 stamps is inferred: no line is later than a day after it.</param>
/// <param name="LatestPlausible">Stamps later than this are not believed, and the line is judged at its arrival; null for no limit, or where there is a
/// <see cref="Clock"/>.</param>
/// <param name="Zone">Zone of stamps that carry none; null for UTC.</param>
/// <param name="DovecotTag">Dovecot's syslog tag, its <c>instance_name</c>.</param>
/// <param name="DovecotAuthFailures">
/// Count failures from Dovecot's <c>auth</c> lines, and not again from the lines of the login process or mail server behind them. Off where those stand in
/// another source.
/// </param>
/// <param name="MaxJoins">Most messages and connections remembered for joining lines; the oldest give way.</param>
public sealed record LogParserSettings(
    string Source,
    DateTimeOffset Reference,
    DateTimeOffset? LatestPlausible = null,
    TimeZoneInfo? Zone = null,
    string DovecotTag = "dovecot",
    bool DovecotAuthFailures = true,
    int MaxJoins = 100_000
)
{
    /// <summary>
    /// The machine's clock, for sources that are followed live: a stamp may be some minutes ahead of it. Null for logs that were written before, where
    /// <see cref="Reference"/> stands for it.
    /// </summary>
    public TimeProvider? Clock { get; init; }

    /// <summary>The file that is read, where it is one.</summary>
    public string? File { get; init; }

    /// <summary>How far a stamp may be ahead of that clock.</summary>
    public TimeSpan MaxAhead { get; init; } = TimeSpan.FromMinutes(10);

    /// <summary>Is shown the lines of known daemons that have an unknown shape.</summary>
    public UnknownShapes? Unknown { get; init; }

    /// <summary>Looks whether the source tells what it should; of this source alone.</summary>
    public SourceWatch? Watch { get; init; }

    /// <summary>Whose mail it is that came without a login.</summary>
    public SenderRules Senders { get; init; } = SenderRules.None;

    /// <summary>Counts mail that belongs to nobody.</summary>
    public UnjudgedMail Unjudged { get; init; } = new();
}
