using Guard.Host.Intake.Files;

namespace Guard.Host.Intake;

/// <summary>
/// What is known at the start of the journal that the checkpoints of logs belong to: a journal that vanished, or went back to an older state, voids
/// them.
/// </summary>
/// <param name="HeadAtStart">How far it was at the start (the highest ordering of its rows); <see cref="long.MaxValue"/>: not known.</param>
/// <param name="ReadAgain">Whether logs are then read again as far as they exist.</param>
/// <param name="Head">How far it is now; 0: not known.</param>
public sealed record LogJournal(long HeadAtStart, bool ReadAgain, Func<long> Head)
{
    /// <summary>Head of a checkpoint whose journal is gone.</summary>
    public const long Void = long.MaxValue;

    /// <summary>Numbers of PostgreSQL's rows begin here: those of a journal that was moved between engines say nothing of each other.</summary>
    public const long OnPostgres = 1L << 62;

    public static LogJournal Sound { get; } = new(long.MaxValue, true, static () => 0);

    /// <summary>Whether the journal has what was read up to this checkpoint.</summary>
    public bool Has(FollowCheckpoint checkpoint) =>
        checkpoint.JournalHead != Void && (checkpoint.JournalHead <= HeadAtStart || checkpoint.JournalHead >= OnPostgres != HeadAtStart >= OnPostgres);
}
