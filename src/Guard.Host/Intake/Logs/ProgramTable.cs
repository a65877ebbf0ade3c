using System.Buffers.Binary;
using System.Numerics;

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
        ulong hash = (uint)program.Length;
        if (program.Length >= 8)
        {
            hash ^= BinaryPrimitives.ReadUInt64LittleEndian(program) ^ BitOperations.RotateLeft(BinaryPrimitives.ReadUInt64LittleEndian(program[^8..]), 17);
        }
        else
        {
            foreach (var c in program)
                hash = (hash << 8) ^ (hash >> 56) ^ c;
        }
        return (int)((hash * 0x9E37_79B9_7F4A_7C15) >> 56);
    }
}
