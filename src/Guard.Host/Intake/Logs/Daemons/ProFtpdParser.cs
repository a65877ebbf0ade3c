using Guard.Messages.Observations;
using Guard.Messages.Places;

namespace Guard.Host.Intake.Logs.Daemons;

/// <summary>
/// ProFTPD with mod_sftp (modules/mod_auth.c, contrib/mod_sftp): by syslog <c>server (host[192.0.2.7]) - USER anna: Login successful.</c>, in a SystemLog,
/// which is Debian's default, with a colon for the dash; and ExtendedLogs, see <see cref="ProFtpdExtendedLog"/>.
/// </summary>
/// <remarks>The user is the client's text; behind it the server writes what it found, and the line's end tells which of several is that.</remarks>
internal sealed class ProFtpdParser : IDaemonParser
{
    private readonly ProFtpdExtendedLog _extended = new();

    public string Name => "proftpd";

    public bool Knows(ReadOnlySpan<byte> program) =>
        program.SequenceEqual("proftpd"u8) || program.SequenceEqual("proftpd-auth"u8) || program.SequenceEqual("proftpd-extended"u8);

    public LineResult Parse(in LogLine line, ObservationSink sink) =>
        line.Program.SequenceEqual("proftpd"u8) ? ParseServer(line, sink) : _extended.Parse(line, sink);

    private static LineResult ParseServer(in LogLine line, ObservationSink sink)
    {
        var text = line.Message;
        if (PamFailure.Is(text))
            return LineResult.Nothing;
        var close = text.IndexOf("])"u8);
        if (close < 0)
            return LineResult.Nothing;
        var rest = text[(close + 2)..];
        if (!ByteText.Skip(ref rest, " - "u8) && !ByteText.Skip(ref rest, ": "u8))
            return LineResult.Nothing;
        var open = text[..close].LastIndexOf((byte)'[');
        if (open < 0 || !NetworkAddress.TryParse(text[(open + 1)..close], out var address))
            return LineResult.Unknown;
        rest = rest.TrimEnd((byte)' ');
        if (ByteText.Skip(ref rest, "USER "u8))
            return ParseUser(line.At, rest, address, sink);
        return rest.StartsWith("SECURITY VIOLATION: "u8) && (rest[20..].StartsWith("Root login"u8) || rest[20..].StartsWith("root login"u8))
            ? Told(sink.Failure(line.At, "root"u8, address, Service.Ftp, LoginOutcome.Refused))
            : LineResult.Nothing;
    }

    private static LineResult ParseUser(DateTimeOffset at, ReadOnlySpan<byte> text, NetworkAddress address, ObservationSink sink)
    {
        var end = text.EndsWith("."u8) ? text[..^1] : text;
        if (end.EndsWith(": Login successful"u8))
            return Told(sink.Login(at, end[..^18], address, Service.Ftp, LoginOutcome.Succeeded));
        var failed = text.LastIndexOf(" (Login failed): "u8);
        var unknown = text.LastIndexOf(": no such user found from "u8);
        if (unknown > failed)
            return Told(sink.Failure(at, text[..unknown], address, Service.Ftp, LoginOutcome.UnknownUser));
        if (failed < 0)
            return LineResult.Unknown;
        return OutcomeOf(text[(failed + 17)..]) is { } outcome ? Told(sink.Failure(at, text[..failed], address, Service.Ftp, outcome)) : LineResult.Nothing;
    }

    /// <summary>Null for one of a client's keys: it may try all it has.</summary>
    private static LoginOutcome? OutcomeOf(ReadOnlySpan<byte> reason)
    {
        if (reason.StartsWith("No such user"u8) || reason.StartsWith("no such user"u8))
            return LoginOutcome.UnknownUser;
        if (
            reason.StartsWith("Incorrect password"u8)
            || reason.StartsWith("incorrect password"u8)
            || reason.StartsWith("signature verification failed"u8)
            || reason.StartsWith("Insufficient credentials"u8)
            || reason.StartsWith("Max authentication service attempts"u8)
        )
        {
            return LoginOutcome.WrongPassword;
        }
        if (
            reason.StartsWith("authentication via "u8)
            || reason.StartsWith("public key"u8)
            || reason.StartsWith("requested public"u8)
            || reason.StartsWith("requested host"u8)
            || reason.StartsWith("unsupported "u8)
            || reason.StartsWith("cipher algorithm"u8)
            || reason.StartsWith("keyboard-interactive"u8)
        )
        {
            return null;
        }
        return reason.StartsWith("Unavailable "u8) || reason.StartsWith("Failure "u8) || reason.StartsWith("Failed "u8) || reason.StartsWith("Unable to "u8)
            ? LoginOutcome.ServerTrouble
            : LoginOutcome.Refused;
    }

    private static LineResult Told(bool observed) => observed ? LineResult.Observed : LineResult.Unknown;

    public void Save(BinaryWriter writer) => _extended.Save(writer);

    public void Load(BinaryReader reader) => _extended.Load(reader);
}
