namespace Guard.Host.Commands;

/// <summary>Takes one JSON object in each line and hands on one array of them, so that a parser takes the whole, also when it is cut short by a failure.</summary>
internal sealed class JsonArrayStream(Stream output) : Stream
{
    private bool _begun;
    private bool _inLine;

    public override bool CanRead => false;
    public override bool CanSeek => false;
    public override bool CanWrite => true;
    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    /// <summary>Nothing failed: nothing in it is an empty array then, and not nothing at all.</summary>
    public void Complete() => Begin();

    public override void Write(byte[] buffer, int offset, int count) => Write(buffer.AsSpan(offset, count));

    public override void Write(ReadOnlySpan<byte> buffer)
    {
        while (!buffer.IsEmpty)
        {
            var end = buffer.IndexOf((byte)'\n');
            var part = end < 0 ? buffer : buffer[..end];
            if (!_inLine && !part.IsEmpty)
            {
                if (_begun)
                    output.Write(",\n"u8);
                Begin();
                _inLine = true;
            }
            output.Write(part);
            if (end < 0)
                return;
            _inLine = false;
            buffer = buffer[(end + 1)..];
        }
    }

    private void Begin()
    {
        if (!_begun)
            output.Write("["u8);
        _begun = true;
    }

    public override void Flush() => output.Flush();

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            if (_begun)
                output.Write("]\n"u8);
            output.Dispose();
        }
        base.Dispose(disposing);
    }
}
