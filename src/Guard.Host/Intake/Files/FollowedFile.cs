namespace Guard.Host.Intake.Files;

/// <summary>The file that a follower reads now, and how it is known.</summary>
internal sealed class FollowedFile : IDisposable
{
    private readonly LogFileStream? _plain;
    private byte[] _head = [];

    private FollowedFile(Stream stream, LogFileStream file, bool packed, bool rotated) =>
        (Stream, _plain, Named, Written, IsRotated) = (stream, packed ? null : file, file.Status.Identity, file.Status.Written, rotated);

    public Stream Stream { get; }

    /// <summary>Nobody writes to it any more.</summary>
    public bool IsRotated { get; }

    public bool IsPipe => _plain is { IsPipe: true };

    /// <summary>All zero of a compressed one: what was compressed is another file.</summary>
    public FileIdentity Identity => _plain?.Status.Identity ?? default;

    /// <summary>Of what stands under the name it was opened by.</summary>
    public FileIdentity Named { get; }

    public long Length => _plain!.Length;

    /// <summary>When it was last written to; of a compressed one as it was.</summary>
    public DateTimeOffset Written
    {
        get => _plain?.WrittenNow ?? field;
    }

    public static FollowedFile Current(LogFileStream stream) => new(stream, stream, packed: false, rotated: false);

    /// <summary>Null when it cannot be opened.</summary>
    public static FollowedFile? Rotated(string path)
    {
        try
        {
            return RotatedLogs.Open(path) is { } opened ? new FollowedFile(opened.Stream, opened.File, opened.Packed, rotated: true) : null;
        }
        catch (IOException)
        {
            return null;
        }
    }

    /// <summary>Opens a file at the checkpoint's place, with what stands before it; null when it is not the file of the checkpoint.</summary>
    public static (FollowedFile File, byte[] Before)? Resume(string path, FollowCheckpoint checkpoint, bool rotated)
    {
        var file =
            rotated ? Rotated(path)
            : LogFileStream.TryOpen(path, out _) is { IsPipe: false } current ? Current(current)
            : null;
        if (file is null)
            return null;
        try
        {
            if (file.Find(checkpoint) is { } before)
                return (file, before);
        }
        catch (Exception failure) when (failure is IOException or InvalidDataException)
        {
            // Damaged: not the one.
        }
        file.Dispose();
        return null;
    }

    /// <summary>Its beginning, no more than stands before the offset.</summary>
    public ReadOnlySpan<byte> HeadOf(long offset) => IsPipe ? [] : _head.AsSpan(0, (int)Math.Min(_head.Length, offset));

    /// <summary>Takes note of what was read at its beginning.</summary>
    public void Remember(LineBuffer lines)
    {
        var at = lines.Position - lines.Filled.Length;
        if (at == _head.Length && at < FileFingerprint.Longest)
            _head = [.. _head, .. lines.Filled[..(int)Math.Min(lines.Filled.Length, FileFingerprint.Longest - at)]];
    }

    /// <summary>Whether its beginning and what stands before the place of reading are as they were.</summary>
    public bool IsStill(LineBuffer lines) => IsStill(lines.BeforePosition, lines.Position);

    /// <summary>The same behind a <see cref="LineBuffer.Fill"/>, for the place where it began.</summary>
    public bool WasStill(LineBuffer lines) => IsStill(lines.BeforeFilled, lines.Position - lines.Filled.Length);

    /// <summary>The same file, to be read from its start.</summary>
    public FollowedFile Anew()
    {
        _plain!.Position = 0;
        return new FollowedFile(Stream, _plain, packed: false, IsRotated);
    }

    private bool IsStill(ReadOnlySpan<byte> before, long position)
    {
        Span<byte> now = stackalloc byte[FileFingerprint.Longest];
        return IsAt(_head, 0, now) && IsAt(before, position - before.Length, now);
    }

    private bool IsAt(ReadOnlySpan<byte> bytes, long offset, Span<byte> scratch) =>
        bytes.IsEmpty || (_plain!.ReadAt(scratch[..bytes.Length], offset) == bytes.Length && scratch[..bytes.Length].SequenceEqual(bytes));

    private byte[]? Find(FollowCheckpoint checkpoint)
    {
        if (checkpoint.Offset == 0 && checkpoint.Identity != default && checkpoint.Identity != Identity)
            return null;
        return _plain is null ? FindPacked(checkpoint) : FindPlain(_plain, checkpoint);
    }

    private byte[]? FindPlain(LogFileStream plain, FollowCheckpoint checkpoint)
    {
        if (plain.Length < checkpoint.Offset)
            return null;
        var head = new byte[(int)Math.Min(checkpoint.Offset, FileFingerprint.Longest)];
        var before = new byte[(int)Math.Min(checkpoint.Offset, LineBuffer.Remembered)];
        if (plain.ReadAt(head, 0) != head.Length || plain.ReadAt(before, checkpoint.Offset - before.Length) != before.Length)
            return null;
        if (!checkpoint.Fingerprint.Begins(head) || !checkpoint.Tail.Ends(before))
            return null;
        plain.Position = checkpoint.Offset;
        _head = head;
        return before;
    }

    private byte[]? FindPacked(FollowCheckpoint checkpoint)
    {
        var head = new byte[(int)Math.Min(checkpoint.Offset, FileFingerprint.Longest)];
        if (Stream.ReadAtLeast(head, head.Length, throwOnEndOfStream: false) != head.Length || !checkpoint.Fingerprint.Begins(head))
            return null;
        var before = head;
        var scratch = new byte[64 * 1024];
        for (var left = checkpoint.Offset - head.Length; left > 0;)
        {
            var wanted = (int)Math.Min(left, scratch.Length);
            if (Stream.ReadAtLeast(scratch.AsSpan(0, wanted), wanted, throwOnEndOfStream: false) != wanted)
                return null;
            before =
                wanted >= LineBuffer.Remembered
                    ? scratch[(wanted - LineBuffer.Remembered)..wanted]
                    : [.. before[Math.Max(0, before.Length + wanted - LineBuffer.Remembered)..], .. scratch[..wanted]];
            left -= wanted;
        }
        _head = head;
        return checkpoint.Tail.Ends(before) ? before : null;
    }

    public void Dispose() => Stream.Dispose();
}
