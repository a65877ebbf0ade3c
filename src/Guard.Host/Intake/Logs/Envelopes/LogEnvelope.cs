using System.Buffers.Text;

namespace Guard.Host.Intake.Logs.Envelopes;

/// <summary>What opening a line came to.</summary>
internal enum Opening
{
    Opened,

    /// <summary>Neither a stamp nor a tag.</summary>
    Foreign,

    /// <summary>A part of a line whose end is still to come.</summary>
    Partial,
}

/// <summary>
/// Takes the envelopes off a line: what containers and their engines put around it, syslog in its dialects (RFC 5424, RFC 3164), journald's JSON, or a daemon's
/// own file. Each is a grammar that is read from the left; what stands behind the program's tag is the daemon's and cannot change the envelope any more.
/// </summary>
internal sealed class LogEnvelope(LogParserSettings settings, StampReader stamps)
{
    private const int MaxRepeats = 1000;

    private readonly JsonLine _json = new();
    private readonly ContainerOutput _container = new();
    private bool _inside;

    /// <summary>The container whose output is read, where the file's place says it; see <see cref="ContainerFile"/>.</summary>
    public byte[] Container { get; set; } = [];

    public Opening Open(ReadOnlySpan<byte> line, out LogLine opened)
    {
        opened = default;
        ByteText.Skip(ref line, "\uFEFF"u8);
        if (line.IsEmpty)
            return Opening.Foreign;
        if (line[0] == '{')
            return OpenJson(line, out opened);
        if (line[0] == '<')
            return Told(TryPriority(line, out opened));
        // Dovecot 1 put its name in front of the stamp.
        if (line.StartsWith("dovecot: "u8) && StampGrammar.TryRead(line[9..], out _))
            line = line[9..];
        if (StampGrammar.TryRead(line, out var stamp))
            return OpenStamped(stamp, line[stamp.Length..], out opened);
        if (TryBareExim(line, out opened))
            return Opening.Opened;
        if (ContainerOutput.SkipCompose(ref line, out var name))
            return Told(TryInside(line, name, null, out opened));
        if (!OwnFile.TryExtendedLog(line, out stamp))
            return Opening.Foreign;
        opened = new LogLine(stamps.Resolve(stamp), "proftpd-auth"u8, 0, line);
        return Opening.Opened;
    }

    private static Opening Told(bool opened) => opened ? Opening.Opened : Opening.Foreign;

    private Opening OpenStamped(Stamp stamp, ReadOnlySpan<byte> text, out LogLine opened)
    {
        opened = default;
        if (stamp.Form != StampForm.Iso || !stamp.Fine)
            return Told(TryBody(stamps.Resolve(stamp), stamp.Form, text, out opened));
        if (ContainerOutput.SkipCri(ref text, out var stream, out var part))
        {
            if (!_container.TryJoin(ref text, stream, part))
                return Opening.Partial;
            return Told(TryInside(text, default, stamps.Resolve(stamp), out opened));
        }
        // "docker logs -t": the engine's stamp stands before the daemon's own.
        return Told(
            StampGrammar.TryRead(text, out _)
                ? TryInside(text, default, stamps.Resolve(stamp), out opened)
                : TryBody(stamps.Resolve(stamp), stamp.Form, text, out opened)
        );
    }

    private Opening OpenJson(ReadOnlySpan<byte> line, out LogLine opened)
    {
        opened = default;
        if (!_json.TryRead(line))
            return Opening.Foreign;
        switch (_json.Form)
        {
            case JsonForm.Nextcloud:
                opened = new LogLine(_json.At, "nextcloud"u8, 0, line);
                return Opening.Opened;
            case JsonForm.Docker:
                var text = _json.Message;
                var part = text.IsEmpty || text[^1] != '\n';
                if (!_container.TryJoin(ref text, 0, part))
                    return Opening.Partial;
                return Told(TryInside(text.TrimEnd("\r\n"u8), _json.Container, _json.At, out opened));
        }
        if (!_json.Container.IsEmpty)
            return Told(TryInside(_json.Message, _json.Container, _json.At, out opened));
        opened = Made(_json.At, _json.Program, _json.Pid, _json.Message);
        return Opening.Opened;
    }

    /// <summary><c>&lt;22&gt;</c>, as it goes over the network.</summary>
    private bool TryPriority(ReadOnlySpan<byte> line, out LogLine opened)
    {
        opened = default;
        var close = line[..Math.Min(line.Length, 5)].IndexOf((byte)'>');
        if (close < 2)
            return false;
        line = line[(close + 1)..];
        if (line.StartsWith("1 "u8))
            return TryRfc5424(line[2..], out opened);
        if (!StampGrammar.TryRead(line, out var stamp))
            return TryBody(Arrival, StampForm.Bsd, line, out opened);
        return TryBody(stamps.Resolve(stamp), stamp.Form, line[stamp.Length..], out opened);
    }

    /// <summary><c>stamp host app pid msgid [sd] message</c> (RFC 5424 section 6).</summary>
    private bool TryRfc5424(ReadOnlySpan<byte> line, out LogLine opened)
    {
        opened = default;
        if (
            !ByteText.TakeUntil(ref line, " "u8, out var time)
            || !ByteText.TakeUntil(ref line, " "u8, out _)
            || !ByteText.TakeUntil(ref line, " "u8, out var program)
            || !ByteText.TakeUntil(ref line, " "u8, out var process)
            || !ByteText.TakeUntil(ref line, " "u8, out _)
        )
        {
            return false;
        }
        DateTimeOffset at;
        if (StampGrammar.TryRead(time, out var stamp))
            at = stamps.Resolve(stamp);
        else if (time.SequenceEqual("-"u8))
            at = Arrival;
        else
            return false;
        if (!ByteText.Skip(ref line, "-"u8))
        {
            while (line.Length > 0 && line[0] == '[')
            {
                var end = EndOfElement(line);
                if (end < 0)
                    return false;
                line = line[(end + 1)..];
            }
        }
        // rsyslog's own template writes two blanks, since its message begins with one.
        line = line.TrimStart((byte)' ');
        ByteText.Skip(ref line, "\uFEFF"u8);
        // Some write the whole tag as APP-NAME, with the process id in it.
        var bracket = program.IndexOf((byte)'[');
        if (!Utf8Parser.TryParse(process, out int pid, out var used) || used != process.Length || pid < 0)
            pid = 0;
        if (bracket > 0)
        {
            if (pid == 0 && (!Utf8Parser.TryParse(program[(bracket + 1)..], out pid, out _) || pid < 0))
                pid = 0;
            program = program[..bracket];
        }
        opened = Carried(Made(at, program, pid, line));
        return true;
    }

    private static int EndOfElement(ReadOnlySpan<byte> line)
    {
        var quoted = false;
        for (var i = 0; i < line.Length; i++)
        {
            if (quoted && line[i] == '\\')
                i++;
            else if (line[i] == '"')
                quoted = !quoted;
            else if (!quoted && line[i] == ']')
                return i;
        }
        return -1;
    }

    /// <summary>What stands behind the stamp: a daemon's own words, or <c>[host] program[pid]: message</c>.</summary>
    private bool TryBody(DateTimeOffset at, StampForm form, ReadOnlySpan<byte> text, out LogLine opened)
    {
        opened = default;
        switch (form)
        {
            case StampForm.CommonLog:
                opened = new LogLine(at, "proftpd-auth"u8, 0, text);
                return true;
            case StampForm.Php:
                opened = new LogLine(at, "roundcube"u8, 0, text);
                return true;
            case StampForm.Panel:
                opened = new LogLine(at, "cpanel"u8, 0, text);
                return OwnFile.IsCpanel(text);
            case StampForm.Ctime when OwnFile.IsVsftpd(text):
                opened = new LogLine(at, "vsftpd-own"u8, 0, text);
                return true;
            case StampForm.IsoBlank when OwnFile.IsExim(text):
                opened = new LogLine(at, "exim"u8, 0, text);
                return true;
            case StampForm.IsoBlank when OwnFile.IsZimbra(text):
                opened = new LogLine(at, "zimbra"u8, 0, text);
                return true;
        }
        if (form == StampForm.Bsd && SyslogTag.TryTakeBare(text, out var program, out var message))
        {
            opened = Made(at, program, 0, message);
            return true;
        }
        // A word with a blank behind it is a host, but for the few dialects that put something of their own in front.
        var space = text[..Math.Min(text.Length, SyslogTag.Longest)].IndexOfAny(" :[(<"u8);
        if (space > 0 && text[space] == ' ' && !SyslogTag.IsOwnWord(text[..space]))
            return TryTagged(at, text[(space + 1)..], tight: true, out opened) || TryRepeated(at, text[(space + 1)..], out opened);
        if (OwnFile.IsDovecot(text) || OwnFile.TryDovecotOne(ref text))
        {
            opened = new LogLine(at, "dovecot-own"u8, 0, text);
            return true;
        }
        text = SyslogTag.SkipPriority(text);
        if (TryTagged(at, text, tight: false, out opened))
            return true;
        space = text.IndexOf((byte)' ');
        return (space > 0 && TryTagged(at, text[(space + 1)..], tight: true, out opened)) || TryRepeated(at, text, out opened);
    }

    /// <summary><c>last message repeated 4 times</c> of syslogd, which has no tag: the line before stands for itself so often again.</summary>
    private static bool TryRepeated(DateTimeOffset at, ReadOnlySpan<byte> text, out LogLine opened)
    {
        opened = default;
        ByteText.Skip(ref text, "--- "u8);
        if (!ByteText.Skip(ref text, "last message repeated "u8) || !ByteText.TakeNumber(ref text, out var times) || times < 1 || !text.StartsWith(" time"u8))
            return false;
        opened = new LogLine(at, LogLine.RepeatedProgram, 0, default, (int)Math.Min(times, MaxRepeats));
        return true;
    }

    private bool TryTagged(DateTimeOffset at, ReadOnlySpan<byte> text, bool tight, out LogLine opened)
    {
        opened = default;
        if (!SyslogTag.TryTake(tight ? SyslogTag.SkipPriority(text) : text, tight, out var program, out var pid, out var message))
            return false;
        opened = Carried(Made(at, program, pid, message));
        return true;
    }

    /// <summary>
    /// A container's own line. Its stamp is read over where the engine told the time, which is finer and has year and zone. Without any envelope of its own it
    /// is what the container's name says.
    /// </summary>
    private bool TryInside(ReadOnlySpan<byte> text, scoped ReadOnlySpan<byte> container, DateTimeOffset? at, out LogLine opened)
    {
        opened = default;
        if (text.Length > 0 && text[0] == '{' && at is { } told)
        {
            opened = new LogLine(told, "nextcloud"u8, 0, text);
            return text.IndexOf("\"reqId\""u8) > 0;
        }
        if (text.Length > 2 && text[0] == '<' && text[..Math.Min(text.Length, 5)].IndexOf((byte)'>') is var close and > 1)
            text = text[(close + 1)..];
        var form = StampForm.Bsd;
        if (StampGrammar.TryRead(text, out var stamp))
        {
            form = stamp.Form;
            at ??= stamps.Resolve(stamp);
            text = text[stamp.Length..];
            // "docker compose logs -t"
            if (stamp is { Form: StampForm.Iso, Fine: true } && StampGrammar.TryRead(text, out var second))
            {
                form = second.Form;
                text = text[second.Length..];
            }
        }
        else if (OwnFile.TryExtendedLog(text, out stamp))
        {
            opened = new LogLine(at ?? stamps.Resolve(stamp), "proftpd-auth"u8, 0, text);
            return container.IsEmpty || ContainerOutput.Carries(container, "proftpd"u8);
        }
        if (at is not { } time)
            return false;
        var named = container.IsEmpty ? Container : container;
        var program = ContainerOutput.ProgramOf(named);
        if (TryBody(time, form, text, out opened))
        {
            var ofDaemon = !program.IsEmpty && opened.Program.StartsWith(program);
            if (ofDaemon || (container.IsEmpty && program.IsEmpty) || ContainerOutput.Carries(named, opened.Program))
                return true;
        }
        opened = new LogLine(time, program, 0, text.TrimEnd((byte)'\r'));
        return !program.IsEmpty;
    }

    /// <summary><c>[host ]exim[77]: </c> in front of Exim's own stamp, where a relay of logs dropped the envelope's.</summary>
    private bool TryBareExim(ReadOnlySpan<byte> line, out LogLine opened)
    {
        opened = default;
        var tag = line[..Math.Min(line.Length, 2 * SyslogTag.Longest)].IndexOf("exim"u8);
        if (
            tag < 0
            || (tag > 0 && line.IndexOf((byte)' ') != tag - 1)
            || !SyslogTag.TryTake(line[tag..], tight: false, out var program, out var pid, out var message)
            || !program.StartsWith("exim"u8)
            || !StampGrammar.TryRead(message, out var stamp)
            || stamp.Form != StampForm.IsoBlank
            || !OwnFile.IsExim(message[stamp.Length..])
        )
            return false;
        opened = new LogLine(stamps.Resolve(stamp), program, pid, message[stamp.Length..]);
        return true;
    }

    /// <summary>Docker's syslog driver puts a container's line, envelope and all, behind a tag of its own.</summary>
    private LogLine Carried(LogLine line)
    {
        var text = line.Message;
        if (text.Length < 16 || !StampGrammar.TryRead(text, out var stamp))
            return line;
        // By default Exim stamps what it tells syslog as well.
        if (line.Program.StartsWith("exim"u8))
            return new LogLine(line.At, line.Program, line.Pid, text[stamp.Length..]);
        return TryBodyOnce(line.At, stamp.Form, text[stamp.Length..], out var inner) && ContainerOutput.Carries(line.Program, inner.Program) ? inner : line;
    }

    /// <summary>Envelopes do not stand within each other without end: one inside a container's is the last.</summary>
    private bool TryBodyOnce(DateTimeOffset at, StampForm form, ReadOnlySpan<byte> text, out LogLine opened)
    {
        if (_inside)
        {
            opened = default;
            return false;
        }
        _inside = true;
        try
        {
            return TryBody(at, form, text, out opened);
        }
        finally
        {
            _inside = false;
        }
    }

    /// <summary>With rsyslog's <c>message repeated 4 times: [ … ]</c> opened.</summary>
    private static LogLine Made(DateTimeOffset at, ReadOnlySpan<byte> program, int pid, ReadOnlySpan<byte> message)
    {
        var text = message;
        if (
            !ByteText.Skip(ref text, "message repeated "u8)
            || !ByteText.TakeNumber(ref text, out var times)
            || times < 1
            || !ByteText.Skip(ref text, " times: ["u8)
            || text.IsEmpty
            || text[^1] != ']'
        )
            return new LogLine(at, program, pid, message);
        ByteText.Skip(ref text, " "u8);
        return new LogLine(at, program, pid, text.IsEmpty ? text : text[..^1], (int)Math.Min(times, MaxRepeats));
    }

    private DateTimeOffset Arrival => settings.Clock?.GetUtcNow() ?? stamps.Reference;
}
