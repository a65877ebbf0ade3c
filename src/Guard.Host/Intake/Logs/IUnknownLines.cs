namespace Guard.Host.Intake.Logs;

/// <summary>Is shown the lines of known daemons whose shape is not known.</summary>
public interface IUnknownLines
{
    /// <param name="daemon">See <see cref="IDaemonParser.Name"/>.</param>
    /// <param name="line">The whole line as it came.</param>
    void Take(string daemon, ReadOnlySpan<byte> program, ReadOnlySpan<byte> message, ReadOnlySpan<byte> line);
}
