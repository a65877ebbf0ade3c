using System.Buffers.Text;

namespace Guard.Host.Intake.Logs;

/// <summary>
/// Takes the envelope off a line: a priority, RFC 3164 or RFC 5424 syslog, journald's JSON, or a daemon's own file. What stands behind the program tag
/// is the daemon's; nothing in there can change the envelope any more.
/// </summary>
public sealed class LogEnvelope(StampReader stamps)
{
    private byte[] _journal = new byte[1024];

    public bool TryOpen(ReadOnlySpan<byte> line, out LogLine opened)
    {
        opened = default;
        if (line.Length > 0 && line[0] == '{')
            return TryJournal(line, out opened);
        if (line.Length > 2 && line[0] == '<')
        {
            var close = line[..Math.Min(line.Length, 5)].IndexOf((byte)'>');
            if (close < 0)
                return false;
            line = line[(close + 1)..];
            if (line.StartsWith("1 "u8))
                return TryRfc5424(line[2..], out opened);
        }
        var own = line.Length > 0 && line[0] == '[';
        if (!stamps.TryTake(ref line, out var at))
            return false;
        if (own)
        {
            opened = new LogLine(at, "proftpd-auth"u8, 0, line);
            return true;
        }
        if (line.StartsWith("[pid "u8))
        {
            opened = new LogLine(at, "vsftpd-own"u8, 0, line);
            return true;
        }
        if (IsEximOwn(line))
        {
            opened = new LogLine(at, "exim"u8, 0, line);
            return true;
        }
        if (IsDovecotOwn(line))
        {
            opened = new LogLine(at, "dovecot-own"u8, 0, line);
            return true;
        }
        return TryTag(at, line, out opened);
    }

    /// <summary>With log_path Dovecot writes neither host nor tag: <c>imap-login: Info: …</c></summary>
    private static bool IsDovecotOwn(ReadOnlySpan<byte> line)
    {
        var space = line.IndexOf((byte)' ');
        if (space < 2 || line[space - 1] != ':')
            return false;
        var rest = line[(space + 1)..];
        return rest.StartsWith("Info: "u8) || rest.StartsWith("Warning: "u8) || rest.StartsWith("Error: "u8);
    }

    /// <summary><c>host program[pid]: message</c></summary>
    private static bool TryTag(DateTimeOffset at, ReadOnlySpan<byte> line, out LogLine opened)
    {
        opened = default;
        var space = line.IndexOf((byte)' ');
        if (space <= 0)
            return false;
        var rest = line[(space + 1)..];
        var colon = rest.IndexOf((byte)':');
        if (colon <= 0)
            return false;
        var tag = rest[..colon];
        if (tag.IndexOf((byte)' ') >= 0)
            return false;
        var message = rest[(colon + 1)..];
        if (message.Length > 0 && message[0] == ' ')
            message = message[1..];
        var pid = 0;
        var bracket = tag.IndexOf((byte)'[');
        if (bracket >= 0)
        {
            Utf8Parser.TryParse(tag[(bracket + 1)..], out pid, out _);
            tag = tag[..bracket];
        }
        opened = new LogLine(at, tag, pid, message);
        return true;
    }

    /// <summary><c>stamp host app pid msgid [sd] message</c> (RFC 5424 section 6).</summary>
    private bool TryRfc5424(ReadOnlySpan<byte> line, out LogLine opened)
    {
        opened = default;
        if (!stamps.TryTake(ref line, out var at) || !ByteText.TakeUntil(ref line, " "u8, out _) || !ByteText.TakeUntil(ref line, " "u8, out var program)
            || !ByteText.TakeUntil(ref line, " "u8, out var process) || !ByteText.TakeUntil(ref line, " "u8, out _))
        {
            return false;
        }
        while (line.Length > 0 && line[0] == '[')
        {
            var end = EndOfElement(line);
            if (end < 0)
                return false;
            line = line[(end + 1)..];
        }
        ByteText.Skip(ref line, "-"u8);
        ByteText.Skip(ref line, " "u8);
        ByteText.Skip(ref line, "\uFEFF"u8);
        Utf8Parser.TryParse(process, out int pid, out _);
        opened = new LogLine(at, program, pid, line);
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

    /// <summary>One object of <c>journalctl -o json</c>.</summary>
    private bool TryJournal(ReadOnlySpan<byte> line, out LogLine opened)
    {
        opened = default;
        if (!JournalEntry.TryRead(line, out var entry))
            return false;
        var program = System.Text.Encoding.UTF8.GetBytes(entry.Program);
        var needed = program.Length + entry.Message.Length;
        if (_journal.Length < needed)
            _journal = new byte[needed];
        program.CopyTo(_journal, 0);
        entry.Message.CopyTo(_journal, program.Length);
        opened = new LogLine(entry.At, _journal.AsSpan(0, program.Length), entry.Pid, _journal.AsSpan(program.Length, entry.Message.Length));
        return true;
    }

    /// <summary>Exim's main log has no host and program: a message id or a known phrase follows the stamp.</summary>
    private static bool IsEximOwn(ReadOnlySpan<byte> line)
    {
        if (line.Length > 0 && line[0] == '[')
        {
            // With log_selector = +pid.
            var close = line.IndexOf((byte)']');
            line = close < 0 ? line : line[Math.Min(line.Length, close + 2)..];
        }
        if (line.IndexOf(" authenticator failed for "u8) > 0)
            return true;
        var space = line.IndexOf((byte)' ');
        return space is 16 or 23 && line[6] == '-' && (line[13] == '-' || line[18] == '-');
    }
}
