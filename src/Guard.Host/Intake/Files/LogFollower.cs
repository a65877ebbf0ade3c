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

    /// <summary>There is no file of this name now, or none that can be read: <see cref="LogFollower.Problem"/>.</summary>
    Missing,
}

/// <summary>
/// Follows a log by its name through rotation by rename, copy-and-truncate, deletion and compression, in order and without loss. The caller drives
/// it; no step waits.
/// A file is known by its inode while it is open, and by its first bytes and those before the place where reading goes on in any case: so one that
/// was truncated and has grown beyond that place since is not mistaken for what it was. Linux only.
/// </summary>
public sealed class LogFollower : IDisposable
{
    /// <summary>
    /// Between the renaming of a log and the moment when its writers open the new one lines still go into the old one: so long it has to be quiet,
    /// while the new one has lines already, before it is left.
    /// </summary>
    public static readonly TimeSpan Grace = TimeSpan.FromSeconds(1);

    /// <summary>Writers that never open the new one must not hold up those who did.</summary>
    public static readonly TimeSpan MaxGrace = TimeSpan.FromSeconds(10);

    /// <summary>How long a deleted file is kept open for its writers when nothing takes its place: it takes room on the disk.</summary>
    private static readonly TimeSpan KeepDeleted = TimeSpan.FromMinutes(10);

    private readonly string _path;
    private readonly TimeProvider _time;
    private FollowedFile? _file;
    private FollowCheckpoint? _resume;
    private FollowCheckpoint? _captured;
    private bool _again;
    private DateTimeOffset? _since;
    private bool _next;
    private bool _between;
    private long _quietSince;
    private long? _leftSince;
    private FollowCheckpoint? _left;
    private DateTimeOffset _leftWritten;

    /// <param name="resume">Where an earlier run stopped; null to begin at the start of the file.</param>
    /// <param name="generation">Where to begin counting without a checkpoint.</param>
    /// <param name="again">Begin with the oldest file that is there of those that had the name, numbered as they were: the journal has lost what was
    /// read.</param>
    /// <param name="since">Without a checkpoint, begin with the first file rotated away that was written to since then.</param>
    public LogFollower(
        string path,
        FollowCheckpoint? resume,
        int longestLine = 65_536,
        TimeProvider? time = null,
        bool again = false,
        uint generation = 0,
        DateTimeOffset? since = null
    )
    {
        _path = Path.GetFullPath(path);
        _time = time ?? TimeProvider.System;
        Lines = new LineBuffer(longestLine);
        _resume = resume;
        _captured = resume;
        _again = again;
        _since = resume is null ? since : null;
        Generation = resume?.Generation ?? generation;
    }

    public LineBuffer Lines { get; }

    /// <summary>Counts the files that had this name.</summary>
    public uint Generation { get; private set; }

    /// <summary>How often a file could not be found again or not be read to its end: what was in it and not read is lost.</summary>
    public int Gaps { get; private set; }

    /// <summary>Why nothing comes, in words that go behind the path; empty when all is well.</summary>
    public string Problem { get; private set; } = "";

    /// <summary>What is read cannot be read again: a crash loses what is not journaled yet.</summary>
    public bool IsPipe => _file is { IsPipe: true };

    /// <summary>Of the file that is read; all zero when there is none.</summary>
    public FileIdentity Identity => _file?.Identity ?? default;

    public FollowCheckpoint Capture(byte[] parserState)
    {
        // Of a file of which nothing was taken in nothing is known: where the one before it ended says where to go on, whatever is rotated meanwhile.
        var checkpoint =
            Lines.Offset == 0 && _captured is not null ? _captured
            : _between ? Left()
            : Here();
        return checkpoint with { ParserState = parserState };
    }

    private FollowCheckpoint Here() =>
        new(_path, Generation, Lines.Offset, FileFingerprint.Of(_file is null ? [] : _file.HeadOf(Lines.Offset)), [])
        {
            Tail = FileFingerprint.Of(Lines.BeforeOffset),
            Identity = Identity,
        };

    /// <summary>The end of the file that was left; its last line may have been taken since.</summary>
    private FollowCheckpoint Left() => _left! with { Offset = Lines.Offset, Tail = FileFingerprint.Of(Lines.BeforeOffset) };

    public FollowStep Step()
    {
        if (_file is null && !Open())
            return FollowStep.Missing;
        var file = _file!;
        try
        {
            if (Lines.Fill(file.Stream))
                return Accept(file);
            if (file.IsRotated)
                return Leave();
            return !file.IsPipe && (file.Length < Lines.Position || !file.IsStill(Lines)) ? Truncated(file) : LookAtName(file);
        }
        catch (Exception failure) when (failure is IOException or InvalidDataException)
        {
            if (!file.IsRotated)
                return Trouble($"cannot be read: {failure.Message}");
            // Damaged, or cut off while it was packed: what comes after it is not held up.
            Gaps++;
            return Leave();
        }
    }

    private FollowStep Accept(FollowedFile file)
    {
        if (!file.IsRotated && !file.IsPipe && !file.WasStill(Lines))
        {
            // It was truncated and has grown again: what was read is from the middle of other lines.
            Lines.TakeBack();
            return Truncated(file);
        }
        file.Remember(Lines);
        _quietSince = _time.GetTimestamp();
        Problem = "";
        return FollowStep.Read;
    }

    private FollowStep LookAtName(FollowedFile file)
    {
        if (FileStatus.Of(_path, out var error) is not { } named)
        {
            if (!FileStatus.IsMissing(error))
                return Trouble(LogFileStream.Describe(error));
            _leftSince ??= _time.GetTimestamp();
            Problem = LogFileStream.Describe(error);
            return _time.GetElapsedTime(_leftSince.Value) > KeepDeleted ? Leave() : FollowStep.Missing;
        }
        if (named.Identity == file.Identity)
        {
            _leftSince = null;
            Problem = "";
            Lines.Rest();
            return FollowStep.Idle;
        }
        Problem = LogFileStream.ProblemOf(named.Kind) ?? "";
        if (Problem.Length == 0 && named is { Kind: FileKind.Regular, Length: 0 })
            return FollowStep.Idle;
        _leftSince ??= _time.GetTimestamp();
        if (_time.GetElapsedTime(Math.Max(_leftSince.Value, _quietSince)) < Grace && _time.GetElapsedTime(_leftSince.Value) < MaxGrace)
            return Problem.Length > 0 ? FollowStep.Missing : FollowStep.Idle;
        return Leave();
    }

    private FollowStep Trouble(string problem)
    {
        Problem = problem;
        return FollowStep.Idle;
    }

    /// <summary>An unfinished last line of a finished file is a line all the same; the caller takes it before it goes on.</summary>
    private FollowStep Leave()
    {
        _left = Here() with { Identity = _file!.Named };
        _leftWritten = _file.Written;
        _between = true;
        Close();
        return FollowStep.Switched;
    }

    /// <summary>Copied and truncated: the copy has what we read and perhaps more; what is in the file now is new.</summary>
    private FollowStep Truncated(FollowedFile file)
    {
        var left = Capture([]);
        if (Lines.Offset > 0 && Resume(left, named: false))
        {
            file.Dispose();
            return FollowStep.Switched;
        }
        // The beginning of a line whose end is gone with the file may say anything: it is let go.
        if (Lines.Offset > 0)
            Generation++;
        _next = false;
        _captured = null;
        Use(file.Anew(), 0, []);
        return FollowStep.Switched;
    }

    private bool Open()
    {
        if (_resume is { } resume)
        {
            _resume = null;
            if (_again ? Rewind(resume) : Resume(resume, named: true))
                return true;
        }
        if (_since is { } since)
        {
            _since = null;
            if (FirstSince(since) is { } first)
            {
                Begin(first, 0);
                return true;
            }
        }
        if (LaterThanLeft() is { } rotated)
        {
            // It may be renamed again or compressed at this moment; then it is looked for anew.
            if (FollowedFile.Rotated(rotated.Path) is not { } older)
                return false;
            if (older.Named != rotated.Status.Identity)
            {
                older.Dispose();
                return false;
            }
            Begin(older, 0);
            return true;
        }
        if (LogFileStream.TryOpen(_path, out var problem) is not { } current)
        {
            Problem = problem;
            return false;
        }
        Problem = "";
        Begin(FollowedFile.Current(current), current.IsPipe ? PipeStart() : 0);
        return true;
    }

    private void Begin(FollowedFile file, long offset)
    {
        // Files in which nothing was have no number. What comes out of a pipe after a restart comes for the first time.
        if (_next || (_between && Lines.Offset > 0) || file.IsPipe)
            Generation++;
        _next = false;
        Use(file, offset, []);
    }

    /// <summary>A pipe has no offsets that last; those of its readers grow with the time.</summary>
    private long PipeStart() => Math.Max(1, (_time.GetUtcNow() - new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero)).Ticks / TimeSpan.TicksPerMillisecond);

    private void Use(FollowedFile file, long offset, ReadOnlySpan<byte> before)
    {
        if (_between && Lines.Offset > 0)
            _captured = Left();
        _between = false;
        _file = file;
        _leftSince = null;
        _quietSince = _time.GetTimestamp();
        Lines.Reset(offset, before);
    }

    /// <summary>Finds the file of the checkpoint, which may have been renamed, copied or compressed since.</summary>
    private bool Resume(FollowCheckpoint checkpoint, bool named)
    {
        if (named && FollowedFile.Resume(_path, checkpoint, rotated: false) is { } current)
        {
            Use(current.File, checkpoint.Offset, current.Before);
            return true;
        }
        var rotated = RotatedLogs.Of(_path);
        for (var i = rotated.Count - 1; i >= 0; i--)
        {
            if (FollowedFile.Resume(rotated[i].Path, checkpoint, rotated: true) is not { } found)
                continue;
            Use(found.File, checkpoint.Offset, found.Before);
            return true;
        }
        _next = checkpoint.Offset > 0 || checkpoint.Identity != default;
        // What came out of a pipe has no beginning, and is nowhere else.
        if (_next && !(checkpoint.Offset > 0 && checkpoint.Fingerprint.Length == 0))
            Gaps++;
        return false;
    }

    /// <summary>Of compressed ones nothing is known until they were read, so that a start that was broken off would not find its place again.</summary>
    private FollowedFile? FirstSince(DateTimeOffset since)
    {
        foreach (var one in RotatedLogs.Of(_path).Where(one => one.Status.Length > 0 && one.Status.Written >= since))
        {
            if (FollowedFile.Rotated(one.Path) is not { } file)
                continue;
            if (file.Identity != default)
                return file;
            file.Dispose();
        }
        return null;
    }

    /// <summary>Begins with the oldest file, under the number that it had.</summary>
    private bool Rewind(FollowCheckpoint checkpoint)
    {
        var rotated = RotatedLogs.Of(_path);
        var at = IndexOf(rotated, checkpoint);
        Generation = (uint)Math.Max(0, (long)Generation - rotated.Take(at < 0 ? rotated.Count : at).Count(one => one.Status.Length > 0));
        if (rotated.Count == 0 || FollowedFile.Rotated(rotated[0].Path) is not { } oldest)
            return false;
        Begin(oldest, 0);
        return true;
    }

    /// <summary>
    /// What came after the file that was left, and was rotated away meanwhile: a log may be rotated more than once between two looks. Null when the
    /// next one is the log itself.
    /// </summary>
    private RotatedLog? LaterThanLeft()
    {
        if (!_between)
            return null;
        var rotated = RotatedLogs.Of(_path);
        // The last one in which something was; those without anything tell nothing and may be passed over.
        var at = IndexOf(rotated, Capture([]));
        // Deleted meanwhile: then what was written to after it.
        return rotated.Skip(at + 1).FirstOrDefault(one => (at >= 0 || one.Status.Written > _leftWritten) && !RotatedLogs.IsEmpty(one));
    }

    /// <summary>By what is in it: the number of a deleted file's inode is given again.</summary>
    private static int IndexOf(IReadOnlyList<RotatedLog> rotated, FollowCheckpoint checkpoint)
    {
        for (var i = rotated.Count - 1; i >= 0; i--)
        {
            if (checkpoint.Offset > 0 ? IsFileOf(rotated[i], checkpoint) : rotated[i].Status.Identity == checkpoint.Identity)
                return i;
        }
        return -1;
    }

    private static bool IsFileOf(RotatedLog one, FollowCheckpoint checkpoint)
    {
        if (FollowedFile.Resume(one.Path, checkpoint, rotated: true) is not { } same)
            return false;
        same.File.Dispose();
        return true;
    }

    private void Close()
    {
        _file?.Dispose();
        _file = null;
        _leftSince = null;
    }

    public void Dispose() => Close();
}
