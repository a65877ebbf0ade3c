using Guard.Host.ConsoleModel.Contracts;

namespace Guard.Host.ConsoleModel.Audit;

/// <summary>Writes an act down before it is done: there may be an entry without its act, which then says so, and never an act without an entry.</summary>
internal static class AuditedAct
{
    public static async Task<T> RunAsync<T>(IAuditLog audit, AuditDraft draft, Func<Task<T>> act, CancellationToken cancel)
    {
        await audit.WriteAsync(draft, cancel).ConfigureAwait(false);
        try
        {
            return await act().ConfigureAwait(false);
        }
        catch (Exception failure)
        {
            // Also when the asker has gone meanwhile.
            await audit.WriteAsync(draft with { Outcome = $"failed: {failure.Message}" }, CancellationToken.None).ConfigureAwait(false);
            throw;
        }
    }
}
