using System.Diagnostics;

namespace Guard.EndToEnd.Tests;

/// <summary>Looks at something outside the process until it is so, or until the time is up.</summary>
internal static class Deadline
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(50);

    public static async Task<bool> Within(TimeSpan limit, Func<Task<bool>> look, CancellationToken cancellation)
    {
        var watch = Stopwatch.StartNew();
        do
        {
            if (await look())
                return true;
            await Task.Delay(Pause, cancellation);
        } while (watch.Elapsed < limit);
        return false;
    }
}
