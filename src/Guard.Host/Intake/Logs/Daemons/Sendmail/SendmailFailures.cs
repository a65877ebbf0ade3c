using Guard.Host.Intake.Logs.Mail;
using Guard.Messages.Observations;
using Guard.Messages.Places;

namespace Guard.Host.Intake.Logs.Daemons.Sendmail;

/// <summary>
/// <c>AUTH failure (LOGIN): authentication failure (-13) SASL(-13): …, user=name, relay=host [address]</c> (srvrsmtp.c). The user since 8.16, the relay since
/// 8.13;
/// before that the connection tells the address. The detail of the SASL library may repeat the user's text: only where ", user=" stands once is it believed.
/// </summary>
internal static class SendmailFailures
{
    public static LineResult Parse(in LogLine line, ReadOnlySpan<byte> text, SendmailConnections connections, ObservationSink sink)
    {
        NetworkAddress address = default;
        var relay = text.LastIndexOf(", relay="u8);
        if (relay >= 0 && SendmailRelay.TryAddress(text[(relay + ", relay=".Length)..], out address))
            text = text[..relay];
        else if (connections.TryGet(line.Pid, out var connection))
            address = connection.Address;
        if (!ByteText.TakeUntil(ref text, "): "u8, out _))
            return LineResult.Unknown;
        var outcome = Outcome(text);
        if (outcome is null)
            return LineResult.Nothing;
        var user = text.IndexOf(", user="u8);
        ReadOnlySpan<byte> name = [];
        if (user >= 0)
        {
            name = text[(user + ", user=".Length)..];
            if (name.IndexOf(", user="u8) >= 0)
                name = [];
        }
        return sink.Failure(line.At, name, address, Service.Smtp, outcome.Value) ? LineResult.Observed
            : name.IsEmpty && address.IsNone ? LineResult.Nothing
            : LineResult.Unknown;
    }

    /// <summary>
    /// <c>host [address]: possible SMTP attack: command=AUTH, count=5</c>: with the usual LogLevel 9 all that Sendmail before 8.16 tells of failed logins.
    /// </summary>
    public static bool TryAttack(ReadOnlySpan<byte> text, out NetworkAddress client)
    {
        client = default;
        var open = text.IndexOf((byte)'[');
        if (open < 0 || (open > 0 && (text[open - 1] != ' ' || !ClientText.IsHostName(text[..(open - 1)]))))
            return false;
        var rest = text[(open + 1)..];
        if (!ByteText.TakeUntil(ref rest, "]"u8, out var address) || !ClientText.TryAddress(address, out client))
            return false;
        ByteText.Skip(ref rest, " (may be forged)"u8);
        return ByteText.Skip(ref rest, ": possible SMTP attack: command=AUTH, count="u8) && ByteText.TakeNumber(ref rest, out _) && rest.IsEmpty;
    }

    /// <summary>By the SASL library's code (sasl.h) in <c>text (-13) …</c>; null when nothing came to be tried.</summary>
    private static LoginOutcome? Outcome(ReadOnlySpan<byte> text)
    {
        var open = text.IndexOf(" (-"u8);
        if (open < 0)
            return LoginOutcome.WrongPassword;
        var code = text[(open + 3)..];
        if (!ByteText.TakeNumber(ref code, out var number))
            return LoginOutcome.WrongPassword;
        return number switch
        {
            20 => LoginOutcome.UnknownUser,
            14 or 18 or 19 or 26 => LoginOutcome.Refused,
            1 or 2 or 8 or 12 or 24 => LoginOutcome.ServerTrouble,
            3 or 4 or 5 or 7 or 15 or 16 => null,
            _ => LoginOutcome.WrongPassword,
        };
    }
}
