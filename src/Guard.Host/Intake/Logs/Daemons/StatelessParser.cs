namespace Guard.Host.Intake.Logs.Daemons;

/// <summary>A daemon each of whose lines stands for itself.</summary>
internal abstract class StatelessParser : IDaemonParser
{
    public abstract string Name { get; }

    public abstract bool Knows(ReadOnlySpan<byte> program);

    public abstract LineResult Parse(in LogLine line, ObservationSink sink);

    public void Save(BinaryWriter writer)
    {
        // Nothing is carried from line to line.
    }

    public void Load(BinaryReader reader)
    {
        // See Save.
    }

    protected static LineResult Told(bool observed) => observed ? LineResult.Observed : LineResult.Unknown;
}
