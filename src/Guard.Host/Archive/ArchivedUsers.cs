using System.Collections;

namespace Guard.Host.Archive;

/// <summary>
/// Which accounts a day's file may hold, so that many of them can be looked for one after the other without reading every block for each. It may take an
/// account for held that is not, which costs one look through the file, never the other way round. Only what was appended since is read anew.
/// </summary>
internal sealed class ArchivedUsers
{
    /// <summary>A million accounts on one day are found wrongly in one of nine cases; a month of days takes 30 MiB.</summary>
    private const int Bits = 1 << 23;

    private readonly Dictionary<string, Day> _days = [];

    public bool MayHold(string path, uint hash)
    {
        using var stream = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, 64 * 1024);
        if (!_days.TryGetValue(path, out var day))
            _days[path] = day = new Day();
        foreach (var block in ArchiveBlock.Heads(stream, day.ReadTo))
        {
            foreach (var user in block.Header.Users)
                day.Held[Index(user)] = true;
            // What a crash tore is written over: other accounts may stand there next time.
            if (block.End > stream.Length)
                break;
            day.ReadTo = block.End;
        }
        return day.Held[Index(hash)];
    }

    /// <summary>The file is another one from now on.</summary>
    public void Rewritten(string path) => _days.Remove(path);

    public void Clear() => _days.Clear();

    private static int Index(uint hash) => (int)(hash % Bits);

    private sealed class Day
    {
        public BitArray Held { get; } = new(Bits);

        public long ReadTo { get; set; }
    }
}
