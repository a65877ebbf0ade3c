using System.Diagnostics;
using System.Runtime.InteropServices;
using Serilog;

namespace Guard.Host.Running;

/// <summary>Gives memory back to the system while the guard is idle (<see cref="MemoryRest"/>).</summary>
/// <param name="work">How much was asked and decided since the start.</param>
internal sealed class MemoryKeeper(Func<long> work, TimeProvider time, ILogger log)
{
    /// <summary>How often to look.</summary>
    public static readonly TimeSpan Every = TimeSpan.FromSeconds(10);

    private readonly Lock _looking = new();
    private readonly long _start = time.GetTimestamp();
    private MemoryRest _rest = new(work(), TimeSpan.Zero);

    /// <summary>How often memory was given back.</summary>
    public int Times { get; private set; }

    public void Look()
    {
        // A look that takes long is not waited for by the next one.
        if (!_looking.TryEnter())
            return;
        try
        {
            var heap = GC.GetGCMemoryInfo(GCKind.Any);
            (_rest, var step) = _rest.Look(time.GetElapsedTime(_start), work(), heap.TotalCommittedBytes, heap.HeapSizeBytes - heap.FragmentedBytes);
            if (step == MemoryStep.Sweep)
                GC.Collect(GC.MaxGeneration, GCCollectionMode.Forced, blocking: false);
            if (step != MemoryStep.GiveBack)
                return;
            var since = Stopwatch.GetTimestamp();
            GiveBack();
            var held = GC.GetGCMemoryInfo(GCKind.Any).TotalCommittedBytes;
            _rest = _rest.GaveBack(held);
            Times++;
            log.Debug(
                "Idle: the heap has {Held} instead of {Before} MB; to give back took {Milliseconds} ms",
                held >> 20,
                heap.TotalCommittedBytes >> 20,
                (long)Stopwatch.GetElapsedTime(since).TotalMilliseconds
            );
        }
        finally
        {
            _looking.Exit();
        }
    }

    private static void GiveBack()
    {
        GC.Collect(GC.MaxGeneration, GCCollectionMode.Aggressive, blocking: true, compacting: true);
        // What compiling left free in the C library's own heap, 8 MB after a start, is given back by nobody else.
        try
        {
            _ = Trim(0);
        }
        catch (EntryPointNotFoundException)
        {
            // Only glibc has it.
        }
    }

    /// <summary>malloc_trim(3).</summary>
    [DllImport("libc", EntryPoint = "malloc_trim")]
    private static extern int Trim(nuint pad);
}
