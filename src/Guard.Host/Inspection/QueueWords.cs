using System.Collections.Immutable;
using System.Globalization;
using Guard.Host.Enforcement;
using Guard.Host.Enforcement.Queues;
using Guard.Host.Node;
using Guard.Messages.Inspection;

namespace Guard.Host.Inspection;

/// <summary>Commands about held mail. Every node answers for its own queue.</summary>
internal static class QueueWords
{
    private static readonly InspectionArgument User = InspectionArgument.Must("USER", ArgumentKind.Account, "local@domain");
    private static readonly ImmutableArray<Column> Result = [new("user", CellKind.Text), new("mails", CellKind.Number), new("result", CellKind.Text)];

    public static ImmutableArray<InspectionCommand> Commands { get; } =
    [
        new("queue list", "The mail that AccountGuard holds in the mail server's queue, of an account or of all.", [InspectionArgument.May("USER", ArgumentKind.Account, "local@domain; else all")], InspectionScope.EveryNode,
            [new("user", CellKind.Text), new("id", CellKind.Text), new("arrived", CellKind.Time), new("bytes", CellKind.Number), new("recipients", CellKind.Number), new("sender", CellKind.Text)], ListAsync),
        new("queue release", "Let an account's held mail go; what waits still is not held again.", [User], InspectionScope.EveryNode, Result, (node, given, cancel) => EndAsync(node, given, new QueueCommands.Release(given.User("USER")), "let go", cancel)),
        new("queue delete", "Delete an account's held mail for good.", [User], InspectionScope.EveryNode, Result, (node, given, cancel) => EndAsync(node, given, new QueueCommands.Delete(given.User("USER")), "deleted", cancel)),
    ];

    private static async IAsyncEnumerable<ImmutableArray<Cell>> ListAsync(InspectedNode node, InspectionArguments given, [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancel)
    {
        var user = given.Word("USER") is null ? (Guard.Messages.Identity.UserId?)null : given.User("USER");
        var held = await AskAsync<QueueCommands.Held>(node, new QueueCommands.List(user), cancel).ConfigureAwait(false);
        foreach (var one in held.Mails.OrderBy(one => one.Mail.Arrived))
            yield return [one.User.Value, one.Mail.Id, (DateTimeOffset?)one.Mail.Arrived, one.Mail.Size, one.Mail.Recipients, one.Mail.Sender];
    }

    private static async IAsyncEnumerable<ImmutableArray<Cell>> EndAsync(
        InspectedNode node, InspectionArguments given, object command, string what, [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancel)
    {
        var done = await AskAsync<QueueCommands.Done>(node, command, cancel).ConfigureAwait(false);
        yield return [given.User("USER").Value, done.Mails, done.Mails == 0 ? "nothing is held" : string.Create(CultureInfo.InvariantCulture, $"{done.Mails} {what}")];
    }

    private static async Task<T> AskAsync<T>(InspectedNode node, object question, CancellationToken cancel)
    {
        var worker = node.Workers.FirstOrDefault(one => one.Path.Name == EnforcementStart.QueueWorkerName)
            ?? throw new InspectionException("no queue is held (enforcement.locks.hold-queue)");
        try
        {
            return await node.AskAsync<T>(worker, question, cancel).ConfigureAwait(false);
        }
        catch (IOException failure)
        {
            throw new InspectionException(failure.Message);
        }
    }
}
