using System.Collections.Concurrent;
using System.Diagnostics;
using Guard.Actors.Entities;
using Guard.Host.ConsoleModel.Store;
using Guard.Messages.Identity;
using Guard.Messages.Policies;
using Serilog;

namespace Guard.Host.ConsoleModel.ReadModel;

/// <summary>
/// Writes what came together several times a second, in one transaction each time; a node that is alone does so once a second where much comes, so that an account
/// that does much is written once for it and answers keep their processor. When the database fails, the same is tried again while what happens
/// meanwhile comes together in the bounded buffer; entities never notice.
/// </summary>
internal sealed class RecordsWriter(RecordsDatabase database, RecordsFeed feed, IPolicySource policies, IGuardClock clock, ILogger log) : IAsyncDisposable
{
    private const int MaxErased = 10_000;

    private const int Share = 50;

    private static readonly TimeSpan ShortestPause = TimeSpan.FromMilliseconds(250);
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan PauseAfterFailure = TimeSpan.FromSeconds(5);

    private readonly RecordsCleaning _cleaning = new(database);
    private readonly CancellationTokenSource _stop = new();
    private Task _running = Task.CompletedTask;
    private RecordsBuffer? _failed;
    private string _uncleaned = "";

    /// <summary>Raised after changed reactions are in the database, from the writer's own thread.</summary>
    public event Action<IReadOnlyList<NotableChange>>? Changed;

    public long Left { get; private set; }

    /// <summary>Why the last write failed; empty when it did not.</summary>
    public string Trouble { get; private set; } = "";

    /// <summary>Rows that were taken out of accounts that were heard to be forgotten, until whoever proves it has asked.</summary>
    public ConcurrentDictionary<UserId, long> Erased { get; } = [];

    public void Start() => _running = Task.Run(RunAsync);

    private async Task RunAsync()
    {
        while (!_stop.IsCancellationRequested)
        {
            // Not woken while nothing happens.
            if (_failed is null)
                await feed.Came.WaitAsync(_stop.Token).ContinueWith(_ => { }, TaskScheduler.Default).ConfigureAwait(false);
            var begun = Stopwatch.GetTimestamp();
            var fine = await FlushAsync().ConfigureAwait(false);
            await Task.Delay(fine ? PauseAfter(Stopwatch.GetElapsedTime(begun), isAlone: !database.IsPostgres) : PauseAfterFailure, _stop.Token)
                .ContinueWith(_ => { }, TaskScheduler.Default)
                .ConfigureAwait(false);
        }
    }

    /// <summary>
    /// So long that a fiftieth of the time goes into writing. Where several nodes write, what an account's last node still holds must not be overtaken by what it
    /// does on the next one.
    /// </summary>
    internal static TimeSpan PauseAfter(TimeSpan write, bool isAlone) =>
        isAlone ? TimeSpan.FromTicks(Math.Clamp(write.Ticks * Share, ShortestPause.Ticks, LongestPause.Ticks)) : ShortestPause;

    private async Task<bool> FlushAsync()
    {
        var buffer = _failed ?? feed.Take();
        if (buffer.IsEmpty)
            return true;
        try
        {
            var modes = new Dictionary<NotableChange, GuardMode>(ReferenceEqualityComparer.Instance);
            foreach (var change in buffer.Notable)
                modes[change] = policies.Current.For(change.Site).For(change.User).Mode;
            await database
                .WriteAsync(
                    async (connection, transaction) =>
                    {
                        var write = new RecordsTransaction(connection, transaction, CancellationToken.None);
                        foreach (var user in buffer.ForgottenUsers)
                        {
                            var rows = await RecordsEraser.EraseAsync(connection, transaction, user, CancellationToken.None).ConfigureAwait(false);
                            if (Erased.Count < MaxErased)
                                Erased.AddOrUpdate(user, rows, (_, before) => before + rows);
                        }
                        await write.AccountsAsync(buffer).ConfigureAwait(false);
                        await write.AmountsAsync(buffer).ConfigureAwait(false);
                        await write.PeaksAsync(buffer).ConfigureAwait(false);
                        var incidents = new IncidentRecorder(connection, transaction, modes, CancellationToken.None);
                        foreach (var change in buffer.Notable)
                            await incidents.TakeAsync(change).ConfigureAwait(false);
                        return 0;
                    },
                    CancellationToken.None
                )
                .ConfigureAwait(false);
            (_failed, Trouble) = (null, "");
            Left += buffer.Left;
        }
        // Whatever it is, the writer goes on: without it the console would show for ever what was, and call it up to date.
        catch (Exception failure)
        {
            if (Trouble != failure.Message)
                log.Error("What the console shows could not be written and is tried again: {Reason:l}", failure.Message);
            (_failed, Trouble) = (buffer, failure.Message);
            return false;
        }
        Tell(buffer.Notable);
        return await CleanAsync().ConfigureAwait(false);
    }

    private void Tell(IReadOnlyList<NotableChange> changes)
    {
        if (changes.Count == 0)
            return;
        try
        {
            Changed?.Invoke(changes);
        }
        catch (Exception failure)
        {
            log.Error(failure, "Open pages were not told what changed");
        }
    }

    /// <summary>What was written stays written when this fails: it is tried again behind the next write.</summary>
    private async Task<bool> CleanAsync()
    {
        try
        {
            await _cleaning.StepAsync(clock.Present).ConfigureAwait(false);
            _uncleaned = "";
            return true;
        }
        catch (Exception failure)
        {
            if (_uncleaned != failure.Message)
                log.Error("What is too old could not be taken out of what the console shows, and is tried again: {Reason:l}", failure.Message);
            Trouble = _uncleaned = failure.Message;
            return false;
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync().ConfigureAwait(false);
        await _running.ConfigureAwait(false);
        // What came since the last write; when that fails, the journal still has everything.
        await FlushAsync().ConfigureAwait(false);
        _stop.Dispose();
    }
}
