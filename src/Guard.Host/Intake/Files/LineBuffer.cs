namespace Guard.Host.Intake.Files;

/// <summary>
/// Cuts a stream into lines without copying them. A line longer than the limit is passed over whole and counted: memory stays bounded
/// whatever is in the file.
/// </summary>
public sealed class LineBuffer(int longestLine = 65_536)
{
    private readonly byte[] _buffer = new byte[Math.Max(256 * 1024, longestLine * 2)];
    private int _start;
    private int _end;
    private bool _skipping;

    /// <summary>Offset in the stream of the first byte not yet handed out.</summary>
    public long Offset { get; private set; }

    /// <summary>Lines passed over because of their length.</summary>
    public long TooLong { get; private set; }

    /// <summary>Bytes of a line whose end has not been written yet.</summary>
    public int Pending => _end - _start;

    public void Reset(long offset)
    {
        _start = _end = 0;
        _skipping = false;
        Offset = offset;
    }

    /// <summary>Reads on; false at the end of what is there.</summary>
    public bool Fill(Stream stream)
    {
        if (_start > 0)
        {
            _buffer.AsSpan(_start, _end - _start).CopyTo(_buffer);
            _end -= _start;
            _start = 0;
        }
        if (_end == _buffer.Length || (_end > longestLine && _buffer.AsSpan(0, _end).IndexOf((byte)'\n') < 0))
        {
            if (!_skipping)
                TooLong++;
            _skipping = true;
            Offset += _end;
            _end = 0;
        }
        var read = stream.Read(_buffer, _end, _buffer.Length - _end);
        _end += read;
        return read > 0;
    }

    /// <summary>The next complete line without its end, and where it starts; valid until the next call of <see cref="Fill"/>.</summary>
    public bool TryNext(out ReadOnlySpan<byte> line, out long offset)
    {
        while (true)
        {
            var rest = _buffer.AsSpan(_start, _end - _start);
            var length = rest.IndexOf((byte)'\n');
            if (length < 0)
            {
                line = default;
                offset = Offset;
                return false;
            }
            offset = Offset;
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
        line = _buffer.AsSpan(_start, _end - _start);
        offset = Offset;
        if (line.IsEmpty || _skipping)
            return false;
        Advance(line.Length);
        return true;
    }

    private void Advance(int count)
    {
        _start += count;
        Offset += count;
    }
}
