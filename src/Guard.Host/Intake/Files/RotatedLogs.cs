using System.IO.Compression;

namespace Guard.Host.Intake.Files;

/// <summary>A file that was rotated away.</summary>
internal sealed record RotatedLog(string Path, FileStatus Status);

/// <summary>What was rotated away from a log, beside it or, when its name is a symbolic link, beside what it leads to.</summary>
internal static class RotatedLogs
{
    /// <summary>Oldest first. Of one that is just being compressed the plain one, which is whole.</summary>
    public static IReadOnlyList<RotatedLog> Of(string log)
    {
        var found = new SortedDictionary<string, RotatedLog>(StringComparer.Ordinal);
        foreach (var name in Names(log))
        {
            foreach (var file in Beside(name))
            {
                var rotated = RotatedName.Of(file);
                if (!rotated.IsRotated || rotated.Base != name || FileStatus.Of(file, out _) is not { Kind: FileKind.Regular } status)
                    continue;
                if (!found.TryGetValue(rotated.Age, out var other) || other.Path.Length > file.Length)
                    found[rotated.Age] = new RotatedLog(file, status);
            }
        }
        return [.. found.Values];
    }

    /// <summary>Plain or compressed, which its first bytes tell. Null when it cannot be opened.</summary>
    public static (Stream Stream, LogFileStream File, bool Packed)? Open(string path)
    {
        if (LogFileStream.TryOpen(path, out _) is not { IsPipe: false } file)
            return null;
        Span<byte> magic = stackalloc byte[2];
        var packed = file.ReadAt(magic, 0) == 2 && magic is [0x1F, 0x8B];
        return (packed ? new GZipStream(file, CompressionMode.Decompress) : file, file, packed);
    }

    public static bool IsEmpty(RotatedLog one)
    {
        if (one.Status.Length == 0)
            return true;
        try
        {
            using var stream = Open(one.Path)?.Stream;
            return stream is not null && stream.ReadByte() < 0;
        }
        catch (Exception failure) when (failure is IOException or InvalidDataException)
        {
            return false;
        }
    }

    private static IEnumerable<string> Names(string log)
    {
        yield return log;
        string? target = null;
        try
        {
            target = File.ResolveLinkTarget(log, returnFinalTarget: true)?.FullName;
        }
        catch (IOException)
        {
            // Links in a circle lead nowhere.
        }
        if (target is not null && target != log)
            yield return target;
    }

    private static string[] Beside(string log)
    {
        var stem = Path.GetFileNameWithoutExtension(log);
        try
        {
            return Array.FindAll(
                Directory.GetFiles(Path.GetDirectoryName(log)!),
                file => Path.GetFileName(file.AsSpan()).StartsWith(stem, StringComparison.Ordinal)
            );
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            return [];
        }
    }
}
