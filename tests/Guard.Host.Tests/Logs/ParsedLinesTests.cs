using System.Text;
using System.Text.Json;
using Guard.Host.Geo;
using Guard.Host.Intake.Logs;
using Guard.Host.Intake.Logs.Shapes;
using Guard.Host.Parsing;
using Xunit;

namespace Guard.Host.Tests.Logs;

/// <summary>What <c>accountguard parse</c> prints.</summary>
public sealed class ParsedLinesTests
{
    private const string Log =
        "Nov 24 00:25:29 mail dovecot: imap-login: Login: user=<Anna>, method=PLAIN, rip=192.0.2.7, lip=127.0.0.1, session=<Hmtqv>\n"
        + "\n"
        + "some words\r\n"
        + "Nov 24 00:23:56 mail postfix/smtpd[1]: connect from x[192.0.2.9]\n"
        + "Nov 24 00:25:29 mail dovecot: imap-login: Login: user=<anna>, method=PLAIN, rip=\u001b[31m, lip=127.0.0.1, session=<Hmtqv>\n"
        + "Nov 24 02:12:59 mail sshd[1]: Failed password for invalid user bob from 192.0.2.1 port 4 ssh2";

    private static string Print(Func<Stream, IParsedLineWriter> writer, string log = Log, UnknownShapes? shapes = null)
    {
        using var output = new MemoryStream();
        var parser = new LogParser(Parsed.Settings with { Unknown = shapes }, new UserNameRules("example.com"), new PlaceLookup([]));
        using (var lines = writer(output))
            new ParsedLines(parser, lines).Read(new MemoryStream(Encoding.UTF8.GetBytes(log)));
        return Encoding.UTF8.GetString(output.ToArray());
    }

    [Fact]
    public void One_json_object_for_each_line() =>
        Assert.Equal(
            [
                """{"line":1,"kind":"observed","daemon":"dovecot","observations":[{"type":"login","service":"imap","user":"anna@example.com","address":"192.0.2.7","outcome":"succeeded","at":"2026-11-24T00:25:29Z"}]}""",
                """{"line":2,"kind":"foreign","daemon":null,"observations":[]}""",
                """{"line":3,"kind":"foreign","daemon":null,"observations":[]}""",
                """{"line":4,"kind":"nothing","daemon":"postfix","observations":[]}""",
                """{"line":5,"kind":"unknown","daemon":"dovecot","observations":[]}""",
                """{"line":6,"kind":"observed","daemon":"sshd","observations":[{"type":"login","service":"ssh","user":"bob@example.com","address":"192.0.2.1","outcome":"unknown-user","at":"2026-11-24T02:12:59Z"}]}""",
            ],
            Print(stream => new NdjsonParsedLines(stream)).TrimEnd('\n').Split('\n')
        );

    /// <summary>What becomes of a message is told at its own line, a deferral too, which is no observation.</summary>
    [Fact]
    public void A_submission_and_its_fates()
    {
        const string Mail =
            "Nov 24 00:00:01 mail postfix/smtpd[1]: 4ABC8B20217: client=x[192.0.2.7], sasl_method=PLAIN, sasl_username=anna\n"
            + "Nov 24 00:00:02 mail postfix/qmgr[2]: 4ABC8B20217: from=<anna@example.com>, size=427, nrcpt=2 (queue active)\n"
            + "Nov 24 00:00:03 mail postfix/smtp[3]: 4ABC8B20217: to=<a@remote.test>, relay=none, delay=1, delays=0/0/0/1, dsn=4.4.1, status=deferred (x)\n"
            + "Nov 24 00:00:04 mail postfix/smtp[3]: 4ABC8B20217: to=<b@remote.test>, relay=mx[198.51.100.1]:25, delay=1, delays=0/0/0/1, dsn=2.0.0, status=sent (250 ok)";
        Assert.Equal(
            [
                """{"line":1,"kind":"observed","daemon":"postfix","observations":[{"type":"login","service":"smtp","user":"anna@example.com","address":"192.0.2.7","outcome":"succeeded","at":"2026-11-24T00:00:01Z"}]}""",
                """{"line":2,"kind":"observed","daemon":"postfix","observations":[{"type":"submission","user":"anna@example.com","address":"192.0.2.7","recipients":2,"sender":"anna@example.com","queue":"4ABC8B20217","size":427,"at":"2026-11-24T00:00:02Z"}]}""",
                """{"line":3,"kind":"observed","daemon":"postfix","observations":[{"type":"delivery","user":"anna@example.com","queue":"4ABC8B20217","fate":"deferred","recipients":1,"at":"2026-11-24T00:00:03Z"}]}""",
                """{"line":4,"kind":"observed","daemon":"postfix","observations":[{"type":"delivery","user":"anna@example.com","queue":"4ABC8B20217","fate":"delivered","recipients":1,"at":"2026-11-24T00:00:04Z"}]}""",
            ],
            Print(stream => new NdjsonParsedLines(stream), Mail).TrimEnd('\n').Split('\n')
        );
    }

    [Fact]
    public void A_line_that_is_too_long_keeps_its_number()
    {
        var numbers = Print(stream => new NdjsonParsedLines(stream), new string('x', 300_000) + "\nshort\n")
            .TrimEnd('\n')
            .Split('\n')
            .Select(line => JsonDocument.Parse(line).RootElement.GetProperty("line").GetInt64());
        Assert.Equal([1, 2], numbers);
    }

    [Fact]
    public void People_see_the_fields_marked_and_no_control_characters()
    {
        var shapes = new UnknownShapes();
        var text = Print(stream => new TextParsedLines(stream, colours: false, shapes), shapes: shapes);
        Assert.DoesNotContain('\e', text);
        var lines = text.Split('\n');
        Assert.Equal(lines[0].IndexOf("Anna", StringComparison.Ordinal), lines[1].IndexOf("^^^^", StringComparison.Ordinal));
        Assert.Equal(lines[0].IndexOf("192.0.2.7", StringComparison.Ordinal), lines[1].IndexOf("^^^^^^^^^", StringComparison.Ordinal));
        Assert.Contains("login  imap  succeeded  anna@example.com  from 192.0.2.7", lines[2], StringComparison.Ordinal);
        Assert.Contains("6 lines: 2 observed, 1 carry nothing, 1 of unknown shape, 2 of no known daemon", text, StringComparison.Ordinal);
        Assert.Contains("\e[1;32mAnna\e[0m", Print(stream => new TextParsedLines(stream, colours: true, new UnknownShapes())), StringComparison.Ordinal);
    }
}
