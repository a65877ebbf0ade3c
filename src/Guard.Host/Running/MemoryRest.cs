namespace Guard.Host.Running;

/// <summary>What is done about memory now.</summary>
internal enum MemoryStep
{
    None,

    /// <summary>Finds out beside the work what is not used any more.</summary>
    Sweep,

    /// <summary>Gives back what is not used; everybody waits meanwhile.</summary>
    GiveBack,
}

/// <summary>
/// When a guard with little to do gives memory back. Who allocates nothing collects nothing, so that what a start or a busy hour took stays until the next one. To give back holds
/// everybody up, by 25 ms with the 8 MB that live after a start: it is done where nobody is expected, and only when little lives. Pure.
/// </summary>
/// <param name="Work">What was done until it was last looked: a number that only rises.</param>
/// <param name="QuietSince">When something was last seen to be done.</param>
/// <param name="Left">Bytes that the heap had when it last gave back; null: it never did.</param>
/// <param name="SweptAt">When it was last looked what is not used, without giving anything back since.</param>
internal sealed record MemoryRest(long Work, TimeSpan QuietSince, long? Left = null, TimeSpan? SweptAt = null)
{
    /// <summary>Nothing was asked or decided for so long.</summary>
    public static readonly TimeSpan Quiet = TimeSpan.FromSeconds(20);

    /// <summary>Behind a sweep that left too much: accounts leave memory after a while.</summary>
    public static readonly TimeSpan SweepAgain = TimeSpan.FromMinutes(3);

    /// <summary>So much more than what was left is worth it: the youngest generation alone takes 8 MiB again and again.</summary>
    public const long Worth = 24L << 20;

    /// <summary>What lives is moved together: more of it would hold answers up.</summary>
    public const long Movable = 32L << 20;

    /// <param name="now">By a clock that is never set.</param>
    /// <param name="held">Bytes that the heap has now.</param>
    /// <param name="used">Of them those that were used when it was last collected.</param>
    public (MemoryRest Next, MemoryStep Step) Look(TimeSpan now, long work, long held, long used)
    {
        if (work != Work)
            return (this with { Work = work, QuietSince = now }, MemoryStep.None);
        if (now - QuietSince < Quiet || (Left is { } left && held - left < Worth))
            return (this, MemoryStep.None);
        if (used <= Movable)
            return (this, MemoryStep.GiveBack);
        return SweptAt is { } swept && now - swept < SweepAgain ? (this, MemoryStep.None) : (this with { SweptAt = now }, MemoryStep.Sweep);
    }

    /// <param name="held">Bytes that the heap has still.</param>
    public MemoryRest GaveBack(long held) => this with { Left = held, SweptAt = null };
}
