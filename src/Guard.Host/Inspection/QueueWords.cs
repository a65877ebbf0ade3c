using System.Collections.Immutable;
using Guard.Host.Node.Questions;
using Guard.Messages.Inspection;

namespace Guard.Host.Inspection;

/// <summary>Commands about held mail. Every node answers for its own queue.</summary>
internal static class QueueWords
{
    private static readonly InspectionArgument User = InspectionArgument.Must("USER", ArgumentKind.Account, "local@domain");
    private static readonly ImmutableArray<Column> Result = [new("user", CellKind.Text), new("mails", CellKind.Number), new("result", CellKind.Text)];

    public static ImmutableArray<InspectionCommand> Commands { get; } =
    [
        InspectionCommand.OfEveryNode(
            "queue list",
            "The mail that AccountGuard holds in the mail server's queue, of an account or of all.",
            [InspectionArgument.May("USER", ArgumentKind.Account, "local@domain; else all")],
            [
                new("user", CellKind.Text),
                new("id", CellKind.Text),
                new("arrived", CellKind.Time),
                new("bytes", CellKind.Number),
                new("recipients", CellKind.Number),
                new("sender", CellKind.Text),
                new("subject", CellKind.Text),
            ],
            NodeQuestions.HeldMail,
            given => given.Word("USER") is null ? [] : [given.User("USER").Value],
            held =>
                [held.User.Value, held.Mail.Id, (DateTimeOffset?)held.Mail.Arrived, held.Mail.Size, held.Mail.Recipients, held.Mail.Sender, held.Mail.Subject]
        ),
        End("queue release", "Let an account's held mail go; what waits still is not held again.", NodeQuestions.QueueRelease) with
        {
            Act = "queue.release",
        },
        End("queue delete", "Delete an account's held mail for good.", NodeQuestions.QueueDelete) with
        {
            Act = "queue.delete",
        },
    ];

    private static InspectionCommand End(string name, string help, QueueEndQuestion question) =>
        InspectionCommand.OfEveryNode(
            name,
            help,
            [User],
            Result,
            question,
            given => [given.User("USER").Value],
            ended => [ended.User.Value, ended.Mails, ended.Text]
        );
}
