namespace Guard.Host.Intake.Logs;

/// <summary>Reads the lines of one kind of daemon.</summary>
internal interface IDaemonParser
{
    /// <summary>The daemon's name, as counts, samples and <c>parse</c> show it. Lasting: what the parser saves is found under it.</summary>
    string Name { get; }

    /// <summary>Whether lines with this program tag are this daemon's.</summary>
    bool Knows(ReadOnlySpan<byte> program);

    LineResult Parse(in LogLine line, ObservationSink sink);

    /// <summary>Writes what must survive a restart, so that lines are joined across it.</summary>
    void Save(BinaryWriter writer);

    void Load(BinaryReader reader);
}
