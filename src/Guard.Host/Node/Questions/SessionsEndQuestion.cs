using System.Collections.Immutable;
using System.Runtime.CompilerServices;
using Guard.Host.Platform;
using Guard.Messages.Identity;
using Guard.Messages.Inspection;

namespace Guard.Host.Node.Questions;

/// <summary>What a machine did about an account's open sessions, in words.</summary>
public sealed record EndedSessions(UserId User, string Text);

/// <summary>Ends an account's open sessions on each machine that can. Its one parameter is the account.</summary>
public sealed class SessionsEndQuestion() : NodeQuestion<EndedSessions>("sessions end")
{
    public override async IAsyncEnumerable<EndedSessions> AnswerAsync(
        InspectedNode node,
        ImmutableArray<string> parameters,
        [EnumeratorCancellation] CancellationToken cancel
    )
    {
        var user = parameters.IsEmpty ? throw new InspectionException("the account is missing") : new UserId(parameters[0]);
        yield return new EndedSessions(user, await EndAsync(node, user, cancel).ConfigureAwait(false));
    }

    private static async Task<string> EndAsync(InspectedNode node, UserId user, CancellationToken cancel)
    {
        if (node.Sessions is not { } sessions)
            return "no sessions are ended here (enforcement.locks.dovecot-sessions)";
        try
        {
            return await Task.Run(() => sessions.End(user, cancel), cancel).ConfigureAwait(false) is { } why ? $"not ended: {why}" : "open sessions ended";
        }
        catch (EnforcementException failure)
        {
            throw new InspectionException(failure.Message);
        }
    }

    public override ImmutableArray<Cell> Write(EndedSessions item) => [item.User.Value, item.Text];

    public override EndedSessions Read(ImmutableArray<Cell> row) => new(new UserId(row[0].Text), row[1].Text);
}
