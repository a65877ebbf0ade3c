using System.Data.Common;
using System.Text.Json;
using Guard.Actors.Entities;
using Guard.Host.ConsoleModel.Policies;
using Guard.Host.ConsoleModel.Store;
using Guard.Host.Platform;
using Serilog;

namespace Guard.Host.ConsoleModel.ReadModel;

/// <summary>
/// Keeps to what this installation's own weeks say of wrong alarms, so that a rate in a policy ("5 per 1000 account-months") holds here. Looked at anew with each
/// start and each week, and each day as long as little is known; kept in the records, so that all nodes of a cluster go by the same.
/// </summary>
internal sealed class AlarmCalibration(RecordsDatabase database, PolicyBoard board, IGuardClock clock, ILogger log)
{
    private static readonly TimeSpan First = TimeSpan.FromSeconds(20);
    private static readonly TimeSpan Every = TimeSpan.FromHours(1);

    private bool _looked;

    public Task RunAsync(CancellationToken cancel) => Recurring.RunAsync(First, Every, LookAsync, cancel);

    public async Task LookAsync(CancellationToken cancel)
    {
        try
        {
            var today = clock.Present.ToUnixTimeSeconds() / 86400;
            var kept = await AlarmRecords.ReadAsync(database, cancel).ConfigureAwait(false);
            if (!_looked || kept is null || kept.Day > today || today - kept.Day >= (kept.Curve.IsKnown ? 7 : 1))
            {
                var anew = await AlarmRecords.CurveAsync(database, today, board.Book.Default.Learning.Days, cancel).ConfigureAwait(false);
                kept = new KeptCurve(today, anew);
                await AlarmRecords.WriteAsync(database, kept, cancel).ConfigureAwait(false);
                _looked = true;
            }
            var before = board.Book.Version;
            board.TakeAlarms(kept.Curve);
            if (board.Book.Version != before)
                log.Information(
                    "Rates of wrong alarms go by {Months:0} account-months of this server's own last weeks: {Alarms:l}",
                    kept.Curve.AccountMonths,
                    board.AlarmsMeant
                );
        }
        catch (OperationCanceledException) { }
        catch (Exception failure) when (failure is DbException or JsonException)
        {
            log.Warning("What this server's own weeks say of wrong alarms could not be read and is tried again: {Reason:l}", failure.Message);
        }
    }
}
