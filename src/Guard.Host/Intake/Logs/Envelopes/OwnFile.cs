namespace Guard.Host.Intake.Logs.Envelopes;

/// <summary>
/// Recognises files that a single daemon writes, which have neither host nor tag, by what that daemon writes right behind its stamp. Nothing further to the
/// right is looked at: it is strangers' text.
/// </summary>
internal static class OwnFile
{
    /// <summary>What Exim begins its lines without a message id with (log.c and the callers of log_write in its source).</summary>
    private static readonly byte[][] EximPhrases =
    [
        .. new[]
        {
            "H=",
            "SMTP ",
            "TLS ",
            "no MAIL in ",
            "Sender identification ",
            "no host name found for ",
            "no IP address found for ",
            "Start queue run: ",
            "End queue run: ",
            "exim ",
            "Connection from ",
            "connection from ",
            "unexpected disconnection ",
            "unqualified ",
            "rejected ",
            "refused ",
            "ident connection ",
            "cwd=",
            "DKIM: ",
            "Warning: ",
            "Failed to ",
            "daemon: ",
            "pid ",
            "list matching ",
            "discarded ",
            "U=",
            "temporarily ",
            "socket bind() ",
        }.Select(System.Text.Encoding.ASCII.GetBytes),
    ];

    private static readonly byte[][] DovecotComponents =
    [
        .. new[]
        {
            "imap-login",
            "pop3-login",
            "managesieve-login",
            "submission-login",
            "imap",
            "pop3",
            "managesieve",
            "submission",
            "auth",
            "auth-worker",
            "lmtp",
            "lda",
            "master",
            "log",
            "config",
            "anvil",
            "director",
            "stats",
            "old-stats",
            "doveadm",
            "indexer",
            "indexer-worker",
            "replicator",
            "dict",
            "dict-async",
            "imap-hibernate",
            "imap-urlauth",
            "imap-urlauth-login",
            "imap-urlauth-worker",
            "aggregator",
            "ipc",
            "ssl-params",
            "script",
            "welcome",
            "sieve-pipe-script",
            "quota-status",
            "health-check",
            "sieve",
            "dns_client",
            "dns-client",
            "fts",
        }.Select(System.Text.Encoding.ASCII.GetBytes),
    ];

    /// <summary>A message id with what stands behind it, or a phrase of Exim's.</summary>
    public static bool IsExim(ReadOnlySpan<byte> text)
    {
        // With log_selector = +pid.
        if (text.Length > 2 && text[0] == '[' && text[..Math.Min(text.Length, 12)].IndexOf("] "u8) is var close and > 1)
            text = text[(close + 2)..];
        if (IdLength(text) is var id and > 0)
            return FollowsEximId(text[(id + 1)..]);
        var blank = text[..Math.Min(text.Length, 64)].IndexOf((byte)' ');
        foreach (var phrase in EximPhrases)
        {
            // A host may be named like one of these words.
            if (text.StartsWith(phrase))
                return blank < 0 || FollowsEximId(text[(blank + 1)..]);
        }
        // "login authenticator failed for …": the driver's name is one word of the configuration.
        return blank > 0 && (text[(blank + 1)..].StartsWith("authenticator failed for "u8) || text[(blank + 1)..].StartsWith("authenticator temporarily "u8));
    }

    /// <summary>6-6-2 characters, since 4.97 6-11-4, and a blank behind them; else 0.</summary>
    public static int IdLength(ReadOnlySpan<byte> text)
    {
        if (text.Length < 17 || text[6] != '-')
            return 0;
        var length =
            text[13] == '-' && text[16] == ' ' ? 16
            : text.Length > 23 && text[18] == '-' && text[23] == ' ' ? 23
            : 0;
        for (var i = 0; i < length; i++)
        {
            if (i is not 6 && i != (length == 16 ? 13 : 18) && !char.IsAsciiLetterOrDigit((char)text[i]))
                return 0;
        }
        return length;
    }

    /// <summary>A host may be named like an id (<c>mail01-prague-01</c>): then a program's tag follows, which Exim's own words are not.</summary>
    private static bool FollowsEximId(ReadOnlySpan<byte> text)
    {
        if (text.Length < 2)
            return true;
        if (text[0] is (byte)'<' or (byte)'=' or (byte)'-' or (byte)'>' or (byte)'*')
            return true;
        if (!SyslogTag.TryTake(text, tight: false, out var word, out var pid, out _))
            return true;
        if (pid > 0)
            return false;
        foreach (var c in word)
        {
            // "DKIM: …", "SPF: …"
            if (c is < (byte)'A' or > (byte)'Z')
                return false;
        }
        return true;
    }

    /// <summary><c>imap-login: Info: …</c>, <c>auth: Debug: …</c>, <c>imap(anna)&lt;77&gt;&lt;session&gt;: Info: …</c></summary>
    public static bool IsDovecot(ReadOnlySpan<byte> text)
    {
        var end = text[..Math.Min(text.Length, 24)].IndexOfAny(":(< "u8);
        if (end < 2 || text[end] == ' ' || !IsComponent(text[..end]))
            return false;
        if (text[end] != ':')
            return true;
        var rest = text[end..];
        return rest.StartsWith(": Info: "u8)
            || rest.StartsWith(": Warning: "u8)
            || rest.StartsWith(": Error: "u8)
            || rest.StartsWith(": Debug: "u8)
            || rest.StartsWith(": Fatal: "u8)
            || rest.StartsWith(": Panic: "u8);
    }

    /// <summary><c>Info: imap-login: …</c>: in the files of Dovecot 1 the severity stands first. It is taken off.</summary>
    public static bool TryDovecotOne(ref ReadOnlySpan<byte> text)
    {
        var rest = text;
        if (!ByteText.Skip(ref rest, "Info: "u8) && !ByteText.Skip(ref rest, "Warn: "u8) && !ByteText.Skip(ref rest, "Error: "u8))
            return false;
        var end = rest[..Math.Min(rest.Length, 24)].IndexOfAny(":("u8);
        if (end < 2 || !(IsComponent(rest[..end]) || rest.StartsWith("IMAP("u8) || rest.StartsWith("POP3("u8)))
            return false;
        text = rest;
        return true;
    }

    private static bool IsComponent(ReadOnlySpan<byte> word)
    {
        foreach (var component in DovecotComponents)
        {
            if (word.SequenceEqual(component))
                return true;
        }
        return false;
    }

    /// <summary>log4j's <c>INFO  [thread] [context] class - …</c>, as Zimbra writes its audit.log.</summary>
    public static bool IsZimbra(ReadOnlySpan<byte> text) =>
        text.StartsWith("INFO  ["u8)
        || text.StartsWith("WARN  ["u8)
        || text.StartsWith("ERROR ["u8)
        || text.StartsWith("DEBUG ["u8)
        || text.StartsWith("FATAL ["u8)
        || text.StartsWith("TRACE ["u8);

    /// <summary><c>info [cpsrvd] …</c>, as cPanel writes its login_log and session_log.</summary>
    public static bool IsCpanel(ReadOnlySpan<byte> text) =>
        ByteText.TakeUntil(ref text, " ["u8, out var level)
        && level.Length is > 0 and < 8
        && ByteText.TakeUntil(ref text, "] "u8, out var face)
        && IsCpanelFace(face);

    /// <summary>The names that cPanel's server goes by.</summary>
    public static bool IsCpanelFace(ReadOnlySpan<byte> word) =>
        word.SequenceEqual("cpsrvd"u8)
        || word.SequenceEqual("cpaneld"u8)
        || word.SequenceEqual("webmaild"u8)
        || word.SequenceEqual("whostmgrd"u8)
        || word.SequenceEqual("cpdavd"u8);

    /// <summary><c>[pid 77] …</c></summary>
    public static bool IsVsftpd(ReadOnlySpan<byte> text) => text.StartsWith("[pid "u8) && text.Length > 5 && text[5] is >= (byte)'0' and <= (byte)'9';

    /// <summary>
    /// An ExtendedLog whose format has its stamp further to the right, as ProFTPD's own examples: <c>server [77] host [24/Nov/2026:02:14:15 +0000] "USER anna"
    /// 331</c>. Web servers write the same with other verbs.
    /// </summary>
    public static bool TryExtendedLog(ReadOnlySpan<byte> line, out Stamp stamp)
    {
        stamp = default;
        for (var from = 0; from < Math.Min(line.Length, 600);)
        {
            var open = line[from..].IndexOf(" ["u8);
            if (open < 0)
                return false;
            from += open + 1;
            if (line[from..].Length < 29 || line[from + 3] != '/' || !StampGrammar.TryRead(line[from..], out stamp) || stamp.Form != StampForm.CommonLog)
                continue;
            // A tag in front of it makes it what a daemon said.
            var request = line[(from + stamp.Length)..];
            return line[..from].IndexOf(": "u8) < 0 && request.Length > 5 && request[0] == '"' && IsFtpVerb(request[1..]);
        }
        return false;
    }

    private static bool IsFtpVerb(ReadOnlySpan<byte> request)
    {
        var end = request[..Math.Min(request.Length, 8)].IndexOfAny(" \""u8);
        if (
            end is not (3 or 4)
            || request.StartsWith("GET "u8)
            || request.StartsWith("POST "u8)
            || request.StartsWith("HEAD "u8)
            || request.StartsWith("PUT "u8)
        )
            return false;
        foreach (var c in request[..end])
        {
            if (c is < (byte)'A' or > (byte)'Z')
                return false;
        }
        return true;
    }
}
