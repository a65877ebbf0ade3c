namespace Guard.Host.Intake.Files;

/// <summary>A stream whose first bytes were looked at, also one that cannot seek.</summary>
internal sealed class PeekedStream : Stream
{
    private readonly Stream _inner;
    private readonly byte[] _head = new byte[2];
    private readonly int _headLength;
    private int _given;

    public PeekedStream(Stream inner)
    {
        _inner = inner;
        _headLength = inner.ReadAtLeast(_head, _head.Length, throwOnEndOfStream: false);
    }

    /// <summary>Bytes taken from the source so far, for progress: of a gzip the compressed ones.</summary>
    public long BytesRead { get; private set; }

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => false;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    public bool StartsWith(ReadOnlySpan<byte> bytes) => _head.AsSpan(0, _headLength).StartsWith(bytes);

    public override int Read(Span<byte> buffer)
    {
        if (_given < _headLength)
        {
            var count = Math.Min(buffer.Length, _headLength - _given);
            _head.AsSpan(_given, count).CopyTo(buffer);
            _given += count;
            return count;
        }
        var read = _inner.Read(buffer);
        BytesRead += read;
        return read;
    }

    public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

    public override void Flush()
    {
        // Nothing is written.
    }

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    protected override void Dispose(bool disposing)
    {
        if (disposing)
            _inner.Dispose();
        base.Dispose(disposing);
    }
}
