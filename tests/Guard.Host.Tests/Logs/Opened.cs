using System.Text;
using Guard.Host.Intake.Logs;
using Guard.Host.Intake.Logs.Envelopes;

namespace Guard.Host.Tests.Logs;

/// <summary>What an envelope held, to be compared.</summary>
internal sealed record Opened(DateTimeOffset At, string Program, int Pid, string Message, int Repeats)
{
    private static LogParserSettings Settings { get; } = new("test", new DateTimeOffset(2026, 11, 24, 12, 0, 0, TimeSpan.Zero));

    /// <summary>The last of these lines, read in order; null when it has no envelope.</summary>
    public static Opened? Of(params string[] lines) => Of(Settings, lines);

    public static Opened? Of(LogParserSettings settings, params string[] lines)
    {
        var envelope = new LogEnvelope(settings, new StampReader(settings));
        Opened? last = null;
        foreach (var line in lines)
        {
            last =
                envelope.Open(Encoding.UTF8.GetBytes(line), out var opened) == Opening.Opened
                    ? new Opened(opened.At, Encoding.UTF8.GetString(opened.Program), opened.Pid, Encoding.UTF8.GetString(opened.Message), opened.Repeats)
                    : null;
        }
        return last;
    }
}
