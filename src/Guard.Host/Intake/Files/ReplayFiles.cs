using System.IO.Compression;
using Guard.Host.Intake.Journal;

namespace Guard.Host.Intake.Files;

/// <summary>
/// Files to be replayed: rotated sets oldest first, plain or gzip, <c>-</c> for standard input; <c>journal:</c> for this machine's journal,
/// <c>journal:DIRECTORY</c> or a <c>.journal</c> file for another.
/// </summary>
public static class ReplayFiles
{
    /// <summary>
    /// Puts rotated sets in order: <c>mail.log.2.gz</c>, <c>mail.log.1</c>, <c>mail.log</c>; different logs keep the order they were named in.
    /// </summary>
    /// <exception cref="LogFileException">Something named is not there or is a directory without logs.</exception>
    public static IReadOnlyList<string> InOrder(IEnumerable<string> arguments)
    {
        var files = new List<string>();
        foreach (var argument in arguments)
        {
            if (argument == "-" || JournalFiles.Are(argument))
                files.Add(argument);
            else if (FileStatus.Of(argument, out var error) is not { } status)
                throw new LogFileException(FileStatus.IsMissing(error) ? $"{argument}: no such file" : $"{argument}: {LogFileStream.Describe(error)}");
            else if (status.Kind == FileKind.Directory)
                files.AddRange(Beside(argument));
            else if (LogFileStream.ProblemOf(status.Kind) is { } problem)
                throw new LogFileException($"{argument}: {problem}");
            else
                files.Add(argument);
        }
        if (files.Count == 0)
            throw new LogFileException("no log files were found");
        var first = new Dictionary<string, int>();
        foreach (var file in files)
            first.TryAdd(RotatedName.Of(file).Base, first.Count);
        return [.. files.OrderBy(file => first[RotatedName.Of(file).Base]).ThenBy(file => RotatedName.Of(file).Age)];
    }

    /// <summary>About how much text files, or all files of directories, hold, bytes; nothing where that cannot be told before reading.</summary>
    public static long TextOf(IEnumerable<string> arguments)
    {
        const int TextOfGzip = 8;
        long sum = 0;
        foreach (var argument in arguments)
        {
            var file = new FileInfo(argument);
            if (file.Exists)
                sum += file.Extension == ".gz" ? file.Length * TextOfGzip : file.Length;
            else if (Directory.Exists(argument))
                sum += TextOf(Directory.EnumerateFiles(argument, "*", new EnumerationOptions { IgnoreInaccessible = true }));
        }
        return sum;
    }

    private static IEnumerable<string> Beside(string directory)
    {
        try
        {
            return Directory.EnumerateFiles(directory).Order(StringComparer.Ordinal).ToArray();
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw new LogFileException($"{directory}: {failure.Message}", failure);
        }
    }

    /// <summary>Opens for reading; gzip is recognised by its first bytes, not its name.</summary>
    /// <exception cref="LogFileException">It cannot be opened.</exception>
    public static Stream Open(string file)
    {
        if (JournalFiles.Are(file))
            return JournalFiles.Open(file);
        try
        {
            Stream raw =
                file == "-"
                    ? Console.OpenStandardInput()
                    : new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, 1, FileOptions.SequentialScan);
            var peeked = new PeekedStream(raw);
            return peeked.StartsWith([0x1F, 0x8B]) ? new GZipStream(peeked, CompressionMode.Decompress) : peeked;
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw new LogFileException($"{file}: {failure.Message}", failure);
        }
    }

    /// <summary>How many bytes of the file itself were read from what <see cref="Open"/> gave; 0: not known.</summary>
    public static long TakenOf(Stream opened) => ((opened as GZipStream)?.BaseStream ?? opened) is PeekedStream peeked ? peeked.BytesRead : 0;

    /// <summary>When a file was last changed, which no line of it is later than; now for standard input.</summary>
    public static DateTimeOffset TimeOf(string file) => file == "-" ? DateTimeOffset.UtcNow : new DateTimeOffset(File.GetLastWriteTimeUtc(file), TimeSpan.Zero);
}
