using Guard.Host.Intake.Sockets;
using Guard.Host.Tests.Platform;
using Serilog;
using Xunit;

namespace Guard.Host.Tests.Sockets;

public sealed class MalformedWarningsSpecs
{
    private sealed class Clock : TimeProvider
    {
        public DateTimeOffset Now { get; set; } = new(2026, 11, 24, 10, 0, 0, TimeSpan.Zero);

        public override DateTimeOffset GetUtcNow() => Now;
    }

    private readonly LoggedTexts _lines = [];

    [Fact(DisplayName = "Of many broken connections one line per source and minute tells, with their number")]
    public void Throttled()
    {
        var clock = new Clock();
        using var log = new LoggerConfiguration().WriteTo.Sink(_lines).CreateLogger();
        var warnings = new MalformedWarnings("Milter", clock, log);
        for (var i = 0; i < 1000; i++)
            warnings.Note("192.0.2.1", "a packet of 0 bytes");
        warnings.Note("192.0.2.2", "a packet of 0 bytes");
        Assert.Equal(2, _lines.Count);
        clock.Now += TimeSpan.FromMinutes(1);
        warnings.Note("192.0.2.1", "a packet of 0 bytes");
        Assert.Equal(3, _lines.Count);
        Assert.Contains("192.0.2.1", _lines[2], StringComparison.Ordinal);
        Assert.Contains("999 more", _lines[2], StringComparison.Ordinal);
    }

    [Fact(DisplayName = "Connections from ever new sources do not become a flood of lines")]
    public void ManySources()
    {
        using var log = new LoggerConfiguration().WriteTo.Sink(_lines).CreateLogger();
        var warnings = new MalformedWarnings("Milter", new Clock(), log);
        for (var i = 0; i < 100_000; i++)
            warnings.Note("source" + i, "x");
        Assert.InRange(_lines.Count, 2, 300);
    }
}
