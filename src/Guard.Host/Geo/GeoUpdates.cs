using Guard.Host.Configuration;
using Serilog;

namespace Guard.Host.Geo;

/// <summary>
/// Fetches missing data of places behind a start that does not wait for it, and newer data as they age. What cannot be had is told once, and tried again with
/// growing pauses; what came is taken over by <see cref="PlaceLookup.Reload"/>.
/// </summary>
public sealed class GeoUpdates : IAsyncDisposable
{
    private readonly CancellationTokenSource _stop = new();
    private readonly GeoFetch _fetch;
    private readonly Action _taken;
    private readonly Task _running;

    /// <param name="taken">Called when there may be something new to read.</param>
    public GeoUpdates(GeoSettings settings, string dataDirectory, Action taken, ILogger log)
    {
        _fetch = new GeoFetch(settings, dataDirectory, sentence => log.Information("{Sentence:l}", sentence));
        _taken = taken;
        var renewal = new Renewal(
            settings.RenewEvery,
            FetchAsync,
            failures => log.Warning("{Failures:l}; the guard goes on with what it has, and tries again", failures),
            failure => log.Error(failure, "Data of places are not renewed any more until the next start")
        );
        _running =
            _fetch.IsMissing || settings.RenewEvery > TimeSpan.Zero
                ? Task.Run(() => renewal.RunAsync(_fetch.IsMissing ? TimeSpan.Zero : settings.RenewEvery, _stop.Token))
                : Task.CompletedTask;
    }

    private async Task<string> FetchAsync(CancellationToken stop)
    {
        var failures = await _fetch.RunAsync(stop).ConfigureAwait(false);
        _taken();
        return string.Join("; ", failures);
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync().ConfigureAwait(false);
        await _running.ConfigureAwait(false);
        _stop.Dispose();
    }
}
