namespace Guard.Bench.Detection.Lines;

/// <summary>Takes generated lines, in order of time, without their ends.</summary>
public interface ILineTarget
{
    void Line(ReadOnlySpan<byte> line);
}
