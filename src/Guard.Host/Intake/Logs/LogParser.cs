using Guard.Host.Geo;
using Guard.Host.Intake.Logs.Daemons;
using Guard.Host.Intake.Logs.Daemons.Exim;
using Guard.Host.Intake.Logs.Daemons.Postfix;
using Guard.Host.Intake.Logs.Daemons.Sendmail;
using Guard.Host.Intake.Logs.Daemons.Webmail;
using Guard.Host.Intake.Logs.Envelopes;
using Guard.Host.Intake.Logs.Shapes;
using Guard.Messages.Observations;

namespace Guard.Host.Intake.Logs;

/// <summary>Reads the lines of one source, in order, and yields observations. Not thread-safe; deterministic given its state, the lines and the
/// clock.</summary>
public sealed class LogParser
{
    private const int CheckpointVersion = 3;

    /// <summary>Before this no mail log is believed.</summary>
    private static readonly DateTimeOffset EarliestPlausible = new(2000, 1, 1, 0, 0, 0, TimeSpan.Zero);

    private readonly LogParserSettings _settings;
    private readonly StampReader _stamps;
    private readonly LogEnvelope _envelope;
    private readonly ObservationSink _sink;
    private readonly AttemptsTold _told = new();
    private readonly EximParser _exim;
    private readonly IDaemonParser[] _daemons;
    private readonly ProgramTable _programs;
    private readonly LoggerParser _loggers = new();
    private readonly PamParser _pam = new();
    private readonly LineBefore _before = new();

    public LogParser(LogParserSettings settings, UserNameRules userNames, IPlaceLookup places)
    {
        _settings = settings;
        _stamps = new StampReader(settings);
        _envelope = new LogEnvelope(settings, _stamps);
        File = settings.File;
        _sink = new ObservationSink(settings.Source, userNames, places, settings.Unjudged, _told);
        _exim = new EximParser(settings);
        _daemons =
        [
            new PostfixParser(settings),
            new DovecotParser(settings),
            new SshParser(),
            new SendmailParser(settings),
            _exim,
            new CourierParser(),
            new CyrusParser(),
            new ProFtpdParser(),
            new VsftpdParser(),
            new PureFtpdParser(),
            _pam,
            new DropbearParser(),
            new HordeParser(),
            new SaslauthdParser(),
            new RoundcubeParser(),
            new SogoParser(),
            new ZimbraParser(),
            new NextcloudParser(),
            new CpanelParser(),
            _loggers,
        ];
        _programs = new ProgramTable(_daemons);
    }

    /// <summary>Mail that belongs to nobody.</summary>
    public UnjudgedMail Unjudged => _settings.Unjudged;

    /// <summary>Exim does not tell the recipients of a message on its arrival: they are counted as they are delivered.</summary>
    public bool CountsEximFromDeliveries => _exim.CountsFromDeliveries;

    /// <summary>Time of the last line that was understood.</summary>
    public DateTimeOffset? LastSeen { get; private set; }

    /// <summary>The stamp of the last line that has one, whatever program wrote it.</summary>
    public DateTimeOffset? LastStamp { get; private set; }

    /// <summary>The daemon of the last line; null when it is of none that is known.</summary>
    public string? Daemon { get; private set; }

    /// <summary>How many positions from its offset on the last line took: one, or as often as it stood for itself.</summary>
    public int Positions { get; private set; } = 1;

    /// <summary>Lines whose stamp was not believed, so that they were judged at their arrival.</summary>
    public long Misdated { get; private set; }

    /// <summary>Of the last of these: how far its stamp was from the clock.</summary>
    public TimeSpan MisdatedBy { get; private set; }

    /// <summary>The shapes that were not known; null where nobody wants to see them.</summary>
    public UnknownShapes? Unknown => _settings.Unknown;

    /// <summary>Messages that rsyslog or journald say they have dropped.</summary>
    public long MessagesLost => _loggers.Lost;

    /// <summary>See <see cref="StampReader.Reference"/>: the time of the file that is read next.</summary>
    public DateTimeOffset Reference
    {
        get => _stamps.Reference;
        set => _stamps.Reference = value;
    }

    /// <summary>The file that is read next; where Kubernetes keeps a container's output, its path tells the container's name.</summary>
    public string? File
    {
        set => _envelope.Container = ContainerFile.NameOf(value);
    }

    /// <summary>Is told of each observation what observations do not keep.</summary>
    internal IObservationListener? Listener
    {
        get => _sink.Listener;
        set => _sink.Listener = value;
    }

    /// <summary>
    /// Reads one line without its end, and adds what it yields to <paramref name="into"/>. Any bytes will do; it never throws. A line has the positions of its
    /// bytes: those from
    /// <paramref name="offset"/> up to its length.
    /// </summary>
    public LineResult Feed(ReadOnlySpan<byte> line, uint generation, long offset, List<Observation> into)
    {
        var from = into.Count;
        var result = Read(line, generation, offset, into);
        _settings.Watch?.Line(this, result, into, from);
        return result;
    }

    /// <summary>The last line was written just now: there was nothing more to read before it.</summary>
    public void WrittenNow()
    {
        if (_settings is { Watch: { } watch, Clock: { } clock } && LastStamp is { } at)
            watch.Written(clock.GetUtcNow() - at);
    }

    private LineResult Read(ReadOnlySpan<byte> line, uint generation, long offset, List<Observation> into)
    {
        Daemon = null;
        Positions = 1;
        if (line.IsEmpty)
            return LineResult.Foreign;
        var opening = _envelope.Open(line, out var opened);
        if (opening == Opening.Partial)
            return LineResult.Nothing;
        if (opening != Opening.Foreign)
            LastStamp = opened.At;
        if (opening == Opening.Opened && opened.Program.SequenceEqual(LogLine.RepeatedProgram))
            opened = _before.Again(opened);
        if (opening == Opening.Foreign || (_programs.Find(opened.Program) ?? OfPam(opened)) is not { } daemon)
        {
            _before.Forget();
            return LineResult.Foreign;
        }
        Daemon = daemon.Name;
        if (!IsPlausible(opened.At))
            opened = new LogLine(Arrived(opened.At), opened.Program, opened.Pid, opened.Message, opened.Repeats);
        LastSeen = opened.At;
        Positions = Math.Min(opened.Repeats, line.Length);
        var result = LineResult.Nothing;
        for (var i = 0; i < Positions; i++)
        {
            _sink.Begin(into, generation, offset + i);
            result = daemon.Parse(opened, _sink);
        }
        _before.Keep(opened, result);
        if (result == LineResult.Unknown)
            _settings.Unknown?.Take(daemon.Name, opened.Program, opened.Message, line);
        return result;
    }

    /// <summary>Programs that nobody here knows ask PAM as well, and it tells who failed from where.</summary>
    private PamParser? OfPam(in LogLine line) => PamFailure.IsFromElsewhere(line.Message) && !PamParser.IsToldAgain(line.Program) ? _pam : null;

    private bool IsPlausible(DateTimeOffset at) =>
        at >= EarliestPlausible && !(at > (_settings.Clock is { } clock ? clock.GetUtcNow() + _settings.MaxAhead : _settings.LatestPlausible));

    /// <summary>A stamp that cannot be is replaced by the arrival: the clock's time, or the line before of a log that was written earlier.</summary>
    private DateTimeOffset Arrived(DateTimeOffset at)
    {
        var now = _settings.Clock?.GetUtcNow();
        Misdated++;
        MisdatedBy = at - (now ?? _stamps.Reference);
        return now ?? LastSeen ?? _stamps.Reference;
    }

    /// <summary>Everything that reading on needs, so that from here the same lines yield the same observations.</summary>
    public byte[] Capture()
    {
        using var memory = new MemoryStream();
        using var writer = new BinaryWriter(memory);
        writer.Write(CheckpointVersion);
        writer.Write(_stamps.State.Year);
        writer.Write(_stamps.State.Month);
        writer.Write(_stamps.State.Zoned);
        _told.Save(writer);
        writer.Write(_daemons.Length);
        foreach (var daemon in _daemons)
        {
            using var own = new MemoryStream();
            using var into = new BinaryWriter(own);
            daemon.Save(into);
            into.Flush();
            writer.Write(daemon.Name);
            writer.Write((int)own.Length);
            writer.Write(own.GetBuffer(), 0, (int)own.Length);
        }
        _before.Save(writer);
        writer.Flush();
        return memory.ToArray();
    }

    /// <summary>
    /// False when the state, or a daemon's part of it, was written by another version; then reading goes on without these joins, and some open messages are not
    /// attributed.
    /// </summary>
    public bool Restore(byte[] state)
    {
        using var reader = new BinaryReader(new MemoryStream(state));
        try
        {
            if (reader.ReadInt32() != CheckpointVersion)
                return false;
            _stamps.State = (reader.ReadInt32(), reader.ReadInt32(), reader.ReadInt64());
            _told.Load(reader);
            var whole = true;
            for (var count = reader.ReadInt32(); count > 0; count--)
            {
                var name = reader.ReadString();
                var own = reader.ReadBytes(reader.ReadInt32());
                whole &= Load(Array.Find(_daemons, daemon => daemon.Name == name), own);
            }
            // States of before it was kept end here.
            if (reader.BaseStream.Position < reader.BaseStream.Length)
                _before.Load(reader);
            return whole;
        }
        catch (Exception damaged) when (damaged is IOException or ArgumentException)
        {
            return false;
        }
    }

    private static bool Load(IDaemonParser? daemon, byte[] state)
    {
        if (daemon is null)
            return state.Length == 0;
        using var reader = new BinaryReader(new MemoryStream(state));
        try
        {
            daemon.Load(reader);
            return true;
        }
        catch (Exception damaged) when (damaged is IOException or ArgumentException)
        {
            return false;
        }
    }
}
