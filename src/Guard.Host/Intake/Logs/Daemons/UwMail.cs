using Guard.Messages.Observations;
using Guard.Messages.Places;

namespace Guard.Host.Intake.Logs.Daemons;

/// <summary>
/// The University of Washington's imapd and ipop3d (imapd.c, ipop3d.c): <c>Login user=anna host=name [192.0.2.7]</c>, <c>Authenticated user=anna host=…
/// mechanism=PLAIN</c> (in some builds <c>mech=</c>), <c>Login failed user=anna auth=anna host=name [192.0.2.7]</c>. Their tags are Courier's and Cyrus's, too.
/// </summary>
internal static class UwMail
{
    public static bool Is(ReadOnlySpan<byte> text) =>
        (
            text.StartsWith("Login "u8)
            || IsOverride(text)
            || text.StartsWith("Authenticated "u8)
            || text.StartsWith("AUTHENTICATE "u8)
            || text.StartsWith("Autologout "u8)
            || text.StartsWith("Logout user="u8)
        )
        && text.IndexOf(" host="u8) > 0
        && (text.IndexOf("user="u8) > 0 || text.StartsWith("AUTHENTICATE "u8));

    /// <summary><c>Failed anna override of user=bert  host=name [192.0.2.7]</c>: somebody who may not be logs in as another (env_unix.c). Whose password it
    /// was is the client's text.</summary>
    private static bool IsOverride(ReadOnlySpan<byte> text) => text.StartsWith("Failed "u8) && text.IndexOf(" override of user="u8) > 0;

    public static LineResult Read(in LogLine line, Service service, ObservationSink sink)
    {
        var text = line.Message.TrimEnd((byte)' ');
        if (IsOverride(text))
            return
                text.LastIndexOf(" host="u8) is >= 0 and var end
                && TryPeer(text[(end + 6)..], out var peer)
                && sink.Failure(line.At, default, peer, service, LoginOutcome.WrongPassword)
                ? LineResult.Observed
                : LineResult.Unknown;
        // A SASL method that fails has no name: "AUTHENTICATE PLAIN failure host=name [192.0.2.7]".
        if (ByteText.Skip(ref text, "AUTHENTICATE "u8))
            return
                ByteText.TakeUntil(ref text, " failure host="u8, out var method)
                && method.IndexOf((byte)' ') < 0
                && TryPeer(text, out var from)
                && sink.Failure(line.At, default, from, service, LoginOutcome.WrongPassword)
                ? LineResult.Observed
                : LineResult.Unknown;
        var failed = ByteText.Skip(ref text, "Login failed "u8) || ByteText.Skip(ref text, "Login excessive login failures "u8);
        var disabled = !failed && ByteText.Skip(ref text, "Login disabled "u8);
        var succeeded = !failed && !disabled && (ByteText.Skip(ref text, "Login "u8) || ByteText.Skip(ref text, "Authenticated "u8));
        if (!failed && !disabled && !succeeded)
            return LineResult.Nothing;
        // The name is the client's: behind it the server writes "host=name [address]" alone, where it stands last.
        if (!ByteText.Skip(ref text, "user="u8) || text.LastIndexOf(" host="u8) is not (>= 0 and var mark) || !TryPeer(text[(mark + 6)..], out var address))
            return LineResult.Unknown;
        var user = text[..mark];
        if (succeeded)
            return user.IndexOf(" host="u8) < 0 && sink.Login(line.At, user, address, service, LoginOutcome.Succeeded)
                ? LineResult.Observed
                : LineResult.Unknown;
        // "user=anna auth=anna": where both are one, it was read as it was meant; else the address alone is sure.
        var auth = user.IndexOf(" auth="u8);
        user = auth >= 0 && user[..auth].SequenceEqual(user[(auth + 6)..]) ? user[..auth] : default;
        return sink.Failure(line.At, user, address, service, disabled ? LoginOutcome.Refused : LoginOutcome.WrongPassword)
            ? LineResult.Observed
            : LineResult.Unknown;
    }

    private static bool TryPeer(ReadOnlySpan<byte> text, out NetworkAddress address)
    {
        address = default;
        var open = text.IndexOf((byte)'[');
        if (open < 0)
            return false;
        var rest = text[(open + 1)..];
        var close = rest.IndexOf((byte)']');
        return close > 0
            && NetworkAddress.TryParse(rest[..close], out address)
            && (rest[(close + 1)..].IsEmpty || rest[(close + 1)..].StartsWith(" mechanism="u8) || rest[(close + 1)..].StartsWith(" mech="u8));
    }
}
