using System.Buffers;

namespace Guard.Host.Intake.Files;

/// <summary>
/// Cuts a stream into lines without copying them. A line longer than the limit is passed over whole and counted: memory stays bounded
/// whatever is in the file. Zeros before a line are none of it: who goes on writing at the old place of a truncated file leaves a hole of them.
/// </summary>
public sealed class LineBuffer(int longestLine = 65_536)
{
    /// <summary>So many bytes that went before are kept, to recognise the place in the file again.</summary>
    public const int Remembered = FileFingerprint.Longest;

    private readonly int _size = Math.Max(256 * 1024, (longestLine * 2) + Remembered);
    private byte[]? _buffer;
    private byte[] _before = [];
    private int _start;
    private int _end;
    private int _filled;
    private bool _skipping;

    /// <summary>Offset in the stream of the first byte not yet handed out.</summary>
    public long Offset { get; private set; }

    /// <summary>Offset in the stream of the next byte to be read.</summary>
    public long Position => Offset + Pending;

    /// <summary>Lines passed over because of their length.</summary>
    public long TooLong { get; private set; }

    /// <summary>Bytes of a line whose end has not been written yet.</summary>
    public int Pending => _end - _start;

    /// <summary>The last bytes before <see cref="Offset"/>, as far as they are known.</summary>
    public ReadOnlySpan<byte> BeforeOffset => _buffer is null ? _before : Tail(_start);

    /// <summary>The last bytes before <see cref="Position"/>, as far as they are known.</summary>
    public ReadOnlySpan<byte> BeforePosition => _buffer is null ? _before : Tail(_end);

    /// <summary>The last bytes before what the last <see cref="Fill"/> read, as far as they are known.</summary>
    public ReadOnlySpan<byte> BeforeFilled => _buffer is null ? _before : Tail(_end - _filled);

    /// <param name="before">What stands in the stream just before the offset.</param>
    public void Reset(long offset, ReadOnlySpan<byte> before = default)
    {
        Release();
        _before = before[^Math.Min(before.Length, Remembered)..].ToArray();
        _skipping = false;
        Offset = offset;
    }

    /// <summary>Gives the memory back while there is nothing to read.</summary>
    public void Rest()
    {
        if (_buffer is null || Pending > 0)
            return;
        var before = BeforeOffset.ToArray();
        Release();
        _before = before;
    }

    /// <summary>Reads on; false at the end of what is there.</summary>
    public bool Fill(Stream stream)
    {
        var buffer = Prepare();
        if (_end == buffer.Length || (Pending > longestLine && buffer.AsSpan(_start, Pending).IndexOf((byte)'\n') < 0))
        {
            if (!_skipping)
                TooLong++;
            _skipping = true;
            Advance(Pending);
            Compact(buffer);
        }
        _filled = stream.Read(buffer, _end, buffer.Length - _end);
        _end += _filled;
        return _filled > 0;
    }

    /// <summary>Forgets what the last <see cref="Fill"/> read.</summary>
    public void TakeBack()
    {
        _end -= _filled;
        _filled = 0;
    }

    /// <summary>What the last <see cref="Fill"/> read.</summary>
    public ReadOnlySpan<byte> Filled => _buffer.AsSpan(_end - _filled, _filled);

    /// <summary>The next complete line without its end, and where it starts; valid until the next call of <see cref="Fill"/>.</summary>
    public bool TryNext(out ReadOnlySpan<byte> line, out long offset)
    {
        while (true)
        {
            SkipZeros();
            var rest = _buffer.AsSpan(_start, Pending);
            var length = rest.IndexOf((byte)'\n');
            offset = Offset;
            if (length < 0)
            {
                line = default;
                return false;
            }
            Advance(length + 1);
            if (_skipping)
            {
                _skipping = false;
                continue;
            }
            if (length > longestLine)
            {
                TooLong++;
                continue;
            }
            line = rest[..length];
            if (line.Length > 0 && line[^1] == '\r')
                line = line[..^1];
            return true;
        }
    }

    /// <summary>The last line of a finished file, when it has no end.</summary>
    public bool TryLast(out ReadOnlySpan<byte> line, out long offset)
    {
        SkipZeros();
        line = _buffer.AsSpan(_start, Pending);
        offset = Offset;
        if (line.IsEmpty || _skipping)
            return false;
        Advance(line.Length);
        return true;
    }

    private byte[] Prepare()
    {
        if (_buffer is { } at)
        {
            if (_start > Remembered)
                Compact(at);
            return at;
        }
        _buffer = ArrayPool<byte>.Shared.Rent(_size);
        _before.CopyTo(_buffer, 0);
        _start = _end = _before.Length;
        _before = [];
        return _buffer;
    }

    /// <summary>Moves what is left to the front, with what is remembered before it.</summary>
    private void Compact(byte[] buffer)
    {
        var from = _start - Math.Min(_start, Remembered);
        buffer.AsSpan(from, _end - from).CopyTo(buffer);
        _start -= from;
        _end -= from;
    }

    private ReadOnlySpan<byte> Tail(int end) => _buffer.AsSpan(end - Math.Min(end, Remembered), Math.Min(end, Remembered));

    private void SkipZeros()
    {
        if (_skipping || Pending == 0 || _buffer![_start] != 0)
            return;
        var zeros = _buffer.AsSpan(_start, Pending).IndexOfAnyExcept((byte)0);
        Advance(zeros < 0 ? Pending : zeros);
    }

    private void Release()
    {
        if (_buffer is { } buffer)
            ArrayPool<byte>.Shared.Return(buffer);
        (_buffer, _before, _start, _end, _filled) = (null, [], 0, 0, 0);
    }

    private void Advance(int count)
    {
        _start += count;
        Offset += count;
    }
}
