using Guard.Actors.Serialization;

namespace Guard.Bench.Decision;

/// <summary>How large the stored state of an account is.</summary>
internal static class StateSizes
{
    public static void Print(TextWriter output)
    {
        var users = LivedAccounts.Live(2000).Users.ToList();
        var clock = System.Diagnostics.Stopwatch.StartNew();
        var sizes = users.Select(user => GuardSerializer.SizeOf(user)).Order().ToArray();
        output.WriteLine(
            $"{sizes.Length} accounts after 120 days: median {sizes[sizes.Length / 2]}, 99 % {sizes[sizes.Length * 99 / 100]}, largest {sizes[^1]} bytes; {sizes.Count(size => size > 2048)} above 2 KiB; {clock.Elapsed.TotalMicroseconds / users.Count:0} µs each to write"
        );
    }
}
