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
        var waited = Stopwatch.StartNew();
        while (!await reached())
        {
            if (waited.Elapsed > (patience ?? Patience))
                Assert.Fail($"{otherwise()} (waited {waited.Elapsed.TotalSeconds:F0} s)");
            await Task.Delay(Pause, TestContext.Current.CancellationToken);
        }
    }
}
