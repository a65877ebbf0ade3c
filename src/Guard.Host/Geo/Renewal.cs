using Guard.Host.Platform;

namespace Guard.Host.Geo;

/// <summary>Something that is fetched again and again: at its pace while it comes, with growing pauses while it does not.</summary>
/// <param name="Every">Between two fetches that came; zero: once it came, it is not fetched again.</param>
/// <param name="Fetch">Answers what could not be had; empty when all came.</param>
/// <param name="Failed">Told once of each thing that cannot be had.</param>
/// <param name="Ended">Told when nothing is fetched any more until the next start.</param>
internal sealed record Renewal(TimeSpan Every, Func<CancellationToken, Task<string>> Fetch, Action<string> Failed, Action<Exception> Ended)
{
    private static readonly TimeSpan Soonest = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan Latest = TimeSpan.FromHours(6);

    /// <param name="first">How long the first fetch waits.</param>
    public async Task RunAsync(TimeSpan first, CancellationToken stop)
    {
        var backoff = new Backoff(Soonest, Latest);
        var told = "";
        try
        {
            await Task.Delay(first, stop).ConfigureAwait(false);
            while (true)
            {
                var trouble = await Fetch(stop).ConfigureAwait(false);
                if (trouble.Length == 0)
                {
                    if (Every == TimeSpan.Zero)
                        return;
                    backoff.Succeed();
                }
                else
                {
                    if (trouble != told)
                        Failed(trouble);
                    backoff.Fail();
                }
                told = trouble;
                await Task.Delay(trouble.Length == 0 ? Every : backoff.Delay, stop).ConfigureAwait(false);
            }
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            // The daemon stops.
        }
        catch (Exception failure)
        {
            Ended(failure);
        }
    }
}
