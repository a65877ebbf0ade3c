namespace Guard.Host.Node.Questions;

/// <summary>What a row of an outbox is about.</summary>
public enum OutboxKind : byte
{
    /// <summary>A way of enforcement: what it shall have done, has still to do, and how often it failed in a row.</summary>
    Worker = 0,

    /// <summary>All reports together.</summary>
    Reports = 1,

    /// <summary>A report under way.</summary>
    Report = 2,

    /// <summary>A report that could not be delivered.</summary>
    DeadLetter = 3,

    /// <summary>The effects of all accounts together.</summary>
    Effects = 4,

    /// <summary>An effect that an account waits for.</summary>
    Effect = 5,
}

/// <summary>What is still to be done.</summary>
/// <param name="Failures">In a row; of reports the dead letters.</param>
/// <param name="Since">When the oldest of it came up.</param>
/// <param name="Detail">Of a worker its last error; empty when there is none.</param>
public sealed record OutboxItem(OutboxKind Kind, string Name, int Wanted, int Pending, int? Failures, DateTimeOffset? Since, string Detail)
{
    /// <summary>When a way of enforcement last did what it was asked; null from older nodes, or when it has not since its start.</summary>
    public DateTimeOffset? LastSuccess { get; init; }

    /// <summary>When it last failed.</summary>
    public DateTimeOffset? LastFailure { get; init; }
}
