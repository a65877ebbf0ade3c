using System.Diagnostics;
using System.Globalization;
using Xunit;

namespace Guard.Host.Tests.Fuzzing;

/// <summary>
/// Feeds a parser: as many inputs as <see cref="FuzzEffort"/> says. It may take or refuse them, but not fail otherwise, not go on for ever, and not take
/// memory beyond measure.
/// </summary>
internal static class Fuzzer
{
    /// <summary>Inputs take microseconds; what takes a minute does not end, on a busy machine either.</summary>
    private static readonly TimeSpan Hanging = TimeSpan.FromMinutes(1);

    /// <param name="feed">Parses; throws what the parser is not to throw.</param>
    /// <param name="maxBytes">What it may allocate for one input, on top of a hundred times the input's length.</param>
    public static void Run(string name, Mutations mutations, Action<byte[]> feed, long maxBytes) =>
        Run(name, mutations.Input, (_, input) => feed(input), maxBytes);

    /// <param name="made">The input of a number, the same one every time.</param>
    /// <param name="feed">Is given the number, too.</param>
    public static void Run(string name, Func<int, byte[]> made, Action<int, byte[]> feed, long maxBytes)
    {
        var state = new Progress();
        var watch = Stopwatch.StartNew();
        var workers = Enumerable.Range(0, Environment.ProcessorCount).Select(_ => new Worker(made, feed, maxBytes, state)).ToArray();
        foreach (var worker in workers)
            worker.Start();
        foreach (var worker in workers)
        {
            while (!worker.Ends(TimeSpan.FromSeconds(1)))
                Assert.False(worker.Busy > Hanging, $"{name}: input {worker.Number} does not end: {Convert.ToHexString(made(worker.Number))}");
        }
        Assert.True(state.Fault is null, $"{name}: {state.Fault}");
        using var process = Process.GetCurrentProcess();
        TestContext.Current.TestOutputHelper?.WriteLine(
            string.Create(
                CultureInfo.InvariantCulture,
                $"{name}: {FuzzEffort.Inputs} inputs in {watch.Elapsed.TotalSeconds:F1} s, at most {state.MaxAllocated} bytes for one, peak {process.PeakWorkingSet64 >> 20} MiB resident"
            )
        );
    }

    private sealed class Progress
    {
        private int _next = -1;
        private long _mostAllocated;
        private volatile string? _fault;

        public string? Fault => _fault;

        public long MaxAllocated => Interlocked.Read(ref _mostAllocated);

        public int Next() => _fault is null ? Interlocked.Increment(ref _next) : int.MaxValue;

        public void Failed(string fault) => _fault ??= fault;

        public void Allocated(long bytes)
        {
            long most;
            while (bytes > (most = MaxAllocated) && Interlocked.CompareExchange(ref _mostAllocated, bytes, most) != most) { }
        }
    }

    private sealed class Worker(Func<int, byte[]> made, Action<int, byte[]> feed, long maxBytes, Progress progress)
    {
        private Thread? _thread;
        private long _since = Stopwatch.GetTimestamp();
        private int _number;

        public int Number => Volatile.Read(ref _number);

        public TimeSpan Busy => Stopwatch.GetElapsedTime(Interlocked.Read(ref _since));

        public void Start()
        {
            _thread = new Thread(Work) { IsBackground = true };
            _thread.Start();
        }

        public bool Ends(TimeSpan within) => _thread!.Join(within);

        private void Work()
        {
            for (var number = progress.Next(); number < FuzzEffort.Inputs; number = progress.Next())
            {
                Volatile.Write(ref _number, number);
                Interlocked.Exchange(ref _since, Stopwatch.GetTimestamp());
                var input = made(number);
                var before = GC.GetAllocatedBytesForCurrentThread();
                try
                {
                    feed(number, input);
                }
                catch (Exception failure)
                {
                    progress.Failed($"input {number}: {failure} on {Convert.ToHexString(input)}");
                }
                var allocated = GC.GetAllocatedBytesForCurrentThread() - before;
                progress.Allocated(allocated);
                if (allocated > maxBytes + (100L * input.Length))
                    progress.Failed($"input {number} of {input.Length} bytes made it allocate {allocated}: {Convert.ToHexString(input)}");
            }
        }
    }
}
