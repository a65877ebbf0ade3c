using Guard.Messages.Observations;
using Guard.Messages.Places;

namespace Guard.Host.Intake.Logs.Daemons.Webmail;

/// <summary>
/// Horde, by syslog: <c>[horde] Login success for anna [192.0.2.7] to Horde [pid …]</c>, <c>[imp] FAILED LOGIN for anna [192.0.2.7] to {mx:143 [imap]} …</c>
/// (horde/login.php, imp/lib/Auth.php), in Horde 4 and 5 <c>FAILED LOGIN for anna to horde (192.0.2.7)</c> and <c>for anna (192.0.2.7) to {imap://mx}</c>;
/// behind a proxy <c>[10.0.0.2] (forwarded for [192.0.2.7]) to</c>, which is believed as <see cref="ForwardedAddress"/> says.
/// </summary>
/// <remarks>The user is the client's text: where the address could stand in two places, it is nobody's.</remarks>
internal sealed class HordeParser : StatelessParser
{
    private static ReadOnlySpan<byte> Forwarded => "(forwarded for ["u8;

    public override string Name => "horde";

    public override bool Knows(ReadOnlySpan<byte> program) => program.SequenceEqual("HORDE"u8) || program.SequenceEqual("horde"u8);

    public override LineResult Parse(in LogLine line, ObservationSink sink)
    {
        var text = line.Message;
        // "[error] [imp] " in front, one of them or both.
        while (text.Length > 0 && text[0] == '[' && text.IndexOf("] "u8) is > 1 and < 24 and var close)
            text = text[(close + 2)..];
        var failed = ByteText.Skip(ref text, "FAILED LOGIN for "u8);
        if (!failed && !ByteText.Skip(ref text, "Login success for "u8))
            return LineResult.Nothing;
        var read = text.IndexOf(Forwarded) >= 0 ? TryForwarded(text, out var user, out var address) : TryPeer(text, out user, out address);
        if (!read)
            return LineResult.Unknown;
        // What the mail server was told, and whose session it is; of a failure both may be what somebody typed.
        if (user.IndexOf(" (Horde user "u8) is > 0 and var session && user.EndsWith(")"u8))
            user = failed ? default : user[..session];
        return Told(
            failed
                ? sink.Failure(line.At, user, address, Service.Web, LoginOutcome.WrongPassword)
                : sink.Login(line.At, user, address, Service.Web, LoginOutcome.Succeeded)
        );
    }

    /// <summary>The one place in which the peer stands, in any of its forms.</summary>
    private static bool TryPeer(ReadOnlySpan<byte> text, out ReadOnlySpan<byte> user, out NetworkAddress address)
    {
        user = default;
        address = default;
        return Places(text, " ["u8, "] to "u8, ref user, ref address)
                + Places(text, " ("u8, ") to "u8, ref user, ref address)
                + Places(text, " to horde ("u8, ")"u8, ref user, ref address)
            == 1;
    }

    private static int Places(
        ReadOnlySpan<byte> text,
        ReadOnlySpan<byte> open,
        ReadOnlySpan<byte> close,
        ref ReadOnlySpan<byte> user,
        ref NetworkAddress address
    )
    {
        var found = 0;
        for (var from = 0; text[from..].IndexOf(open) is >= 0 and var at; from += at + 1)
        {
            var rest = text[(from + at + open.Length)..];
            var end = rest.IndexOf(close);
            if (end < 0 || !NetworkAddress.TryParse(rest[..end], out var read))
                continue;
            found++;
            address = read;
            user = text[..(from + at)];
        }
        return found;
    }

    /// <summary>Where a proxy's header stands, which is the client's text too, the line reads in this one way.</summary>
    private static bool TryForwarded(ReadOnlySpan<byte> text, out ReadOnlySpan<byte> user, out NetworkAddress address)
    {
        user = default;
        address = default;
        if (!ByteText.TakeUntil(ref text, Forwarded, out var front) || !ByteText.TakeUntil(ref text, "])"u8, out var list))
            return false;
        front = front.TrimEnd((byte)' ');
        var open =
            front.EndsWith("]"u8) ? front.LastIndexOf(" ["u8)
            : front.EndsWith(")"u8) ? front.LastIndexOf(" ("u8)
            : -1;
        if (
            open < 0
            || !NetworkAddress.TryParse(front[(open + 2)..^1], out var peer)
            || text.IndexOf("] to "u8) >= 0
            || text.IndexOf(") to "u8) >= 0
            || text.IndexOf(Forwarded) >= 0
        )
            return false;
        user = front[..open];
        if (user.EndsWith(" to horde"u8))
            user = user[..^9];
        else if (!text.StartsWith(" to "u8))
            return false;
        address = PrivateNetwork.Has(peer) ? ForwardedAddress.LastOf(list) : peer;
        return list.IndexOfAny((byte)'[', (byte)']') < 0;
    }
}
