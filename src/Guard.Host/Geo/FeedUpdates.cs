using System.Collections.Immutable;
using Guard.Host.Configuration;
using Guard.Host.Platform;
using Serilog;

namespace Guard.Host.Geo;

/// <summary>
/// Keeps the copies of feeds new, each at its own pace, behind a start that does not wait for them. What cannot be had is told once and tried again with growing
/// pauses; the last good copy stays.
/// </summary>
public sealed class FeedUpdates : IAsyncDisposable
{
    private static readonly TimeSpan Soonest = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan Latest = TimeSpan.FromHours(6);
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    private readonly CancellationTokenSource _stop = new();
    private readonly FeedDownload _download = new(Patience);
    private readonly Action _taken;
    private readonly ILogger _log;
    private readonly Task _running;

    /// <param name="taken">Called when there is something new to read.</param>
    public FeedUpdates(ImmutableArray<ReputationSettings> lists, Action taken, ILogger log)
    {
        (_taken, _log) = (taken, log);
        _running = Task.WhenAll(lists.Where(list => list.IsFeed).Select(feed => Task.Run(() => FollowAsync(feed, _stop.Token))));
    }

    private async Task FollowAsync(ReputationSettings feed, CancellationToken stop)
    {
        var backoff = new Backoff(Soonest, Latest);
        var told = "";
        try
        {
            // A restart is no reason to ask again.
            if (
                File.Exists(feed.File)
                && FeedMemory.Read(feed) is { } before
                && before.Asked + feed.RenewEvery - DateTimeOffset.UtcNow.UtcDateTime is { Ticks: > 0 } rest
            )
                await Task.Delay(rest < feed.RenewEvery ? rest : feed.RenewEvery, stop).ConfigureAwait(false);
            while (true)
            {
                var (isNew, memory) = await _download.FetchAsync(feed, DateTimeOffset.UtcNow, stop).ConfigureAwait(false);
                if (isNew)
                    _taken();
                if (memory.Trouble.Length == 0)
                {
                    backoff.Succeed();
                    told = "";
                    await Task.Delay(feed.RenewEvery, stop).ConfigureAwait(false);
                    continue;
                }
                if (memory.Trouble != told)
                    _log.Warning("List {List} of {Source:l} could not be fetched: {Trouble:l}; what was there stays", feed.Name, feed.Source, memory.Trouble);
                told = memory.Trouble;
                backoff.Fail();
                await Task.Delay(backoff.Delay, stop).ConfigureAwait(false);
            }
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            // The daemon stops.
        }
        catch (Exception failure)
        {
            _log.Error(failure, "List {List} is not renewed any more until the next start", feed.Name);
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync().ConfigureAwait(false);
        await _running.ConfigureAwait(false);
        _download.Dispose();
        _stop.Dispose();
    }
}
