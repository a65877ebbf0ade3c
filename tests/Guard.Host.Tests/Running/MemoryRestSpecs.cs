using Guard.Host.Running;
using Serilog.Core;
using Xunit;

namespace Guard.Host.Tests.Running;

/// <summary>An idle guard gives memory back, and holds nobody up for it.</summary>
public sealed class MemoryRestSpecs
{
    private const long Heap = 20L << 20;
    private const long Used = 10L << 20;

    private static MemoryStep Step(ref MemoryRest rest, TimeSpan now, long work = 0, long held = Heap, long used = Used)
    {
        (rest, var step) = rest.Look(now, work, held, used);
        return step;
    }

    [Fact]
    public void After_a_start_it_waits_until_nothing_was_done_for_a_while()
    {
        var rest = new MemoryRest(0, TimeSpan.Zero);
        Assert.Equal(MemoryStep.None, Step(ref rest, MemoryRest.Quiet - TimeSpan.FromSeconds(1)));
        Assert.Equal(MemoryStep.GiveBack, Step(ref rest, MemoryRest.Quiet));
    }

    [Fact]
    public void Whatever_was_done_begins_the_wait_anew()
    {
        var rest = new MemoryRest(7, TimeSpan.Zero);
        var busy = MemoryRest.Quiet * 5;
        Assert.Equal(MemoryStep.None, Step(ref rest, busy, 8));
        Assert.Equal(MemoryStep.None, Step(ref rest, busy + MemoryRest.Quiet / 2, 8));
        Assert.Equal(MemoryStep.GiveBack, Step(ref rest, busy + MemoryRest.Quiet, 8));
    }

    [Fact]
    public void It_is_done_again_only_when_the_heap_has_grown_by_what_is_worth_it()
    {
        var rest = new MemoryRest(0, TimeSpan.Zero).GaveBack(Heap);
        Assert.Equal(MemoryStep.None, Step(ref rest, MemoryRest.Quiet, held: Heap + MemoryRest.Worth - 1));
        Assert.Equal(MemoryStep.GiveBack, Step(ref rest, MemoryRest.Quiet, held: Heap + MemoryRest.Worth));
    }

    [Fact]
    public void Where_much_seems_to_live_it_is_looked_first_what_does_and_nobody_waits_for_it()
    {
        var rest = new MemoryRest(0, TimeSpan.Zero);
        var now = MemoryRest.Quiet;
        Assert.Equal(MemoryStep.Sweep, Step(ref rest, now, held: 10 * Heap, used: MemoryRest.Movable + 1));
        Assert.Equal(MemoryStep.GiveBack, Step(ref rest, now + TimeSpan.FromSeconds(10), held: 10 * Heap, used: MemoryRest.Movable));
        // As much lives: it stays, and is looked at again later.
        Assert.Equal(MemoryStep.None, Step(ref rest, now + TimeSpan.FromSeconds(10), held: 10 * Heap, used: MemoryRest.Movable + 1));
        Assert.Equal(MemoryStep.Sweep, Step(ref rest, now + MemoryRest.SweepAgain, held: 10 * Heap, used: MemoryRest.Movable + 1));
        rest = rest.GaveBack(Heap);
        Assert.Equal(MemoryStep.Sweep, Step(ref rest, now + MemoryRest.SweepAgain, held: 10 * Heap, used: MemoryRest.Movable + 1));
    }

    [Fact]
    public void What_nobody_holds_any_more_goes_while_nothing_is_done()
    {
        var time = new HandClock();
        var work = 0L;
        var keeper = new MemoryKeeper(() => work, time, Logger.None);
        var garbage = Leave();
        time.Advance(MemoryRest.Quiet);
        work++;
        keeper.Look();
        Assert.Equal(0, keeper.Times);
        time.Advance(MemoryRest.Quiet);
        // What other tests hold may have to be looked at first, beside the work.
        SpinWait.SpinUntil(
            () =>
            {
                keeper.Look();
                time.Advance(MemoryRest.SweepAgain);
                return !garbage.IsAlive;
            },
            TimeSpan.FromSeconds(60)
        );
        Assert.False(garbage.IsAlive);
    }

    /// <summary>Large, so that only a collection of everything takes it.</summary>
    [System.Runtime.CompilerServices.MethodImpl(System.Runtime.CompilerServices.MethodImplOptions.NoInlining)]
    private static WeakReference Leave() => new(new byte[1 << 20]);
}
