using Guard.Host.Intake.Files;
using Guard.Host.Intake.Logs;
using Guard.Messages.Identity;
using Guard.Messages.Observations;

namespace Guard.Host.Parsing;

/// <summary>What a parser told of a line.</summary>
/// <param name="Observation">Null for a deferral, which is none.</param>
/// <param name="User">Empty for an address alone.</param>
/// <param name="Sender">Envelope sender of a submission, or empty.</param>
/// <param name="QueueId">Of a submission or delivery, or empty.</param>
internal sealed record ToldObservation(Observation? Observation, DateTimeOffset At, UserId User, int Recipients, string Sender, string QueueId);

/// <summary>Shows lines with what they were read as.</summary>
internal interface IParsedLineWriter : IDisposable
{
    /// <param name="number">From 1.</param>
    /// <param name="daemon">Null for lines of none.</param>
    void Line(long number, ReadOnlySpan<byte> line, LineResult kind, string? daemon, IReadOnlyList<ToldObservation> told);
}

/// <summary>Feeds the lines of logs to a parser, and each with what it was read as to a writer.</summary>
internal sealed class ParsedLines : IObservationListener
{
    private readonly LogParser _parser;
    private readonly IParsedLineWriter _writer;
    private readonly List<Observation> _observations = [];
    private readonly List<ToldObservation> _told = [];
    private uint _file;
    private long _number;

    public ParsedLines(LogParser parser, IParsedLineWriter writer)
    {
        (_parser, _writer) = (parser, writer);
        parser.Listener = this;
    }

    public void Read(Stream stream)
    {
        var lines = new LineBuffer();
        long tooLong = 0;
        while (lines.Fill(stream))
        {
            while (lines.TryNext(out var line, out var offset))
            {
                TellLong(lines, ref tooLong);
                Feed(line, offset);
            }
        }
        if (lines.TryLast(out var last, out var at))
            Feed(last, at);
        TellLong(lines, ref tooLong);
        _file++;
    }

    /// <summary>Lines that are too long to be read count all the same, so that the numbers are the file's.</summary>
    private void TellLong(LineBuffer lines, ref long told)
    {
        for (; told < lines.TooLong; told++)
            _writer.Line(++_number, "(too long)"u8, LineResult.Foreign, null, []);
    }

    private void Feed(ReadOnlySpan<byte> line, long offset)
    {
        _observations.Clear();
        _told.Clear();
        var kind = _parser.Feed(line, _file, offset, _observations);
        // A deferral is no observation, but the line told of something.
        if (kind == LineResult.Nothing && _told.Count > 0)
            kind = LineResult.Observed;
        _writer.Line(++_number, line, kind, kind == LineResult.Foreign ? null : _parser.Daemon, _told);
    }

    public void Told(Observation observation, ReadOnlySpan<byte> sender, ReadOnlySpan<byte> queueId)
    {
        var recipients = observation switch
        {
            Submission submission => submission.Recipients,
            Delivery delivery => delivery.Recipients,
            _ => 0,
        };
        _told.Add(
            new ToldObservation(
                observation,
                observation.At,
                observation.User,
                recipients,
                Text(sender),
                observation is Submission sent ? sent.QueueId : Text(queueId)
            )
        );
    }

    public void Deferred(DateTimeOffset at, UserId user, int recipients, ReadOnlySpan<byte> queueId) =>
        _told.Add(new ToldObservation(null, at, user, recipients, "", Text(queueId)));

    private static string Text(ReadOnlySpan<byte> bytes) => System.Text.Encoding.UTF8.GetString(bytes);
}
