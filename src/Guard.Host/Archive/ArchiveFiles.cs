using System.Globalization;

namespace Guard.Host.Archive;

/// <summary>The archive's files: one for each day (UTC) on which something happened.</summary>
internal sealed class ArchiveFiles(string directory)
{
    private const string Ending = ".archive";

    public string Directory => directory;

    public string Of(DateOnly day) => Path.Combine(directory, day.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture) + Ending);

    /// <summary>Oldest first.</summary>
    public IReadOnlyList<(DateOnly Day, FileInfo File)> All() =>
        !System.IO.Directory.Exists(directory)
            ? []
            :
            [
                .. new DirectoryInfo(directory)
                    .EnumerateFiles("*" + Ending)
                    .Select(file =>
                        (
                            Known: DateOnly.TryParseExact(
                                file.Name[..^Ending.Length],
                                "yyyy-MM-dd",
                                CultureInfo.InvariantCulture,
                                DateTimeStyles.None,
                                out var day
                            ),
                            Day: day,
                            File: file
                        )
                    )
                    .Where(one => one.Known)
                    .Select(one => (one.Day, one.File))
                    .OrderBy(one => one.Day),
            ];

    public static DateOnly DayOf(DateTimeOffset at) => DateOnly.FromDateTime(at.UtcDateTime);

    public void Make() => System.IO.Directory.CreateDirectory(directory);

    /// <summary>Appends whole blocks. What a crash left half written at the end is cut off first, so that what follows can be read.</summary>
    public void Append(DateOnly day, ReadOnlySpan<byte> block, bool checkEnd)
    {
        Make();
        using var stream = new FileStream(Of(day), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.Read);
        if (checkEnd)
            stream.SetLength(SoundLength(stream));
        stream.Seek(0, SeekOrigin.End);
        stream.Write(block);
    }

    /// <summary>Up to where the file holds whole blocks.</summary>
    private static long SoundLength(FileStream stream) => ArchiveBlock.Heads(stream, 0).LastOrDefault()?.End ?? 0;

    /// <summary>Deletes days before a day, and the oldest while all together are too large; the newest stays.</summary>
    /// <returns>Bytes that are left.</returns>
    public long Bound(DateOnly oldest, long most)
    {
        var files = All();
        var total = files.Sum(file => file.File.Length);
        foreach (var (day, file) in files.SkipLast(1))
        {
            if (day >= oldest && total <= most)
                continue;
            total -= file.Length;
            file.Delete();
        }
        return total;
    }
}
