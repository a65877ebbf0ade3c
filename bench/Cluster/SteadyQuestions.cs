using System.Collections.Concurrent;
using System.Diagnostics;

namespace Guard.Bench.Cluster;

/// <summary>Asks for accounts that are awake, so many a second whatever becomes of them, until it is stopped. Counted from when a question was due.</summary>
internal sealed class SteadyQuestions
{
    private const int PerSecond = 200;
    private const int Connections = 16;
    private const int Accounts = 1000;

    private readonly CancellationTokenSource _stop = new();
    private readonly ConcurrentBag<double> _took = [];
    private readonly Task _asking;
    private int _unanswered;

    public SteadyQuestions(int port) => _asking = Task.WhenAll(Enumerable.Range(0, Connections).Select(one => Task.Run(() => AskAsync(port, one))));

    private async Task AskAsync(int port, int first)
    {
        using var client = await PolicyClient.ConnectAsync(port).ConfigureAwait(false);
        var begin = Stopwatch.GetTimestamp();
        for (var number = first; !_stop.IsCancellationRequested; number += Connections)
        {
            var due = TimeSpan.FromSeconds(number / (double)PerSecond);
            if (due - Stopwatch.GetElapsedTime(begin) is { Ticks: > 0 } early)
                await Task.Delay(early).ConfigureAwait(false);
            if (!await client.IsLetThroughAsync(KnownAccounts.Name(number % Accounts).Value).ConfigureAwait(false))
                Interlocked.Increment(ref _unanswered);
            _took.Add((Stopwatch.GetElapsedTime(begin) - due).TotalMilliseconds);
        }
    }

    /// <summary>What came out while something was done.</summary>
    public static async Task<Answers> WhileAsync(int port, Func<Task> work)
    {
        var questions = new SteadyQuestions(port);
        try
        {
            await work().ConfigureAwait(false);
        }
        finally
        {
            await questions._stop.CancelAsync().ConfigureAwait(false);
            await questions._asking.ConfigureAwait(false);
        }
        var sorted = questions._took.Order().ToArray();
        return new Answers(Percentile.At(sorted, 0.99), Percentile.At(sorted, 1), questions._unanswered);
    }

    /// <param name="P99">Milliseconds.</param>
    /// <param name="Worst">Milliseconds.</param>
    /// <param name="Unanswered">Answers that the guard gave up in its deadline.</param>
    public readonly record struct Answers(double P99, double Worst, int Unanswered)
    {
        public override string ToString() => $"{P99:F1} / {Worst:F0}{(Unanswered > 0 ? $", {Unanswered} unanswered" : "")}";
    }
}
