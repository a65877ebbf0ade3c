using System.IO.Compression;
using System.Text;
using Guard.Host.Intake.Files;
using Guard.Messages.Observations;

namespace Guard.Host.Tests.Files;

/// <summary>
/// A log with one writer that holds it open as a daemon does, what rotates it, and a follower that is killed now and then; every line has its number.
/// </summary>
internal sealed class FollowedLog : IDisposable
{
    private readonly string _directory = Directory.CreateTempSubdirectory("accountguard-follow").FullName;
    private readonly HandTime _time = new();
    private readonly bool _dates;
    private FileStream? _writer;
    private LogFollower? _follower;
    private FollowCheckpoint? _checkpoint;
    private ulong _mark;
    private int _rotations;

    public FollowedLog(bool dates = false) => _dates = dates;

    public string Path => System.IO.Path.Combine(_directory, "mail.log");

    public int Written { get; private set; }

    /// <summary>What was read, without what a kill let be read again: an account's marks let pass only what lies beyond.</summary>
    public List<string> Read { get; } = [];

    public LogFollower Follower => _follower ??= new LogFollower(Path, _checkpoint, time: _time);

    public void Append(int count, string end = "\n")
    {
        _writer ??= new FileStream(Path, FileMode.OpenOrCreate, FileAccess.Write, FileShare.ReadWrite | FileShare.Delete, 0);
        // Whoever opens with O_APPEND writes at the end, wherever that is by now.
        _writer.Position = _writer.Length;
        for (var i = 0; i < count; i++)
            _writer.Write(Encoding.UTF8.GetBytes($"line {Written++} of the log{end}"));
    }

    /// <summary>The writer is told to open its log anew.</summary>
    public void Reopen()
    {
        _writer?.Dispose();
        _writer = null;
    }

    public void Rename()
    {
        if (File.Exists(Path))
            File.Move(Path, NextName());
    }

    public void CopyTruncate()
    {
        if (!File.Exists(Path))
            return;
        File.Copy(Path, NextName());
        using var truncated = new FileStream(Path, FileMode.Open, FileAccess.Write, FileShare.ReadWrite | FileShare.Delete);
        truncated.SetLength(0);
    }

    /// <summary>Compresses what was rotated last but one: nobody writes to it any more.</summary>
    public void Compress()
    {
        var rotated = Directory
            .GetFiles(_directory, "mail.log?*")
            .Where(file => !file.EndsWith(".gz", StringComparison.Ordinal))
            .OrderBy(file => RotatedName.Of(file).Age, StringComparer.Ordinal)
            .ToArray();
        foreach (var file in rotated.SkipLast(1))
        {
            using (var target = new GZipStream(File.Create(file + ".gz"), CompressionLevel.Fastest))
                target.Write(File.ReadAllBytes(file));
            File.SetLastWriteTimeUtc(file + ".gz", File.GetLastWriteTimeUtc(file));
            File.Delete(file);
        }
    }

    /// <summary>Something else takes the name for a while.</summary>
    public void ReplaceByDirectory()
    {
        if (Directory.Exists(Path))
        {
            Directory.Delete(Path);
            return;
        }
        Rename();
        Reopen();
        Directory.CreateDirectory(Path);
    }

    public bool IsReplaced => Directory.Exists(Path);

    /// <summary>One look of the follower at whatever there is.</summary>
    public FollowStep Step()
    {
        var step = Follower.Step();
        var generation = Follower.Generation;
        while (Follower.Lines.TryNext(out var line, out var offset))
            Take(line, generation, offset);
        if (step == FollowStep.Switched && Follower.Lines.TryLast(out var last, out var at))
            Take(last, generation, at);
        return step;
    }

    /// <summary>Until there is nothing new, and the grace after a rotation is over.</summary>
    public void Drain()
    {
        for (var idle = 0; idle < 3;)
        {
            idle = Step() is FollowStep.Idle or FollowStep.Missing ? idle + 1 : 0;
            if (idle > 0)
                _time.Advance(LogFollower.Grace);
        }
    }

    /// <summary>What was read so far is journaled.</summary>
    public void Checkpoint() => _checkpoint = Follower.Capture([]);

    public void Kill()
    {
        _follower?.Dispose();
        _follower = null;
    }

    private void Take(ReadOnlySpan<byte> line, uint generation, long offset)
    {
        var position = SourcePosition.Pack(generation, offset, 0) + 1;
        if (position <= _mark)
            return;
        _mark = position;
        Read.Add(Encoding.UTF8.GetString(line));
    }

    private string NextName()
    {
        if (_dates)
            return $"{Path}-{20260101 + _rotations++}";
        var names = Directory
            .GetFiles(_directory)
            .Where(file => file.StartsWith(Path + ".", StringComparison.Ordinal))
            .OrderBy(file => RotatedName.Of(file).Age, StringComparer.Ordinal);
        foreach (var file in names)
        {
            var packed = file.EndsWith(".gz", StringComparison.Ordinal);
            var number = int.Parse((packed ? file[..^3] : file).AsSpan(Path.Length + 1), System.Globalization.CultureInfo.InvariantCulture);
            File.Move(file, $"{Path}.{number + 1}{(packed ? ".gz" : "")}");
        }
        return Path + ".1";
    }

    public void Dispose()
    {
        Kill();
        Reopen();
        Directory.Delete(_directory, true);
    }

    private sealed class HandTime : TimeProvider
    {
        private long _ticks = 1;

        public override long TimestampFrequency => TimeSpan.TicksPerSecond;

        public override long GetTimestamp() => _ticks;

        public void Advance(TimeSpan by) => _ticks += by.Ticks;
    }
}
