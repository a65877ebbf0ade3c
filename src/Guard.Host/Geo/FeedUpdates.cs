using System.Collections.Immutable;
using Guard.Host.Configuration;
using Serilog;

namespace Guard.Host.Geo;

/// <summary>
/// Keeps the copies of feeds new, each at its own pace, behind a start that does not wait for them. What cannot be had is told once and tried again with growing
/// pauses; the last good copy stays.
/// </summary>
public sealed class FeedUpdates : IAsyncDisposable
{
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
        _running = Task.WhenAll(lists.Where(list => list.IsFeed).Select(feed => Task.Run(() => FollowAsync(feed))));
    }

    private Task FollowAsync(ReputationSettings feed) =>
        new Renewal(
            feed.RenewEvery,
            stop => FetchAsync(feed, stop),
            trouble => _log.Warning("List {List} of {Source:l} could not be fetched: {Trouble:l}; what was there stays", feed.Name, feed.Source, trouble),
            failure => _log.Error(failure, "List {List} is not renewed any more until the next start", feed.Name)
        ).RunAsync(Rest(feed), _stop.Token);

    /// <summary>A restart is no reason to ask again.</summary>
    private static TimeSpan Rest(ReputationSettings feed)
    {
        if (!File.Exists(feed.File) || FeedMemory.Read(feed) is not { } before)
            return TimeSpan.Zero;
        var rest = before.Asked + feed.RenewEvery - DateTimeOffset.UtcNow.UtcDateTime;
        return TimeSpan.FromTicks(Math.Clamp(rest.Ticks, 0, feed.RenewEvery.Ticks));
    }

    private async Task<string> FetchAsync(ReputationSettings feed, CancellationToken stop)
    {
        var (isNew, memory) = await _download.FetchAsync(feed, DateTimeOffset.UtcNow, stop).ConfigureAwait(false);
        if (isNew)
            _taken();
        return memory.Trouble;
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync().ConfigureAwait(false);
        await _running.ConfigureAwait(false);
        _download.Dispose();
        _stop.Dispose();
    }
}
