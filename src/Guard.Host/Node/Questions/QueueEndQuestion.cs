using System.Collections.Immutable;
using System.Globalization;
using System.Runtime.CompilerServices;
using Guard.Host.Enforcement.Queues;
using Guard.Messages.Identity;
using Guard.Messages.Inspection;

namespace Guard.Host.Node.Questions;

/// <summary>How many mails of an account a machine let go or deleted, and that in words.</summary>
public sealed record EndedMail(UserId User, int Mails, string Text);

/// <summary>Lets an account's held mail go, or deletes it. Its one parameter is the account.</summary>
public sealed class QueueEndQuestion(string name, string done, Func<UserId, object> order) : NodeQuestion<EndedMail>(name)
{
    public override async IAsyncEnumerable<EndedMail> AnswerAsync(
        InspectedNode node,
        ImmutableArray<string> parameters,
        [EnumeratorCancellation] CancellationToken cancel
    )
    {
        var user = parameters.IsEmpty ? throw new InspectionException("the account is missing") : new UserId(parameters[0]);
        var ended = await MailQueue.AskAsync<QueueCommands.Done>(node, order(user), cancel).ConfigureAwait(false);
        yield return new EndedMail(
            user,
            ended.Mails,
            ended.Mails == 0 ? "nothing is held" : string.Create(CultureInfo.InvariantCulture, $"{ended.Mails} {done}")
        );
    }

    public override ImmutableArray<Cell> Write(EndedMail item) => [item.User.Value, item.Mails, item.Text];

    public override EndedMail Read(ImmutableArray<Cell> row) => new(new UserId(row[0].Text), (int)row[1].Number, row[2].Text);
}
