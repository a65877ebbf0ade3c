using Guard.Host.Intake.Logs;
using Guard.Messages.Observations;

namespace Guard.Host.Intake.Syslog;

/// <summary>One machine that logs to the guard: its lines in order, with the joins that its daemons' messages need.</summary>
internal sealed class SyslogSender(LogParser parser)
{
    private static readonly DateTimeOffset Epoch = new(2020, 1, 1, 0, 0, 0, TimeSpan.Zero);

    private readonly Lock _gate = new();
    private long _position;

    public DateTimeOffset? LastSeen => parser.LastSeen;

    /// <summary>Reads one message; what it yields comes in the order of positions, which grow over restarts as well, since they are made of the time.</summary>
    public LineResult Feed(ReadOnlySpan<byte> message, List<Observation> into)
    {
        while (message.Length > 0 && message[^1] is (byte)'\n' or (byte)'\r' or 0)
            message = message[..^1];
        lock (_gate)
        {
            _position = Math.Max(_position + 1, (DateTimeOffset.UtcNow - Epoch).Ticks / TimeSpan.TicksPerMicrosecond);
            var result = parser.Feed(message, (uint)(_position >> 40), _position & ((1L << 40) - 1), into);
            _position += parser.Positions - 1;
            return result;
        }
    }
}
