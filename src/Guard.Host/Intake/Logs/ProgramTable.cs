namespace Guard.Host.Intake.Logs;

/// <summary>Finds the daemon of a program's tag. Tags are few: each is asked about once, and then found by its bytes.</summary>
internal sealed class ProgramTable(IDaemonParser[] daemons)
{
    private const int Size = 256;

    private readonly (byte[] Program, IDaemonParser? Daemon)[] _known = new (byte[], IDaemonParser?)[Size];

    public IDaemonParser? Find(ReadOnlySpan<byte> program)
    {
        ref var slot = ref _known[Slot(program)];
        if (slot.Program is { } same && program.SequenceEqual(same))
            return slot.Daemon;
        IDaemonParser? found = null;
        foreach (var daemon in daemons)
        {
            if (!daemon.Knows(program))
                continue;
            found = daemon;
            break;
        }
        // Tags of strangers come and go: only those of daemons are kept.
        if (found is not null)
            slot = (program.ToArray(), found);
        return found;
    }

    private static int Slot(ReadOnlySpan<byte> program)
    {
        var hash = 17u;
        foreach (var c in program)
            hash = (hash * 31) + c;
        return (int)(hash % Size);
    }
}
