using System.Collections.Immutable;
using System.Runtime.CompilerServices;
using Guard.Host.Enforcement.Queues;
using Guard.Messages.Identity;
using Guard.Messages.Inspection;

namespace Guard.Host.Node.Questions;

/// <summary>The mail that the guard holds in a machine's queue. Its one parameter, which may be missing, is an account.</summary>
public sealed class HeldMailQuestion() : NodeQuestion<HeldMail>("queue list")
{
    public override async IAsyncEnumerable<HeldMail> AnswerAsync(
        InspectedNode node,
        ImmutableArray<string> parameters,
        [EnumeratorCancellation] CancellationToken cancel
    )
    {
        var user = parameters.IsEmpty ? (UserId?)null : new UserId(parameters[0]);
        var held = await MailQueue.AskAsync<QueueCommands.Held>(node, new QueueCommands.List(user), cancel).ConfigureAwait(false);
        foreach (var one in held.Mails.OrderBy(one => one.Mail.Arrived))
            yield return one;
    }

    public override ImmutableArray<Cell> Write(HeldMail item) =>
        [
            item.User.Value,
            item.Mail.Id,
            (DateTimeOffset?)item.Mail.Arrived,
            item.Mail.Size,
            item.Mail.Recipients,
            item.Mail.Sender,
            item.Mail.Queue,
            (int)item.State,
            item.Mail.Subject,
        ];

    public override HeldMail Read(ImmutableArray<Cell> row) =>
        new(
            new UserId(row[0].Text),
            new QueuedMail(row[6].Text, row[1].Text, row[2].Time, (long)row[3].Number, row[5].Text, (int)row[4].Number)
            {
                // An older node tells none.
                Subject = row.Length > 8 ? row[8].Text : "",
            },
            (HoldState)(int)row[7].Number
        );
}
