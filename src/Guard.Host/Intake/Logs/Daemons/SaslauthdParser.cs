using Guard.Messages.Observations;
using Guard.Messages.Places;

namespace Guard.Host.Intake.Logs.Daemons;

/// <summary>
/// saslauthd's <c>do_auth         : auth failure: [user=anna] [service=smtp] [realm=example.com] [mech=pam] [reason=PAM auth error]</c>
/// (saslauthd-main.c), Plesk's saslauthd, and Zimbra's <c>auth_zimbra: anna auth failed: …</c>. None of them knows the client's address, unless Plesk writes
/// it.
/// </summary>
/// <remarks>User and realm are the client's; the reason may be a directory's words. A name with a bracket in it is nobody's.</remarks>
internal sealed class SaslauthdParser : StatelessParser
{
    private const int LongestName = 512;

    public override string Name => "saslauthd";

    public override bool Knows(ReadOnlySpan<byte> program) =>
        program.SequenceEqual("saslauthd"u8) || program.SequenceEqual("plesk_saslauthd"u8) || program.SequenceEqual("plesk-saslauthd"u8);

    public override LineResult Parse(in LogLine line, ObservationSink sink)
    {
        var text = line.Message;
        if (line.Program.StartsWith("plesk"u8))
            return Plesk(line, text, sink);
        if (ByteText.Skip(ref text, "auth_zimbra: "u8))
            return Zimbra(line, text, sink);
        // Debian's has no name of the function there.
        text = text.TrimStart((byte)' ');
        ByteText.Skip(ref text, "do_auth"u8);
        text = text.TrimStart((byte)' ');
        return ByteText.Skip(ref text, ": auth failure: "u8) ? Failed(line, text, sink) : LineResult.Nothing;
    }

    private static LineResult Failed(in LogLine line, ReadOnlySpan<byte> text, ObservationSink sink)
    {
        if (
            !TakeField(ref text, "[user="u8, "] [service="u8, out var user)
            || !TakeField(ref text, default, "] [realm="u8, out var service)
            || !TakeField(ref text, default, "] [mech="u8, out var realm)
            || !TakeField(ref text, default, "] [reason="u8, out var mechanism)
            || mechanism.IndexOf((byte)' ') >= 0
            || !text.EndsWith("]"u8)
            || user.IndexOfAny((byte)'[', (byte)']') >= 0
            || realm.IndexOfAny((byte)'[', (byte)']') >= 0
        )
        {
            return LineResult.Unknown;
        }
        var reason = text[..^1];
        // The mechanism itself failed: no one's password was judged.
        if (
            reason.StartsWith("internal mechanism failure"u8)
            || reason.StartsWith("Internal"u8)
            || reason.IndexOf("Authentication service cannot retrieve"u8) >= 0
        )
        {
            sink.LoginOfAddress(line.At, default, ServiceOf(service), LoginOutcome.ServerTrouble);
            return LineResult.Observed;
        }
        var outcome = reason.StartsWith("User not known"u8) || reason.StartsWith("user not found"u8) ? LoginOutcome.UnknownUser : LoginOutcome.WrongPassword;
        if (realm.IsEmpty || user.IndexOf((byte)'@') >= 0 || user.Length + realm.Length >= LongestName)
            return Told(sink.Failure(line.At, user, default, ServiceOf(service), outcome));
        Span<byte> whole = stackalloc byte[user.Length + 1 + realm.Length];
        user.CopyTo(whole);
        whole[user.Length] = (byte)'@';
        realm.CopyTo(whole[(user.Length + 1)..]);
        return Told(sink.Failure(line.At, whole, default, ServiceOf(service), outcome));
    }

    /// <summary>
    /// <c>failed mail authentication attempt for user 'anna@example.com' (password len=8)</c>, and from Plesk 18 on
    /// <c>failed mail authentication attempt for user 'anna@example.com' from IP 192.0.2.7</c>.
    /// </summary>
    private static LineResult Plesk(in LogLine line, ReadOnlySpan<byte> text, ObservationSink sink)
    {
        _ = ByteText.Skip(ref text, "INFO: "u8) || ByteText.Skip(ref text, "WARNING: "u8);
        var outcome = LoginOutcome.WrongPassword;
        if (ByteText.Skip(ref text, "No such user '"u8))
            outcome = LoginOutcome.UnknownUser;
        else if (
            !ByteText.Skip(ref text, "failed mail authentication attempt for user '"u8)
            && !ByteText.Skip(ref text, "failed mail authenticatication attempt for user '"u8)
            && !ByteText.Skip(ref text, "Invalid mail user's password for user '"u8)
        )
            return LineResult.Nothing;
        var quote = text.LastIndexOf((byte)'\'');
        if (quote < 0)
            return LineResult.Unknown;
        var user = text[..quote];
        var rest = text[(quote + 1)..];
        NetworkAddress address = default;
        var from = rest.IndexOf("from "u8);
        if (from >= 0)
        {
            rest = rest[(from + 5)..];
            ByteText.Skip(ref rest, "IP "u8);
            var end = rest.IndexOfAny(" )]"u8);
            NetworkAddress.TryParse(rest[..(end < 0 ? rest.Length : end)].TrimStart((byte)'['), out address);
        }
        // "No such user" announces the failure that follows it.
        return outcome == LoginOutcome.UnknownUser && address.IsNone ? LineResult.Nothing : Told(sink.Failure(line.At, user, address, Service.Smtp, outcome));
    }

    /// <summary><c>anna@example.com auth failed: authentication failed for [anna@example.com]</c></summary>
    private static LineResult Zimbra(in LogLine line, ReadOnlySpan<byte> text, ObservationSink sink)
    {
        var failed = text.IndexOf(" auth failed: "u8);
        if (failed <= 0)
            return LineResult.Nothing;
        return text[..failed].IndexOf((byte)' ') >= 0 || text[(failed + 1)..].IndexOf(" auth failed: "u8) >= 0
            ? LineResult.Unknown
            : Told(sink.Failure(line.At, text[..failed], default, Service.Smtp, LoginOutcome.WrongPassword));
    }

    /// <summary>Takes a field up to the one that follows it; false when that stands there twice.</summary>
    private static bool TakeField(ref ReadOnlySpan<byte> text, ReadOnlySpan<byte> open, ReadOnlySpan<byte> next, out ReadOnlySpan<byte> field) =>
        ByteText.Skip(ref text, open) & ByteText.TakeUntil(ref text, next, out field) && text.IndexOf(next) < 0;

    private static Service ServiceOf(ReadOnlySpan<byte> name)
    {
        if (name.StartsWith("imap"u8))
            return Service.Imap;
        if (name.StartsWith("pop"u8))
            return Service.Pop3;
        return name.StartsWith("sieve"u8) ? Service.Sieve : Service.Smtp;
    }
}
