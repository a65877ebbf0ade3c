using System.IO.Compression;

namespace Guard.Host.Intake.Files;

/// <summary>What a step of following came to.</summary>
public enum FollowStep
{
    /// <summary>Lines may be taken from the buffer.</summary>
    Read,

    /// <summary>Everything there is was read.</summary>
    Idle,

    /// <summary>The next file of this name begins.</summary>
    Switched,

    /// <summary>There is no file of this name now.</summary>
    Missing,
}

/// <summary>
/// Follows a log by its name through rotation by rename, copy-and-truncate, deletion and compression, in order and without loss. The caller drives it.
/// Linux only: the name an open file has now is read from <c>/proc/self/fd</c>.
/// </summary>
public sealed class LogFollower : IDisposable
{
    private readonly string _path;
    private readonly Queue<string> _older = new();
    private Stream? _stream;
    private FileStream? _file;
    private FileFingerprint _fingerprint;
    private FollowCheckpoint? _resume;

    /// <param name="resume">Where an earlier run stopped; null to begin at the start of the file.</param>
    public LogFollower(string path, FollowCheckpoint? resume, int longestLine = 65_536)
    {
        _path = Path.GetFullPath(path);
        Lines = new LineBuffer(longestLine);
        _resume = resume;
        Generation = resume?.Generation ?? 0;
    }

    public LineBuffer Lines { get; }

    /// <summary>Counts the files that had this name.</summary>
    public uint Generation { get; private set; }

    /// <summary>Set when the file of the checkpoint could not be found again: what was in it and not read is lost.</summary>
    public bool Gap { get; private set; }

    public FollowCheckpoint Capture(byte[] parserState) => new(_path, Generation, Lines.Offset, Fingerprint(), parserState);

    public FollowStep Step()
    {
        if (_stream is null && !Open())
            return FollowStep.Missing;
        if (Lines.Fill(_stream!))
            return FollowStep.Read;
        if (_file is { } file && _older.Count == 0)
        {
            if (file.Length < file.Position)
                return Restart();
            if (IsStillNamed(file))
                return FollowStep.Idle;
            // Whoever held it open may have written between our last read and the rename.
            if (Lines.Fill(file))
                return FollowStep.Read;
        }
        // An unfinished last line of a finished file is a line all the same; the caller takes it before it goes on.
        Close();
        if (_older.Count == 0 && !File.Exists(_path))
        {
            _next = true;
            return FollowStep.Missing;
        }
        _next = true;
        return FollowStep.Switched;
    }

    private bool _next;

    private bool Open()
    {
        if (_resume is { } resume)
        {
            _resume = null;
            if (Resume(resume))
                return true;
        }
        var rotated = _older.Count > 0;
        var path = rotated ? _older.Dequeue() : _path;
        try
        {
            if (!File.Exists(path))
                return false;
            Use(path, rotated);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            if (!rotated)
                throw new LogFileException($"{path}: {failure.Message}", failure);
            Gap = true;
            return false;
        }
        if (_next)
            Generation++;
        _next = false;
        Lines.Reset(0);
        return true;
    }

    /// <summary>Finds the file of the checkpoint, which may have been renamed or compressed since, and queues those that came after it.</summary>
    private bool Resume(FollowCheckpoint checkpoint)
    {
        if (Recognise(_path, checkpoint))
            return true;
        var directory = Path.GetDirectoryName(_path)!;
        if (!Directory.Exists(directory))
            return false;
        var rotated = Directory.EnumerateFiles(directory)
            .Where(file => file != _path && RotatedName.Of(file).Base == _path)
            .OrderBy(file => RotatedName.Of(file).Age, StringComparer.Ordinal).ToArray();
        for (var i = rotated.Length - 1; i >= 0; i--)
        {
            if (!Recognise(rotated[i], checkpoint))
                continue;
            foreach (var later in rotated.Skip(i + 1))
                _older.Enqueue(later);
            // The current one comes last, through the same door.
            _older.Enqueue(_path);
            return true;
        }
        Gap = checkpoint.Offset > 0;
        _next = true;
        return false;
    }

    private bool Recognise(string path, FollowCheckpoint checkpoint)
    {
        try
        {
            if (!File.Exists(path))
                return false;
            using (var probe = ReplayFiles.Open(path))
            {
                if (!checkpoint.Fingerprint.Matches(probe))
                    return false;
            }
            Use(path, path != _path);
            if (_file is not null)
            {
                if (_file.Length < checkpoint.Offset)
                {
                    Close();
                    return false;
                }
                _file.Position = checkpoint.Offset;
            }
            else
            {
                Skip(_stream!, checkpoint.Offset);
            }
            _fingerprint = checkpoint.Fingerprint;
            Lines.Reset(checkpoint.Offset);
            return true;
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException or LogFileException or InvalidDataException)
        {
            Close();
            return false;
        }
    }

    private void Use(string path, bool rotated)
    {
        var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, 1);
        _fingerprint = default;
        if (rotated && file.ReadByte() == 0x1F && file.ReadByte() == 0x8B)
        {
            file.Position = 0;
            _stream = new GZipStream(file, CompressionMode.Decompress);
            _file = null;
            return;
        }
        file.Position = 0;
        _file = file;
        _stream = file;
    }

    private FollowStep Restart()
    {
        // Copied and truncated: the copy has what we read; what is here now is new.
        _file!.Position = 0;
        Generation++;
        _fingerprint = default;
        Lines.Reset(0);
        return FollowStep.Switched;
    }

    /// <summary>Taken of the file as it is now, as long as it is shorter than what can be hashed.</summary>
    private FileFingerprint Fingerprint()
    {
        if (_fingerprint.Length >= FileFingerprint.Longest || _file is null)
            return _fingerprint;
        var head = new byte[FileFingerprint.Longest];
        var length = RandomAccess.Read(_file.SafeFileHandle, head, 0);
        // Never more than was taken in: what stands behind may still change by truncation.
        return _fingerprint = FileFingerprint.Of(head.AsSpan(0, (int)Math.Min(length, Lines.Offset)));
    }

    private bool IsStillNamed(FileStream file)
    {
        var link = $"/proc/self/fd/{file.SafeFileHandle.DangerousGetHandle()}";
        var now = File.ResolveLinkTarget(link, returnFinalTarget: false)?.FullName;
        if (now is null)
            return false;
        var target = new FileInfo(_path);
        return now == (target.Exists ? target.ResolveLinkTarget(returnFinalTarget: true)?.FullName ?? _path : _path);
    }

    private static void Skip(Stream stream, long count)
    {
        var scratch = new byte[64 * 1024];
        while (count > 0)
        {
            var read = stream.Read(scratch, 0, (int)Math.Min(count, scratch.Length));
            if (read == 0)
                throw new InvalidDataException("the compressed log is shorter than what was read of it");
            count -= read;
        }
    }

    private void Close()
    {
        _stream?.Dispose();
        _stream = null;
        _file = null;
    }

    public void Dispose() => Close();
}
