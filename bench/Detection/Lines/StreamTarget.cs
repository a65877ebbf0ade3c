namespace Guard.Bench.Detection.Lines;

/// <summary>Writes lines to a file.</summary>
public sealed class StreamTarget(Stream stream) : ILineTarget
{
    public long Lines { get; private set; }

    public void Line(ReadOnlySpan<byte> line)
    {
        stream.Write(line);
        stream.WriteByte((byte)'\n');
        Lines++;
    }
}
