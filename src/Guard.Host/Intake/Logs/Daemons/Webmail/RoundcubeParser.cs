using Guard.Messages.Observations;
using Guard.Messages.Places;

namespace Guard.Host.Intake.Logs.Daemons.Webmail;

/// <summary>
/// Roundcube 1.0 to 1.6, in files or by syslog (program/include/rcmail.php, lib/Roundcube/rcube_imap.php): <c>userlogins.log</c>, with <c>log_logins</c>,
/// <c>Successful login for anna (ID: 1) from 192.0.2.7 in session …</c> and <c>Failed login for anna from 192.0.2.7 in session … (error: 0)</c>; and
/// <c>errors.log</c>, <c>IMAP Error: Login failed for anna against localhost from 192.0.2.7. AUTHENTICATE PLAIN: …</c>.
/// </summary>
/// <remarks>The user, cut at 256 bytes, and the headers behind the address are the client's. Where the address stands twice, none is believed.</remarks>
internal sealed class RoundcubeParser : IDaemonParser
{
    /// <summary>By syslog one attempt is told by both logs, the error first.</summary>
    private readonly AttemptsTold _told = new();

    public string Name => "roundcube";

    public bool Knows(ReadOnlySpan<byte> program) => program.SequenceEqual("roundcube"u8);

    public LineResult Parse(in LogLine line, ObservationSink sink)
    {
        var text = line.Message;
        ByteText.Skip(ref text, ": "u8);
        text = text.TrimStart((byte)' ');
        _ = ByteText.Skip(ref text, "userlogins: "u8) || ByteText.Skip(ref text, "errors: "u8);
        if (text.StartsWith("<"u8) && text.IndexOf("> "u8) is > 1 and < 72 and var session)
            text = text[(session + 2)..];
        if (ByteText.Skip(ref text, "Successful login for "u8))
            return Succeeded(line, text, sink);
        if (ByteText.Skip(ref text, "Failed login for "u8))
        {
            if (!TryPeer(text, Ending.Session, out var user, out var address, out _))
                return LineResult.Unknown;
            return _told.TryTake(address, line.At) || sink.Failure(line.At, user, address, Service.Web, LoginOutcome.WrongPassword)
                ? LineResult.Observed
                : LineResult.Unknown;
        }
        if (ByteText.Skip(ref text, "FAILED login for "u8))
            return Failed(line, text, named: false, sink);
        if (ByteText.Skip(ref text, "IMAP Error: Login failed for "u8) || ByteText.Skip(ref text, "Login failed for "u8))
            return Failed(line, text, named: true, sink);
        return LineResult.Nothing;
    }

    private static LineResult Succeeded(in LogLine line, ReadOnlySpan<byte> text, ObservationSink sink)
    {
        if (!TryPeer(text, Ending.Session, out var user, out var address, out _))
            return LineResult.Unknown;
        var number = user.LastIndexOf(" (ID: "u8);
        return Told(sink.Login(line.At, number < 0 ? user : user[..number], address, Service.Web, LoginOutcome.Succeeded));
    }

    /// <param name="named">The mail server's name may stand behind the user.</param>
    private LineResult Failed(in LogLine line, ReadOnlySpan<byte> text, bool named, ObservationSink sink)
    {
        if (!TryPeer(text, Ending.Error, out var user, out var address, out var error))
            return LineResult.Unknown;
        var against = named ? user.LastIndexOf(" against "u8) : -1;
        if (against >= 0)
            user = user[..against];
        if (!address.IsNone)
            _told.Add(address, line.At);
        if (!error.StartsWith("Could not connect"u8) && !error.StartsWith("Empty startup greeting"u8))
            return Told(sink.Failure(line.At, user, address, Service.Web, LoginOutcome.WrongPassword));
        sink.LoginOfAddress(line.At, address, Service.Web, LoginOutcome.ServerTrouble);
        return LineResult.Observed;
    }

    private enum Ending
    {
        /// <summary><c> in session abc[ (error: 0)]</c>; before 1.0 nothing.</summary>
        Session,

        /// <summary>Nothing, or <c>. </c> and what the mail server said.</summary>
        Error,
    }

    /// <summary>The one place that reads <c>user from address[ (headers)]</c> with this ending.</summary>
    private static bool TryPeer(ReadOnlySpan<byte> text, Ending ending, out ReadOnlySpan<byte> user, out NetworkAddress address, out ReadOnlySpan<byte> behind)
    {
        user = default;
        address = default;
        behind = default;
        var found = false;
        for (var from = 0; text[from..].IndexOf(" from "u8) is >= 0 and var at; from += at + 6)
        {
            var rest = text[(from + at + 6)..];
            if (!TryEnd(rest, ending, out var peer, out var read))
                continue;
            if (found)
                return false;
            found = true;
            user = text[..(from + at)];
            address = peer;
            behind = read;
        }
        return found;
    }

    private static bool TryEnd(ReadOnlySpan<byte> text, Ending ending, out NetworkAddress address, out ReadOnlySpan<byte> behind)
    {
        behind = default;
        var end = text.IndexOfAny((byte)' ', (byte)'(');
        var host = end < 0 ? text : text[..end];
        if (ending == Ending.Error && host.EndsWith("."u8))
            host = host[..^1];
        if (!NetworkAddress.TryParse(host, out address))
            return false;
        var rest = text[host.Length..];
        ReadOnlySpan<byte> headers = default;
        if (rest.StartsWith(" (X-"u8) || rest.StartsWith("(X-"u8))
        {
            rest = rest[(rest[0] == ' ' ? 2 : 1)..];
            var close = ending == Ending.Session ? rest.LastIndexOf(") in session "u8) : rest.IndexOf(")"u8);
            if (close < 0)
                return false;
            headers = rest[..close];
            rest = rest[(close + 1)..];
        }
        address = ForwardedAddress.Of(address, headers);
        if (ending == Ending.Session)
            return rest.IsEmpty || (ByteText.Skip(ref rest, " in session "u8) && IsSession(rest));
        behind = rest.StartsWith(". "u8) ? rest[2..] : default;
        return rest.IsEmpty || IsError(behind);
    }

    private static bool IsSession(ReadOnlySpan<byte> text)
    {
        var end = text.IndexOf((byte)' ');
        var rest = end < 0 ? default : text[end..];
        return (end < 0 ? text : text[..end]).IndexOfAnyExcept(SessionCharacters) < 0
            && (rest.IsEmpty || (ByteText.Skip(ref rest, " (error: "u8) && rest.EndsWith(")"u8) && rest[..^1].IndexOfAnyExcept("-0123456789"u8) < 0));
    }

    private static bool IsError(ReadOnlySpan<byte> text) =>
        text.StartsWith("AUTHENTICATE "u8)
        || text.StartsWith("LOGIN:"u8)
        || text.StartsWith("Could not connect"u8)
        || text.StartsWith("Empty "u8)
        || text.StartsWith("Unable to "u8)
        || text.StartsWith("Failed to "u8)
        || text.StartsWith("Login failed"u8)
        || text.StartsWith("Authentication "u8)
        || text.StartsWith("SASL"u8);

    private static LineResult Told(bool observed) => observed ? LineResult.Observed : LineResult.Unknown;

    public void Save(BinaryWriter writer) => _told.Save(writer);

    public void Load(BinaryReader reader) => _told.Load(reader);

    private static readonly System.Buffers.SearchValues<byte> SessionCharacters = System.Buffers.SearchValues.Create(
        "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789,-"u8
    );
}
