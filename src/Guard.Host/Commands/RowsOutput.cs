namespace Guard.Host.Commands;

/// <summary>Standard output of a command that prints while it reads: text, one JSON object in each line, or one array of them.</summary>
internal sealed class RowsOutput : IDisposable
{
    private readonly BufferedStream _buffered = new(Console.OpenStandardOutput(), 64 * 1024);
    private readonly JsonArrayStream? _array;

    public RowsOutput(RowFormat format)
    {
        Format = format;
        _array = format == RowFormat.Json ? new JsonArrayStream(_buffered) : null;
    }

    public RowFormat Format { get; }

    /// <summary>Takes text, or one JSON object in each line.</summary>
    public Stream Lines => _array is null ? _buffered : _array;

    /// <summary>All was read: without a row it is an empty array.</summary>
    public void Complete() => _array?.Complete();

    public void Dispose()
    {
        _array?.Dispose();
        _buffered.Dispose();
    }
}
