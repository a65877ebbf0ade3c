namespace Guard.Host.Intake.Logs.Envelopes;

/// <summary>The tag of RFC 3164 and its dialects: <c>program[pid]: message</c>.</summary>
internal static class SyslogTag
{
    /// <summary>Where old senders and rsyslog's own forward format cut a tag, with what stands behind the program.</summary>
    private const int CutAt = 32;

    public const int Longest = 128;

    /// <summary>Takes a tag off the front of a text. Without <paramref name="tight"/> its colon needs a blank behind it.</summary>
    public static bool TryTake(ReadOnlySpan<byte> text, bool tight, out ReadOnlySpan<byte> program, out int pid, out ReadOnlySpan<byte> message)
    {
        pid = 0;
        program = message = default;
        var end = text[..Math.Min(text.Length, Longest)].IndexOfAny(":[ "u8);
        if (end <= 0)
            return false;
        program = text[..end];
        var rest = text[end..];
        if (rest[0] == '[')
        {
            if (!TryProcess(ref rest, out pid, out var closed))
                return false;
            // macOS: sshd[77] <Notice>: …
            if (closed && rest.StartsWith(" <"u8) && rest.IndexOf(">: "u8) is var level and > 2 and < 16)
                rest = rest[(level + 1)..];
            if (
                rest.Length > 0
                && rest[0] == ' '
                && (text.Length - rest.Length == CutAt || program.SequenceEqual("proftpd"u8) || program.SequenceEqual("sogod"u8))
            )
            {
                message = rest[1..];
                return true;
            }
            if (!closed)
                return false;
        }
        else if (rest[0] == ' ')
        {
            // SOGo: sogod [77]: …
            if (!program.SequenceEqual("sogod"u8) || !rest.StartsWith(" ["u8))
                return false;
            rest = rest[1..];
            if (!TryProcess(ref rest, out pid, out var closed) || !closed)
                return false;
        }
        if (rest.IsEmpty || rest[0] != ':' || (!tight && rest.Length > 1 && rest[1] != ' '))
            return false;
        message = rest[1..];
        if (message.Length > 0 && message[0] == ' ')
            message = message[1..];
        // Solaris: [ID 801593 mail.info] …
        if (message.StartsWith("[ID "u8) && message.IndexOf("] "u8) is var id and > 4 and < 40)
            message = message[(id + 2)..];
        return true;
    }

    /// <summary>Tags without a colon: metalog's <c>[sshd] …</c>, which some write with one behind it, and those of Horde's own file, <c>HORDE [error] …</c>.</summary>
    public static bool TryTakeBare(ReadOnlySpan<byte> text, out ReadOnlySpan<byte> program, out ReadOnlySpan<byte> message)
    {
        program = message = default;
        if (text.StartsWith("HORDE ["u8))
        {
            program = text[..5];
            message = text[6..];
            return true;
        }
        if (text.IsEmpty || text[0] != '[' || text[..Math.Min(text.Length, Longest)].IndexOf((byte)']') is not (> 1 and var close))
            return false;
        program = text[1..close];
        foreach (var c in program)
        {
            if (!char.IsAsciiLetterOrDigit((char)c) && c is not ((byte)'-' or (byte)'_' or (byte)'/' or (byte)'.'))
                return false;
        }
        var rest = text[(close + 1)..];
        ByteText.Skip(ref rest, ":"u8);
        if (!ByteText.Skip(ref rest, " "u8))
            return false;
        message = rest;
        return true;
    }

    /// <summary><c>[77]</c>; a tag that was cut may lack the bracket.</summary>
    private static bool TryProcess(ref ReadOnlySpan<byte> text, out int pid, out bool closed)
    {
        pid = 0;
        var at = 1;
        for (; at < text.Length && text[at] is >= (byte)'0' and <= (byte)'9'; at++)
            pid = at < 11 ? (pid * 10) + text[at] - '0' : int.MinValue;
        if (at == 1 || pid < 0)
            pid = 0;
        if (at < text.Length && text[at] is not ((byte)']' or (byte)' '))
        {
            // No number: "[pid 77]" and the like have no process that lines could be joined by.
            pid = 0;
            var end = text[at..].IndexOfAny("] "u8);
            at = end < 0 ? text.Length : at + end;
        }
        closed = at < text.Length && text[at] == ']';
        if (at == text.Length)
            return false;
        text = text[(closed ? at + 1 : at)..];
        return true;
    }

    /// <summary>FreeBSD's <c>&lt;mail.info&gt; </c> and BusyBox' <c>mail.info </c>: facility and severity as words.</summary>
    public static ReadOnlySpan<byte> SkipPriority(ReadOnlySpan<byte> text)
    {
        var blank = text[..Math.Min(text.Length, 24)].IndexOfAny(" :["u8);
        if (blank < 3 || text[blank] != ' ')
            return text;
        var word = text[..blank];
        if (word[0] == '<' && word[^1] == '>')
            return word.IndexOf((byte)'.') > 0 ? text[(blank + 1)..] : text;
        var dot = word.IndexOf((byte)'.');
        return dot > 0 && IsFacility(word[..dot]) && IsSeverity(word[(dot + 1)..]) ? text[(blank + 1)..] : text;
    }

    /// <summary>Whether a word in front of a blank is no host: <c>mail.info</c>, or SOGo's program.</summary>
    public static bool IsOwnWord(ReadOnlySpan<byte> word) =>
        word.SequenceEqual("sogod"u8) || (word.IndexOf((byte)'.') is var dot and > 0 && IsFacility(word[..dot]) && IsSeverity(word[(dot + 1)..]));

    private static bool IsFacility(ReadOnlySpan<byte> word) =>
        word.SequenceEqual("mail"u8)
        || word.SequenceEqual("auth"u8)
        || word.SequenceEqual("authpriv"u8)
        || word.SequenceEqual("daemon"u8)
        || word.SequenceEqual("ftp"u8)
        || word.SequenceEqual("user"u8)
        || word.SequenceEqual("syslog"u8)
        || word.SequenceEqual("kern"u8)
        || word.SequenceEqual("cron"u8)
        || (word.Length == 6 && word.StartsWith("local"u8));

    private static bool IsSeverity(ReadOnlySpan<byte> word) =>
        word.SequenceEqual("info"u8)
        || word.SequenceEqual("notice"u8)
        || word.SequenceEqual("warn"u8)
        || word.SequenceEqual("warning"u8)
        || word.SequenceEqual("err"u8)
        || word.SequenceEqual("error"u8)
        || word.SequenceEqual("debug"u8)
        || word.SequenceEqual("crit"u8)
        || word.SequenceEqual("alert"u8)
        || word.SequenceEqual("emerg"u8);
}
