using System.Collections;
using System.Numerics;

namespace Guard.Host.Archive;

/// <summary>
/// Which accounts a day's file may hold, so that many of them can be looked for one after the other without reading every block for each. It may take an
/// account for held that is not, which costs one look through the file, never the other way round. Only what was appended since is read anew.
/// </summary>
internal sealed class ArchivedUsers
{
    /// <summary>A day's filter takes 1 MiB, a month's 30.</summary>
    private const int IndexBits = 23;

    /// <summary>Bits of an account (Bloom, "Space/time trade-offs in hash coding with allowable errors", 1970). With four, a million accounts on one day let
    /// one of fifty others be taken for held, with one it would be one of nine; 300,000 let one of 3,000, instead of one of 29.</summary>
    private const int Each = 4;

    private readonly Dictionary<string, Day> _days = [];

    public bool MayHold(string path, uint hash)
    {
        using var stream = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, 64 * 1024);
        if (!_days.TryGetValue(path, out var day))
            _days[path] = day = new Day();
        foreach (var block in ArchiveBlock.Heads(stream, day.ReadTo))
        {
            foreach (var user in block.Header.Users)
                day.Add(user);
            // What a crash tore is written over: other accounts may stand there next time.
            if (block.End > stream.Length)
                break;
            day.ReadTo = block.End;
        }
        return day.MayHold(hash);
    }

    /// <summary>The file is another one from now on.</summary>
    public void Rewritten(string path) => _days.Remove(path);

    public void Clear() => _days.Clear();

    private sealed class Day
    {
        private readonly BitArray _held = new(1 << IndexBits);

        public long ReadTo { get; set; }

        public void Add(uint hash)
        {
            for (var nth = 0; nth < Each; nth++)
                _held[Index(hash, nth)] = true;
        }

        public bool MayHold(uint hash)
        {
            for (var nth = 0; nth < Each; nth++)
            {
                if (!_held[Index(hash, nth)])
                    return false;
            }
            return true;
        }

        /// <summary>Double hashing (Kirsch and Mitzenmacher, "Less hashing, same performance", 2006): the second hash is the first, mixed, and odd.</summary>
        private static int Index(uint hash, int nth)
        {
            var step = (hash * 0x9E37_79B9) | 1;
            return (int)((hash + (uint)nth * BitOperations.RotateLeft(step, 15)) >> (32 - IndexBits));
        }
    }
}
