using System.Collections.Immutable;
using System.Data.Common;
using Guard.Host.ConsoleModel.Store;
using Guard.Host.Node;
using Guard.Messages.Identity;

namespace Guard.Host.ConsoleModel.ReadModel;

/// <summary>Takes an account out of what the console shows.</summary>
internal sealed class RecordsEraser(RecordsDatabase database, RecordsWriter writer) : IAccountEraser
{
    private static readonly ImmutableArray<string> Tables = ["console_accounts", "console_days", "console_peaks", "console_incidents", "console_notable"];

    public async Task<ImmutableArray<ErasedItems>> EraseAsync(UserId user, CancellationToken cancel)
    {
        var removed = await database.WriteAsync((connection, transaction) => EraseAsync(connection, transaction, user, cancel), cancel).ConfigureAwait(false);
        // The writer hears of it as well, and may have been first.
        return [new ErasedItems("console records", removed + (writer.Erased.TryRemove(user, out var before) ? before : 0), 0, "")];
    }

    /// <returns>How many rows there were.</returns>
    public static async Task<int> EraseAsync(DbConnection connection, DbTransaction transaction, UserId user, CancellationToken cancel)
    {
        var removed = 0;
        foreach (var table in Tables)
            removed += await RecordsDatabase
                .ExecuteAsync(connection, transaction, $"DELETE FROM {table} WHERE user_name = @user", cancel, ("@user", user.Value))
                .ConfigureAwait(false);
        return removed;
    }
}
