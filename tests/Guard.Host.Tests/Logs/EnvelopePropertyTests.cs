using System.Text;
using CsCheck;
using Guard.Host.Intake.Logs;
using Guard.Host.Intake.Logs.Envelopes;
using Guard.Host.Tests.Fuzzing;
using Xunit;

namespace Guard.Host.Tests.Logs;

/// <summary>Whatever a daemon's text contains, host, time, program and process stay what the envelope says.</summary>
public sealed class EnvelopePropertyTests
{
    /// <summary>Fixed words that daemons begin with, then whatever strangers can write.</summary>
    private static readonly string[] Beginnings =
    [
        "4ABC8B20217: ",
        "warning: ",
        "imap-login: Login: user=<",
        "NOQUEUE: reject: ",
        "Failed password for invalid user ",
        "connect from ",
    ];

    private static readonly string[] Traps =
    [
        " authenticator failed for ",
        "1tnXyZ-000abc-AB <= x",
        "Oct  1 10:00:00 mail dovecot: ",
        "2026-10-01 10:00:00 ",
        "[pid 77] ",
        "]: ",
        "<22>1 ",
        "{\"MESSAGE\":\"x\"}",
        " | ",
        "stdout F ",
        "imap-login: Info: ",
        "message repeated 4 times: [ x]",
        "\" \\ ",
        "]",
        "é",
        "[24/Nov/2026:02:14:15 +0000] \"USER x\"",
        "dovecot[1]: ",
        "\t",
    ];

    private static readonly Gen<string> Pieces = Gen.OneOf(Gen.String[Gen.Char[' ', '~'], 0, 20], Gen.Int[0, 17].Select(one => Traps[one]));

    private static readonly Gen<string> Texts = Gen.Select(
        Gen.Int[0, 5].Select(one => Beginnings[one]),
        Pieces.Array[0, 8],
        (beginning, pieces) => beginning + string.Concat(pieces)
    );

    [Fact]
    public void The_text_of_a_line_never_changes_its_envelope() =>
        Gen.Select(Gen.Int[0, EnvelopeTests.Envelopes.Count - 1], Texts)
            .Sample(
                (number, text) =>
                {
                    var row = EnvelopeTests.Envelopes.ElementAt(number).Data;
                    var opened = Opened.Of(row.Item1.Replace("{0}", text, StringComparison.Ordinal));
                    Assert.Equal(new Opened(new DateTimeOffset(2026, 10, 1, 10, 0, 0, TimeSpan.Zero), row.Item2, row.Item3, text, 1), opened);
                },
                iter: 20_000
            );

    [Fact]
    public void Fuzzed_envelopes_are_survived()
    {
        var settings = new LogParserSettings(
            "test",
            new DateTimeOffset(2026, 11, 24, 12, 0, 0, TimeSpan.Zero),
            Zone: TimeZoneInfo.FindSystemTimeZoneById("Europe/Berlin")
        );
        using var envelopes = new ThreadLocal<LogEnvelope>(() => new LogEnvelope(settings, new StampReader(settings)));
        var seeds = EnvelopeTests
            .Envelopes.Select(row => Encoding.UTF8.GetBytes(row.Data.Item1.Replace("{0}", "imap-login: Login: user=<anna>", StringComparison.Ordinal)))
            .Append("""{"__REALTIME_TIMESTAMP":"1790848800000000","SYSLOG_IDENTIFIER":"dovecot","_PID":"77","MESSAGE":"x"}"""u8.ToArray())
            .Append("""{"log":"Oct  1 10:00:00 pod dovecot: x\n","stream":"stdout","time":"2026-10-01T10:00:00.000000000Z"}"""u8.ToArray())
            .ToArray();
        var opened = 0L;
        Fuzzer.Run(
            "envelopes",
            new Mutations(seeds, LineSeeds.Words),
            line =>
            {
                if (envelopes.Value!.Open(line, out var one) != Opening.Opened)
                    return;
                Interlocked.Increment(ref opened);
                Assert.InRange(one.Repeats, 1, 1000);
                Assert.True(one.Message.Length <= line.Length + (64 * 1024) && one.Pid >= 0);
            },
            maxBytes: 1 << 20
        );
        Assert.True(opened > FuzzEffort.Inputs / 10, $"only {opened} were opened");
    }

    [Fact]
    public void Opening_a_line_allocates_nothing()
    {
        var settings = new LogParserSettings(
            "test",
            new DateTimeOffset(2026, 11, 24, 12, 0, 0, TimeSpan.Zero),
            Zone: TimeZoneInfo.FindSystemTimeZoneById("Europe/Berlin")
        );
        var envelope = new LogEnvelope(settings, new StampReader(settings));
        byte[][] lines =
        [
            .. EnvelopeTests.Envelopes.Select(row => Encoding.UTF8.GetBytes(row.Data.Item1)),
            """{"__REALTIME_TIMESTAMP":"1790848800000000","SYSLOG_IDENTIFIER":"dovecot","_PID":"77","MESSAGE":"x"}"""u8.ToArray(),
        ];
        foreach (var line in lines)
            envelope.Open(line, out _);
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < 100; i++)
        {
            foreach (var line in lines)
                envelope.Open(line, out _);
        }
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 4096);
    }
}
