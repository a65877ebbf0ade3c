namespace Guard.Host.Platform;

/// <summary>Looks at something again and again until it is stopped.</summary>
internal static class Recurring
{
    /// <param name="first">Before the first look.</param>
    /// <param name="every">Before each further one.</param>
    public static async Task RunAsync(TimeSpan first, TimeSpan every, Func<CancellationToken, Task> look, CancellationToken cancel)
    {
        for (var pause = first; !cancel.IsCancellationRequested; pause = every)
        {
            await Task.Delay(pause, cancel).ContinueWith(_ => { }, TaskScheduler.Default).ConfigureAwait(false);
            if (!cancel.IsCancellationRequested)
                await look(cancel).ConfigureAwait(false);
        }
    }
}
