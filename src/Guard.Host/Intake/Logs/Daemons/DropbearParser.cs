using Guard.Messages.Observations;
using Guard.Messages.Places;

namespace Guard.Host.Intake.Logs.Daemons;

/// <summary>
/// Dropbear (svr-authpasswd.c, svr-authpam.c, svr-authpubkey.c, svr-auth.c): <c>Password auth succeeded for 'anna' from 192.0.2.7:4000</c>,
/// <c>Bad password attempt for 'anna' from …</c>, <c>Login attempt for nonexistent user from …</c>; older versions begin with small letters.
/// </summary>
/// <remarks>The name of a failure is the client's text; the address stands last, with a port behind its last colon.</remarks>
internal sealed class DropbearParser : StatelessParser
{
    public override string Name => "dropbear";

    public override bool Knows(ReadOnlySpan<byte> program) => program.SequenceEqual("dropbear"u8);

    public override LineResult Parse(in LogLine line, ObservationSink sink)
    {
        var text = SkipOwnStamp(line.Message);
        if (
            ByteText.Skip(ref text, "Password auth succeeded for '"u8)
            || ByteText.Skip(ref text, "Pubkey auth succeeded for '"u8)
            || ByteText.Skip(ref text, "PAM password auth succeeded for '"u8)
            || ByteText.Skip(ref text, "password auth succeeded for '"u8)
            || ByteText.Skip(ref text, "pubkey auth succeeded for '"u8)
        )
            return Succeeded(line, text, sink);
        if (ByteText.Skip(ref text, "Bad "u8) || ByteText.Skip(ref text, "bad "u8))
        {
            ByteText.Skip(ref text, "PAM "u8);
            return ByteText.Skip(ref text, "password attempt for '"u8) ? Failed(line, text, LoginOutcome.WrongPassword, sink) : LineResult.Unknown;
        }
        if (ByteText.Skip(ref text, "Login attempt "u8) || ByteText.Skip(ref text, "login attempt "u8))
        {
            if (ByteText.Skip(ref text, "for nonexistent user '"u8) || ByteText.Skip(ref text, "with wrong user '"u8))
                return Failed(line, text, LoginOutcome.UnknownUser, sink);
            return text.LastIndexOf(" from "u8) is >= 0 and var from && TryPeer(text[(from + 6)..], out var address)
                ? Told(sink.Failure(line.At, default, address, Service.Ssh, LoginOutcome.UnknownUser))
                : LineResult.Unknown;
        }
        return IsOrdinary(text) ? LineResult.Nothing : LineResult.Unknown;
    }

    /// <summary><c>anna' from 192.0.2.7:4000</c>, with a key's type and fingerprint before the address.</summary>
    private static LineResult Succeeded(in LogLine line, ReadOnlySpan<byte> text, ObservationSink sink)
    {
        var close = text.IndexOf((byte)'\'');
        var from = text.LastIndexOf(" from "u8);
        return close > 0 && from > close && TryPeer(text[(from + 6)..], out var address)
            ? Told(sink.Login(line.At, text[..close], address, Service.Ssh, LoginOutcome.Succeeded))
            : LineResult.Unknown;
    }

    private static LineResult Failed(in LogLine line, ReadOnlySpan<byte> text, LoginOutcome outcome, ObservationSink sink)
    {
        var close = text.LastIndexOf("' from "u8);
        return close >= 0 && TryPeer(text[(close + 7)..], out var address)
            ? Told(sink.Failure(line.At, text[..close], address, Service.Ssh, outcome))
            : LineResult.Unknown;
    }

    /// <summary><c>[77] Nov 24 02:14:15 </c>: in the foreground it stamps its lines itself, whoever carries them on.</summary>
    private static ReadOnlySpan<byte> SkipOwnStamp(ReadOnlySpan<byte> text)
    {
        var rest = text;
        return
            ByteText.Skip(ref rest, "["u8)
            && ByteText.TakeNumber(ref rest, out _)
            && ByteText.Skip(ref rest, "] "u8)
            && Envelopes.StampGrammar.TryRead(rest, out var stamp)
            ? rest[stamp.Length..]
            : text;
    }

    private static bool TryPeer(ReadOnlySpan<byte> text, out NetworkAddress address)
    {
        var colon = text.LastIndexOf((byte)':');
        return NetworkAddress.TryParse((colon < 0 ? text : text[..colon]).Trim("[]"u8), out address);
    }

    /// <summary>What it says of connections and of itself; <c>Exit before auth … Max auth tries reached</c> tells attempts again.</summary>
    private static bool IsOrdinary(ReadOnlySpan<byte> text) =>
        text.StartsWith("Child connection from "u8)
        || text.StartsWith("Exit "u8)
        || text.StartsWith("exit "u8)
        || text.StartsWith("Exited "u8)
        || text.StartsWith("Running in background"u8)
        || text.StartsWith("Not backgrounding"u8)
        || text.StartsWith("Early exit"u8)
        || text.StartsWith("premature exit"u8)
        || text.StartsWith("Terminated by signal"u8)
        || text.StartsWith("Failed "u8)
        || text.StartsWith("User '"u8)
        || text.StartsWith("user '"u8)
        || text.StartsWith("root login rejected"u8)
        || text.StartsWith("pam_"u8)
        || text.StartsWith("wtmp"u8)
        || text.StartsWith("lastlog"u8)
        || text.StartsWith("Generated hostkey"u8)
        || text.StartsWith("TRACE"u8);
}
