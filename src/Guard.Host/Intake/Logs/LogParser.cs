using Guard.Host.Intake.Logs.Daemons;
using Guard.Messages.Observations;

namespace Guard.Host.Intake.Logs;

/// <summary>Reads the lines of one source, in order, and yields observations. Not thread-safe; deterministic given its state and the lines.</summary>
public sealed class LogParser
{
    private const int CheckpointVersion = 2;

    /// <summary>Before this no mail log is believed.</summary>
    private static readonly DateTimeOffset EarliestPlausible = new(2000, 1, 1, 0, 0, 0, TimeSpan.Zero);

    private readonly LogParserSettings _settings;
    private readonly StampReader _stamps;
    private readonly LogEnvelope _envelope;
    private readonly ObservationSink _sink;
    private readonly AttemptsTold _told = new();
    private readonly IDaemonParser[] _daemons;

    public LogParser(LogParserSettings settings, UserNameRules userNames, IPlaceLookup places)
    {
        _settings = settings;
        _stamps = new StampReader(settings.Reference, settings.Zone);
        _envelope = new LogEnvelope(_stamps);
        _sink = new ObservationSink(settings.Source, userNames, places, settings.Unjudged, _told);
        _daemons =
        [
            new PostfixParser(settings), new DovecotParser(settings), new SshParser(), new SendmailParser(settings), new EximParser(settings),
            new CourierParser(), new CyrusParser(), new ProFtpdParser(), new VsftpdParser(), new PureFtpdParser(), new PamParser(),
        ];
    }

    /// <summary>Mail that belongs to nobody.</summary>
    public UnjudgedMail Unjudged => _settings.Unjudged;

    /// <summary>Time of the last line that was understood.</summary>
    public DateTimeOffset? LastSeen { get; private set; }

    /// <summary>Reads one line without its end, and adds what it yields to <paramref name="into"/>. Any bytes will do; it never throws.</summary>
    public LineResult Feed(ReadOnlySpan<byte> line, uint generation, long offset, List<Observation> into)
    {
        if (line.IsEmpty || !_envelope.TryOpen(line, out var opened))
            return LineResult.Foreign;
        foreach (var daemon in _daemons)
        {
            if (!daemon.Knows(opened.Program))
                continue;
            if (opened.At < EarliestPlausible || opened.At > _settings.LatestPlausible)
                return LineResult.Unknown;
            LastSeen = opened.At;
            _sink.Begin(into, generation, offset);
            return daemon.Parse(opened, _sink);
        }
        return LineResult.Foreign;
    }

    /// <summary>Everything that reading on needs, so that from here the same lines yield the same observations.</summary>
    public byte[] Capture()
    {
        using var memory = new MemoryStream();
        using var writer = new BinaryWriter(memory);
        writer.Write(CheckpointVersion);
        writer.Write(_stamps.State.Year);
        writer.Write(_stamps.State.Month);
        _told.Save(writer);
        foreach (var daemon in _daemons)
            daemon.Save(writer);
        writer.Flush();
        return memory.ToArray();
    }

    /// <summary>False when the state was written by another version; then reading starts without joins, and some open messages are not attributed.</summary>
    public bool Restore(byte[] state)
    {
        using var reader = new BinaryReader(new MemoryStream(state));
        try
        {
            if (reader.ReadInt32() != CheckpointVersion)
                return false;
            _stamps.State = (reader.ReadInt32(), reader.ReadInt32());
            _told.Load(reader);
            foreach (var daemon in _daemons)
                daemon.Load(reader);
            return true;
        }
        catch (Exception damaged) when (damaged is IOException or ArgumentException)
        {
            return false;
        }
    }
}
