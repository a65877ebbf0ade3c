using System.Data.Common;
using Guard.Host.Configuration;
using Serilog;

namespace Guard.Host.Intake.Routing;

/// <summary>Fills the known accounts from the journal, and keeps them up to date with what other nodes found.</summary>
internal sealed class KnownAccountsFeed : IAsyncDisposable
{
    private static readonly TimeSpan Every = TimeSpan.FromSeconds(10);

    private readonly KnownAccounts _accounts;
    private readonly StoredAccounts _stored;
    private readonly ILogger _log;
    private readonly CancellationTokenSource _stop = new();
    private readonly Task _following;
    private Task _cleaning = Task.CompletedTask;

    private KnownAccountsFeed(KnownAccounts accounts, StoredAccounts stored, bool hasOthers, ILogger log)
    {
        (_accounts, _stored, _log) = (accounts, stored, log);
        _following = hasOthers || !accounts.IsComplete ? Task.Run(FollowAsync) : Task.CompletedTask;
    }

    /// <summary>Reads what there is; when it cannot be read, every name counts as known until it can.</summary>
    public static async Task<KnownAccountsFeed> StartAsync(KnownAccounts accounts, PersistenceSettings settings, bool hasOthers, ILogger log)
    {
        var stored = new StoredAccounts(settings);
        accounts.IsComplete = await ReadAsync(accounts, stored, log).ConfigureAwait(false);
        return new KnownAccountsFeed(accounts, stored, hasOthers, log);
    }

    /// <summary>Removes strangers' names besides, once.</summary>
    public void Clean(StrangersCleaner cleaner) => _cleaning = Task.Run(() => cleaner.RunAsync(_stop.Token));

    private static async Task<bool> ReadAsync(KnownAccounts accounts, StoredAccounts stored, ILogger log)
    {
        try
        {
            await stored.ReadAsync(user => accounts.Add(user)).ConfigureAwait(false);
            return true;
        }
        catch (DbException failure)
        {
            log.Warning("The journal's accounts cannot be listed: {Reason:l}; until they can, every name is taken for one of them", failure.Message);
            return false;
        }
    }

    private async Task FollowAsync()
    {
        using var timer = new PeriodicTimer(Every);
        try
        {
            while (await timer.WaitForNextTickAsync(_stop.Token).ConfigureAwait(false))
            {
                try
                {
                    if (_accounts.IsComplete)
                        await _stored.ReadNewAsync(user => _accounts.Add(user)).ConfigureAwait(false);
                    else
                        _accounts.IsComplete = await ReadAsync(_accounts, _stored, _log).ConfigureAwait(false);
                }
                catch (DbException failure)
                {
                    _log.Debug("New accounts cannot be listed: {Reason:l}", failure.Message);
                }
            }
        }
        catch (OperationCanceledException)
        {
            // The node stops.
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync().ConfigureAwait(false);
        await _following.ConfigureAwait(false);
        await _cleaning.ConfigureAwait(false);
        _stop.Dispose();
    }
}
