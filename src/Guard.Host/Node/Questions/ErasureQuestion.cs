using System.Collections.Immutable;
using System.Data.Common;
using System.Runtime.CompilerServices;
using Guard.Messages.Identity;
using Guard.Messages.Inspection;

namespace Guard.Host.Node.Questions;

/// <summary>Has a machine remove what it keeps of an account besides the journal. Its one parameter is the account.</summary>
public sealed class ErasureQuestion() : NodeQuestion<ErasedItems>("account erase")
{
    public override async IAsyncEnumerable<ErasedItems> AnswerAsync(
        InspectedNode node,
        ImmutableArray<string> parameters,
        [EnumeratorCancellation] CancellationToken cancel
    )
    {
        var user = parameters.IsEmpty ? throw new InspectionException("the account is missing") : new UserId(parameters[0]);
        foreach (var eraser in node.Erasers.All)
        {
            foreach (var erased in await EraseAsync(eraser, user, cancel).ConfigureAwait(false))
                yield return erased;
        }
    }

    private static async Task<ImmutableArray<ErasedItems>> EraseAsync(IAccountEraser eraser, UserId user, CancellationToken cancel)
    {
        try
        {
            return await eraser.EraseAsync(user, cancel).ConfigureAwait(false);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException or DbException)
        {
            throw new InspectionException($"not everything is removed, forget it again: {failure.Message}");
        }
    }

    public override ImmutableArray<Cell> Write(ErasedItems item) => [item.Store, item.Removed, item.Left, item.Note];

    public override ErasedItems Read(ImmutableArray<Cell> row) => new(row[0].Text, (long)row[1].Number, (long)row[2].Number, row[3].Text);
}
