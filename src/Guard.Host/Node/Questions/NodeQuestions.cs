using System.Collections.Immutable;

namespace Guard.Host.Node.Questions;

/// <summary>Everything that a node answers to others.</summary>
public static class NodeQuestions
{
    public static HealthQuestion Health { get; } = new();

    public static IntakeQuestion Intake { get; } = new();

    public static UnknownShapesQuestion UnknownShapes { get; } = new();

    public static OutboxQuestion Outbox { get; } = new();

    public static ReportRetryQuestion ReportRetry { get; } = new();

    public static LocksQuestion Locks { get; } = new();

    public static HeldMailQuestion HeldMail { get; } = new();

    public static QueueEndQuestion QueueRelease { get; } = new("queue release", "let go", user => new Enforcement.Queues.QueueCommands.Release(user));

    public static QueueEndQuestion QueueDelete { get; } = new("queue delete", "deleted", user => new Enforcement.Queues.QueueCommands.Delete(user));

    public static SessionsEndQuestion SessionsEnd { get; } = new();

    public static ErasureQuestion Erasure { get; } = new();

    public static ActivityQuestion Activity { get; } = new();

    public static SummaryQuestion Summary { get; } = new();

    public static DecisionsQuestion Decisions { get; } = new();

    public static ImmutableArray<INodeQuestion> All { get; } =
    [Health, UnknownShapes, Intake, Outbox, ReportRetry, Locks, HeldMail, QueueRelease, QueueDelete, SessionsEnd, Erasure, Activity, Summary, Decisions];

    /// <summary>The question that the words begin with, and its parameters behind it.</summary>
    /// <exception cref="InspectionException">There is none: another version asked.</exception>
    public static (INodeQuestion Question, ImmutableArray<string> Parameters) Find(ImmutableArray<string> words)
    {
        foreach (var question in All)
        {
            var name = question.Name.Split(' ');
            if (words.Take(name.Length).SequenceEqual(name))
                return (question, words[name.Length..]);
        }
        throw new InspectionException($"unknown question '{words.FirstOrDefault()}'");
    }
}
