using System.Diagnostics;
using Xunit;

namespace Guard.Tests;

/// <summary>
/// Looks at something that another thread, actor or process brings about, until it is so. The one waiting loop of all tests: it fails with what was awaited, and it
/// asserts no speed, since its patience is far beyond what the slowest machine needs.
/// </summary>
internal static class Eventually
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(10);
    private static readonly TimeSpan LongPause = TimeSpan.FromMilliseconds(50);

    /// <param name="reached">Asked again and again.</param>
    /// <param name="otherwise">What to say when it never becomes so.</param>
    /// <param name="patience">Two minutes, unless told.</param>
    public static Task Is(Func<bool> reached, string otherwise = "it did not come about", TimeSpan? patience = null) =>
        Is(() => Task.FromResult(reached()), () => otherwise, patience);

    /// <inheritdoc cref="Is(Func{bool}, string, TimeSpan?)"/>
    public static Task Is(Func<Task<bool>> reached, string otherwise = "it did not come about", TimeSpan? patience = null) =>
        Is(reached, () => otherwise, patience);

    /// <inheritdoc cref="Is(Func{bool}, string, TimeSpan?)"/>
    public static Task Is(Func<bool> reached, Func<string> otherwise, TimeSpan? patience = null) => Is(() => Task.FromResult(reached()), otherwise, patience);

    /// <inheritdoc cref="Is(Func{bool}, string, TimeSpan?)"/>
    public static async Task Is(Func<Task<bool>> reached, Func<string> otherwise, TimeSpan? patience = null)
    {
        var limit = patience ?? Patience;
        if (!await Within(limit, reached, TestContext.Current.CancellationToken, Pause))
            Assert.Fail($"{otherwise()} (waited {limit.TotalSeconds:F0} s)");
    }

    /// <summary>Looks until it is so, or until the time is up.</summary>
    /// <param name="pause">Between two looks; 50 ms, unless told: most of them start a program.</param>
    public static async Task<bool> Within(TimeSpan limit, Func<Task<bool>> look, CancellationToken cancellation, TimeSpan? pause = null)
    {
        var watch = Stopwatch.StartNew();
        do
        {
            if (await look())
                return true;
            await Task.Delay(pause ?? LongPause, cancellation);
        } while (watch.Elapsed < limit);
        return false;
    }
}
