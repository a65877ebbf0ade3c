using System.Data.Common;
using Guard.Host.ConsoleModel.Contracts;

namespace Guard.Host.ConsoleModel.Audit;

/// <summary>
/// Writes an act down before it is done, as begun, and what came out behind it: there may be an entry whose outcome nobody knows, when the guard died meanwhile, and
/// never an act without an entry.
/// </summary>
internal static class AuditedAct
{
    /// <summary>Outcome of an entry that was written before its act.</summary>
    public const string Begun = "begun";

    /// <summary>A reason stands in both entries; a whole policy only in the first.</summary>
    private const int MaxRepeated = 1000;

    /// <param name="outcome">What was answered, in words; without any it is told as done.</param>
    public static async Task<T> RunAsync<T>(IAuditLog audit, AuditDraft draft, Func<Task<T>> act, Func<T, string> outcome, CancellationToken cancel)
    {
        await audit.WriteAsync(draft with { Outcome = Begun }, cancel).ConfigureAwait(false);
        T answer;
        try
        {
            answer = await act().ConfigureAwait(false);
        }
        catch (Exception failure)
        {
            var why = failure is OperationCanceledException ? "not known: who asked did not wait for it" : $"failed: {failure.Message}";
            await NoteAsync(audit, draft with { Outcome = why }).ConfigureAwait(false);
            throw;
        }
        var words = outcome(answer);
        await NoteAsync(audit, draft with { Outcome = words.Length > 0 ? words : "done" }).ConfigureAwait(false);
        return answer;
    }

    /// <summary>Also when the asker has gone meanwhile. What was done is done, whether or not this can be written: that it was begun stands there.</summary>
    private static async Task NoteAsync(IAuditLog audit, AuditDraft draft)
    {
        try
        {
            var detail = draft.Detail.Length <= MaxRepeated ? draft.Detail : "as begun";
            await audit.WriteAsync(draft with { Detail = detail, EndsAct = true }, CancellationToken.None).ConfigureAwait(false);
        }
        catch (DbException) { }
    }
}
