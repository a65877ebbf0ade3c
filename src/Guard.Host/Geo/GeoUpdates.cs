using Guard.Host.Configuration;
using Guard.Host.Platform;
using Serilog;

namespace Guard.Host.Geo;

/// <summary>
/// Fetches missing data of places behind a start that does not wait for it, and newer data as they age. What cannot be had is told once, and tried again with
/// growing pauses; what came is taken over by <see cref="PlaceLookup.Reload"/>.
/// </summary>
public sealed class GeoUpdates : IAsyncDisposable
{
    private static readonly TimeSpan Soonest = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan Latest = TimeSpan.FromHours(6);

    private readonly CancellationTokenSource _stop = new();
    private readonly GeoSettings _settings;
    private readonly GeoFetch _fetch;
    private readonly Action _taken;
    private readonly ILogger _log;
    private readonly Task _running;

    /// <param name="taken">Called when there may be something new to read.</param>
    public GeoUpdates(GeoSettings settings, string dataDirectory, Action taken, ILogger log)
    {
        _settings = settings;
        _fetch = new GeoFetch(settings, dataDirectory, sentence => log.Information("{Sentence:l}", sentence));
        (_taken, _log) = (taken, log);
        _running = Task.Run(() => RunAsync(_stop.Token));
    }

    private async Task RunAsync(CancellationToken stop)
    {
        var backoff = new Backoff(Soonest, Latest);
        var told = "";
        try
        {
            if (!_fetch.IsMissing && _settings.RenewEvery == TimeSpan.Zero)
                return;
            if (!_fetch.IsMissing)
                await Task.Delay(_settings.RenewEvery, stop).ConfigureAwait(false);
            while (true)
            {
                var failures = await _fetch.RunAsync(stop).ConfigureAwait(false);
                _taken();
                if (failures.Count == 0)
                {
                    backoff.Succeed();
                    told = "";
                    if (_settings.RenewEvery == TimeSpan.Zero)
                        return;
                    await Task.Delay(_settings.RenewEvery, stop).ConfigureAwait(false);
                    continue;
                }
                var sentence = string.Join("; ", failures);
                if (sentence != told)
                    _log.Warning("{Failures:l}; the guard goes on with what it has, and tries again", told = sentence);
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
            _log.Error(failure, "Data of places are not renewed any more until the next start");
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync().ConfigureAwait(false);
        await _running.ConfigureAwait(false);
        _stop.Dispose();
    }
}
