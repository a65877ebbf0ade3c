using System.Data.Common;
using Guard.Host.ConsoleModel.Store;
using Guard.Host.Node;
using Guard.Host.Platform;
using Guard.Messages.Identity;
using Guard.Messages.Users;
using Serilog;

namespace Guard.Host.ConsoleModel.ReadModel;

/// <summary>
/// Forgets accounts that were not seen for long. Each account is asked itself whether that is so. A clock that jumped must not empty the journal: time is no
/// later than the last thing that any account did, and when half of all accounts would leave, none does before somebody has looked.
/// </summary>
/// <param name="after">Not seen for so long.</param>
internal sealed class UnseenAccounts(RecordsDatabase database, InspectedNode node, TimeSpan after, ILogger log)
{
    private const int MaxAtOnce = 500;
    private const string Old = "console_accounts WHERE last_seen < @since AND rung = 0";

    /// <summary>Fewer accounts than these may all leave.</summary>
    private const int Few = 20;

    private static readonly TimeSpan First = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan Every = TimeSpan.FromHours(1);

    private bool _told;

    public Task RunAsync(CancellationToken cancel) => Recurring.RunAsync(First, Every, LookAsync, cancel);

    /// <returns>How many accounts were forgotten.</returns>
    public async Task<int> LookAsync(CancellationToken cancel)
    {
        var forgotten = 0;
        try
        {
            var (last, all) = await SizeAsync(cancel).ConfigureAwait(false);
            var now = node.Clock.Present.ToUnixTimeMilliseconds();
            var since = DateTimeOffset.FromUnixTimeMilliseconds(Math.Max(0, Math.Min(now, last) - (long)after.TotalMilliseconds));
            var many = await CountOldAsync(since, cancel).ConfigureAwait(false);
            if (many >= Few && 2 * many > all)
            {
                if (!_told)
                    log.Warning(
                        "{Old} of {All} accounts were not seen for {Days} days (forget-after); that is so many that none is forgotten: is the clock right? accountguard user forget USER does it for each",
                        many,
                        all,
                        (int)after.TotalDays
                    );
                _told = true;
                return 0;
            }
            foreach (var user in await OldAsync(since, cancel).ConfigureAwait(false))
            {
                var outcome = await AccountForgetting
                    .RunAsync(node, new UserCommands.Forget(user, node.Clock.Present) { UnseenSince = since }, cancel)
                    .ConfigureAwait(false);
                forgotten += outcome.Message == UserCommands.Forget.Stays ? 0 : 1;
            }
        }
        catch (OperationCanceledException) { }
        catch (Exception failure) when (failure is InspectionException or DbException or IOException)
        {
            log.Warning("Accounts that were not seen for {Days} days could not all be forgotten: {Reason:l}", (int)after.TotalDays, failure.Message);
        }
        if (forgotten > 0)
            log.Information("{Accounts} accounts that were not seen for {Days} days are forgotten (forget-after)", forgotten, (int)after.TotalDays);
        return forgotten;
    }

    private async Task<(long Last, long All)> SizeAsync(CancellationToken cancel) =>
        (
            await database
                .ReadAsync(
                    connection =>
                        RecordsDatabase.QueryAsync(
                            connection,
                            null,
                            "SELECT COALESCE(MAX(last_seen), 0), COUNT(*) FROM console_accounts",
                            row => (row.GetInt64(0), row.GetInt64(1)),
                            cancel
                        ),
                    cancel
                )
                .ConfigureAwait(false)
        )[0];

    private Task<long> CountOldAsync(DateTimeOffset since, CancellationToken cancel) =>
        database.ReadAsync(connection => RecordsDatabase.CountAsync(connection, null, Old, cancel, ("@since", since.ToUnixTimeMilliseconds())), cancel);

    private Task<List<UserId>> OldAsync(DateTimeOffset since, CancellationToken cancel) =>
        database.ReadAsync(
            connection =>
                RecordsDatabase.QueryAsync(
                    connection,
                    null,
                    $"SELECT user_name FROM {Old} ORDER BY last_seen LIMIT {MaxAtOnce}",
                    row => new UserId(row.GetString(0)),
                    cancel,
                    ("@since", since.ToUnixTimeMilliseconds())
                ),
            cancel
        );
}
