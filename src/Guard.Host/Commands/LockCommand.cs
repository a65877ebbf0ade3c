using System.CommandLine;
using Guard.Host.Inspection;

namespace Guard.Host.Commands;

/// <summary><c>accountguard user lock USER</c>: an admin locks an account, by hand and by grade.</summary>
public static class LockCommand
{
    public static Option<string?> For { get; } = new("--for") { Description = "With lock: how long, such as 2h; else the policy's time of a suspension." };

    public static Option<string?> Grade { get; } = Grades();

    public static Option<string?> Reason { get; } = new("--reason") { Description = "Why; kept with what is done and shown with it." };

    public static Option<bool> DryRun { get; } = new("--dry-run") { Description = "With release and absolve: only say what would end and what would stay." };

    public static Task<int> RunAsync(
        ParseResult result,
        string user,
        string? config,
        IReadOnlyDictionary<string, string> sets,
        bool json,
        CancellationToken cancellation
    )
    {
        string[] words =
        [
            "user",
            "lock",
            user,
            .. new[] { result.GetValue(For), result.GetValue(Grade), result.GetValue(Reason) }.Select(word => word ?? InspectionArguments.Left),
        ];
        return ExplainCommand.ActAsync(words, json, config, sets, cancellation);
    }

    private static Option<string?> Grades()
    {
        var grade = new Option<string?>("--grade") { Description = "With lock: sending, strange or everything; else what the policy says." };
        grade.AcceptOnlyFromAmong("sending", "strange", "everything");
        return grade;
    }
}
