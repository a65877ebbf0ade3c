using Guard.Messages.Observations;
using Guard.Messages.Places;

namespace Guard.Host.Intake.Logs.Daemons;

/// <summary>
/// vsftpd's own log, <c>[pid 1] [anna] OK LOGIN: Client "192.0.2.7"</c> with anonymous users' word for a password behind it, and the same by syslog without the
/// process id (vsftpd, logging.c); and what PAM writes under its name.
/// </summary>
/// <remarks>The name is the client's, with unprintable bytes replaced: what stands behind it last is the server's. Transfers have a path there.</remarks>
internal sealed class VsftpdParser : IDaemonParser
{
    private readonly AttemptsTold _told = new();

    /// <summary>Red Hat's vsftpd tells of a listed name behind its answer again; not worth a place in the checkpoint.</summary>
    private readonly AttemptsTold _refused = new();

    public string Name => "vsftpd";

    // "vsftpd(pam_unix)" is PAM before 0.99.
    public bool Knows(ReadOnlySpan<byte> program) =>
        program.SequenceEqual("vsftpd-own"u8) || program.SequenceEqual("vsftpd"u8) || program.SequenceEqual("vsftpd(pam_unix)"u8);

    public LineResult Parse(in LogLine line, ObservationSink sink)
    {
        var text = line.Message;
        if (PamFailure.Is(text))
            return Pam(line, text, sink);
        if (ByteText.Skip(ref text, "[pid "u8) && (!ByteText.TakeNumber(ref text, out _) || !ByteText.Skip(ref text, "] "u8)))
            return LineResult.Unknown;
        if (!ByteText.Skip(ref text, "["u8))
            return LineResult.Nothing;
        if (Entries(text, out var user, out var outcome, out var address) != 1)
            return LineResult.Unknown;
        if (outcome is not { } entry)
            return LineResult.Nothing;
        if (entry == LoginOutcome.Succeeded)
            return Told(sink.Login(line.At, user, address, Service.Ftp, entry));
        if (entry == LoginOutcome.Refused && text.EndsWith(Denied))
        {
            _refused.Add(address, line.At);
            return Told(sink.Failure(line.At, user, address, Service.Ftp, entry));
        }
        var again = (entry == LoginOutcome.Refused && _refused.TryTake(address, line.At)) || _told.TryTake(address, line.At);
        return again || sink.Failure(line.At, user, address, Service.Ftp, entry) ? LineResult.Observed : LineResult.Unknown;
    }

    /// <summary>PAM tells first, where both go to the same log.</summary>
    private LineResult Pam(in LogLine line, ReadOnlySpan<byte> text, ObservationSink sink)
    {
        if (!PamFailure.TryRead(text, out var failure))
            return LineResult.Unknown;
        if (!failure.Address.IsNone)
            _told.Add(failure.Address, line.At);
        return Told(sink.Failure(line.At, failure.User, failure.Address, Service.Ftp, LoginOutcome.WrongPassword));
    }

    /// <summary>What a listed name is told (<c>userlist_file</c>, prelogin.c); with <c>log_ftp_protocol</c> it is all that says so.</summary>
    private static ReadOnlySpan<byte> Denied => "\", \"530 Permission denied.\""u8;

    /// <summary>
    /// How many places read <c>anna] FAIL LOGIN: Client "192.0.2.7"[, "…"]</c>: the server writes one, and all others are the client's name, word or path. No
    /// outcome for what is no login, as commands and answers are (<c>log_ftp_protocol</c>).
    /// </summary>
    private static int Entries(ReadOnlySpan<byte> text, out ReadOnlySpan<byte> user, out LoginOutcome? outcome, out NetworkAddress address)
    {
        user = default;
        address = default;
        outcome = null;
        var found = 0;
        for (var from = 0; text[from..].IndexOf("] "u8) is >= 0 and var close; from += close + 2)
        {
            var rest = text[(from + close + 2)..];
            if (ByteText.Skip(ref rest, "FTP command: Client \""u8) || ByteText.Skip(ref rest, "FTP response: Client \""u8))
            {
                found++;
                user = text[..(from + close)];
                outcome = rest.EndsWith(Denied) && NetworkAddress.TryParse(rest[..^Denied.Length], out address) ? LoginOutcome.Refused : null;
                continue;
            }
            var success = ByteText.Skip(ref rest, "OK "u8);
            if (
                (!success && !ByteText.Skip(ref rest, "FAIL "u8))
                || !ByteText.TakeUntil(ref rest, ": Client \""u8, out var what)
                || what.IndexOfAnyExceptInRange((byte)'A', (byte)'Z') >= 0
                || !ByteText.TakeUntil(ref rest, "\""u8, out var host)
                || !NetworkAddress.TryParse(host, out var read)
                || (!rest.IsEmpty && !rest.StartsWith(", "u8))
            )
            {
                continue;
            }
            found++;
            user = text[..(from + close)];
            address = read;
            // Behind an anonymous login stands their word for a password: no account's.
            if (what.SequenceEqual("LOGIN"u8) && (!success || rest.IsEmpty))
                outcome =
                    success ? LoginOutcome.Succeeded
                    : rest.StartsWith(", \"User is "u8) ? LoginOutcome.Refused
                    : LoginOutcome.WrongPassword;
        }
        return found;
    }

    private static LineResult Told(bool observed) => observed ? LineResult.Observed : LineResult.Unknown;

    public void Save(BinaryWriter writer) => _told.Save(writer);

    public void Load(BinaryReader reader) => _told.Load(reader);
}
