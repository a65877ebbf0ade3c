using System.Text;
using Guard.Host.Geo;
using Guard.Host.Intake.Logs;
using Guard.Messages.Observations;

namespace Guard.Host.Tests.Logs;

/// <summary>Feeds lines to a parser and keeps what came of them.</summary>
internal sealed class Parsed
{
    private long _offset;

    public Parsed(LogParserSettings? settings = null, UserNameRules? names = null) =>
        Parser = new LogParser(settings ?? Settings, names ?? new UserNameRules("example.com"), new PlaceLookup([]));

    public static LogParserSettings Settings { get; } = new("test", new DateTimeOffset(2026, 11, 24, 12, 0, 0, TimeSpan.Zero));

    public LogParser Parser { get; }

    public List<Observation> All { get; } = [];

    public LineResult Last { get; private set; }

    public Parsed Feed(params string[] lines)
    {
        foreach (var line in lines)
            Feed(Encoding.UTF8.GetBytes(line));
        return this;
    }

    public Parsed Feed(byte[] line)
    {
        Last = Parser.Feed(line, 0, _offset, All);
        _offset += line.Length + 1;
        return this;
    }

    public string[] Told => [.. All.Select(Tell)];

    public static string Tell(Observation observation) =>
        observation switch
        {
            Login login => $"{login.Service} {login.Outcome} {login.User} {login.Place.Address}",
            Submission submission => $"Sent {submission.Recipients} {submission.User} {submission.Place.Address} {submission.Size} {submission.QueueId}",
            Delivery delivery => $"{delivery.Outcome} {delivery.Recipients} {delivery.User}",
            _ => observation.ToString(),
        };
}
