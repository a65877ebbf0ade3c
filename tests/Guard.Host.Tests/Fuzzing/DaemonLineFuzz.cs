using System.Globalization;
using System.Text;
using Guard.Host.Geo;
using Guard.Host.Intake.Logs;
using Guard.Host.Tests.Logs.Daemons;
using Guard.Messages.Observations;
using Xunit;

namespace Guard.Host.Tests.Fuzzing;

/// <summary>
/// The parsers of all daemons but the mail servers (<see cref="MailLogFuzz"/>), and every envelope. Whatever strangers write into their own fields: no
/// line yields another user, address, service, count or outcome. And whatever becomes of a line: no crash, no hang, nothing beyond the limits, and nobody who
/// does not stand in it. <c>ACCOUNTGUARD_FUZZ</c> says how many lines each is given.
/// </summary>
public sealed class DaemonLineFuzz
{
    /// <summary>A parser remembers names, joins and tags in tables with an end that now and then grow.</summary>
    private const long MaxBytes = 32 << 20;

    /// <summary>A parser reads so many lines: what it remembers of one may spoil another, and it is dear to make.</summary>
    private const int LinesOfParser = 2_000;

    /// <summary>"10 attempts" are as many failures; see <see cref="SourcePosition"/>: four bits.</summary>
    private const int MaxOfLine = 16;

    private static readonly DateTimeOffset Reference = new(2026, 11, 24, 12, 0, 0, TimeSpan.Zero);

    public static TheoryData<string> Parsers => [.. HostileShape.All.Select(shape => shape.Parser).Distinct()];

    public static TheoryData<string> Envelopes => [.. LineEnvelope.All];

    [Theory]
    [MemberData(nameof(Parsers))]
    public void No_line_yields_what_a_stranger_wrote_into_it(string parser) =>
        Feed(parser, [.. HostileShape.All.Where(shape => shape.Parser == parser)], HostileCheck.Whole);

    [Theory]
    [MemberData(nameof(Envelopes))]
    public void No_envelope_lets_strangers_text_out(string envelope) => Feed(envelope, Tagged, line => LineEnvelope.Around(envelope, line));

    [Theory]
    [MemberData(nameof(Parsers))]
    public void Damaged_lines_tell_of_nobody_who_does_not_stand_in_them(string parser) =>
        Damage(parser, HostileShape.All.Where(shape => shape.Parser == parser).Select(shape => HostileCheck.Whole(shape.With("anna"))));

    [Theory]
    [MemberData(nameof(Envelopes))]
    public void Damaged_envelopes_tell_of_nobody_who_does_not_stand_in_them(string envelope) =>
        Damage(envelope, Tagged.Select(shape => LineEnvelope.Around(envelope, shape.With("anna"))));

    /// <summary>Those that syslog carries.</summary>
    private static HostileShape[] Tagged { get; } =
    [.. HostileShape.All.Where(shape => HostileCheck.Whole(shape.Line) != shape.Line && shape.Line.Contains(": ", StringComparison.Ordinal))];

    private static void Feed(string name, HostileShape[] shapes, Func<string, string> whole)
    {
        using var parsers = new ThreadLocal<Renewed>(() => new Renewed());
        var taken = 0L;
        Fuzzer.Run(
            name,
            number =>
            {
                var (shape, text) = Made(shapes, number);
                return Encoding.UTF8.GetBytes(Unjoined(whole(shape.With(text)), number));
            },
            (number, line) =>
            {
                var (shape, text) = Made(shapes, number);
                var told = parsers.Value!.Feed(line);
                var fault = HostileCheck.Fault(shape, text, told);
                Assert.True(fault is null, $"{fault} of {Encoding.UTF8.GetString(line)}: {string.Join("; ", told.Select(Logs.Parsed.Tell))}");
                Interlocked.Add(ref taken, told.Count);
            },
            MaxBytes
        );
        Assert.True(taken > FuzzEffort.Inputs / 20, $"only {taken} observations came out");
    }

    private static (HostileShape Shape, string Text) Made(HostileShape[] shapes, int number)
    {
        var random = new Random(number);
        return (shapes[random.Next(shapes.Length)], HostileText.Of(random));
    }

    /// <summary>A process and a session of its own, so that no line takes part in what another tells.</summary>
    private static string Unjoined(string line, int number)
    {
        var process = (number + 1).ToString(CultureInfo.InvariantCulture);
        return line.Replace("[7]", $"[{process}]", StringComparison.Ordinal).Replace("q1w2", $"q{process}", StringComparison.Ordinal);
    }

    private static void Damage(string name, IEnumerable<string> lines)
    {
        using var parsers = new ThreadLocal<Renewed>(() => new Renewed());
        var mutations = new Mutations([.. lines.Select(Encoding.UTF8.GetBytes)], HostileText.Bytes);
        var taken = 0L;
        Fuzzer.Run(
            name,
            mutations.Input,
            (_, line) =>
            {
                var told = parsers.Value!.Feed(line);
                // "repeated 1000 times" counts as often as the line has bytes.
                var most = line.AsSpan().IndexOf("repeated "u8) < 0 ? MaxOfLine : MaxOfLine * line.Length;
                Assert.True(told.Count <= most, $"{told.Count} observations of one line");
                foreach (var observation in told)
                    Assert.True(
                        WhatStands.In(parsers.Value!.Lines, observation),
                        $"{Logs.Parsed.Tell(observation)} does not stand in {Encoding.UTF8.GetString(line)}"
                    );
                Interlocked.Add(ref taken, told.Count);
            },
            MaxBytes
        );
        Assert.True(taken > FuzzEffort.Inputs / 200, $"only {taken} observations came out");
    }

    /// <summary>A parser, and what it was told: what lines tell together stands in one of them.</summary>
    private sealed class Renewed
    {
        private readonly List<Observation> _observations = [];
        private LogParser? _parser;

        /// <summary>The lines that it was given, the last one first.</summary>
        public LinkedList<byte[]> Lines { get; } = [];

        public List<Observation> Feed(byte[] line)
        {
            if (_parser is null || Lines.Count == LinesOfParser)
            {
                _parser = new LogParser(new LogParserSettings("fuzz", Reference, MaxJoins: 1000), new UserNameRules("example.com"), new PlaceLookup([], null));
                Lines.Clear();
            }
            Lines.AddFirst(line);
            _observations.Clear();
            _parser.Feed(line, 0, 0, _observations);
            return _observations;
        }
    }
}
