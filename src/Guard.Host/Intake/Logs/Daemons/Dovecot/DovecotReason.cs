using Guard.Messages.Observations;

namespace Guard.Host.Intake.Logs.Daemons.Dovecot;

/// <summary>
/// Why a login process closed a connection that did not log in: <c>(auth failed, 2 attempts in 5 secs)</c>, and in 2.4 a code behind it:
/// <c>(auth failed, 2 attempts in 5 secs) (auth_failed)</c> (login-common/client-common.c, client_get_extra_disconnect_reason).
/// </summary>
internal static class DovecotReason
{
    /// <summary>Nobody gets more tries on one connection than this; a larger number is not believed.</summary>
    private const int MaxAttempts = 10;

    /// <summary>The outcome and how many attempts had it, 0 for none.</summary>
    /// <param name="message">The message in front of the elements; the server's own words alone.</param>
    public static (LoginOutcome Outcome, int Attempts) Read(ReadOnlySpan<byte> message)
    {
        if (!TakeGroup(ref message, out var reason))
            return default;
        if (IsCode(reason) && message.EndsWith(")"u8) && TakeGroup(ref message, out var words))
            reason = words;
        // Dovecot 1 counts what was tried in vain in other words: "(1 authentication attempts)".
        var tries = reason;
        if (ByteText.TakeNumber(ref tries, out var number) && tries.SequenceEqual(" authentication attempts"u8))
            return (LoginOutcome.WrongPassword, (int)Math.Clamp(number, 1, MaxAttempts));
        return Outcome(reason) is { } outcome ? (outcome, Attempts(reason)) : default;
    }

    /// <summary>What the server behind a proxy said: <c>[AUTHENTICATIONFAILED] Authentication failed.</c> (RFC 5530), or POP3's codes (RFC 2449,
    /// 3206).</summary>
    public static LoginOutcome OfBackend(ReadOnlySpan<byte> answer)
    {
        ByteText.Skip(ref answer, "-ERR "u8);
        if (
            StartsWithAny(answer, "[UNAVAILABLE]"u8, "[SERVERBUG]"u8, "[INUSE]"u8, "[IN-USE]"u8)
            || StartsWithAny(answer, "[SYS/"u8, "[LIMIT]"u8, "4"u8, "[CONTACTADMIN]"u8)
        )
            return LoginOutcome.ServerTrouble;
        return StartsWithAny(answer, "[AUTHORIZATIONFAILED]"u8, "[EXPIRED]"u8, "[PRIVACYREQUIRED]"u8, "[LOGIN-DELAY]"u8)
            ? LoginOutcome.Refused
            : LoginOutcome.WrongPassword;
    }

    private static LoginOutcome? Outcome(ReadOnlySpan<byte> reason)
    {
        if (StartsWithAny(reason, "auth failed"u8, "proxy dest auth"u8, "unknown user"u8, "invalid credentials"u8))
            return LoginOutcome.WrongPassword;
        if (
            StartsWithAny(reason, "authorization failed"u8, "user disabled"u8, "password expired"u8, "login disabled"u8)
            || reason.StartsWith("tried to use dis"u8)
        )
            return LoginOutcome.Refused;
        if (StartsWithAny(reason, "auth service reported temporary failure"u8, "internal failure"u8, "auth process communication failure"u8, "proxy dest "u8))
            return LoginOutcome.ServerTrouble;
        return null;
    }

    private static int Attempts(ReadOnlySpan<byte> reason)
    {
        var comma = reason.IndexOf(", "u8);
        if (comma < 0)
            return 1;
        var rest = reason[(comma + 2)..];
        return ByteText.TakeNumber(ref rest, out var number) && rest.StartsWith(" attempt"u8) ? (int)Math.Clamp(number, 1, MaxAttempts) : 1;
    }

    private static bool TakeGroup(ref ReadOnlySpan<byte> message, out ReadOnlySpan<byte> group)
    {
        group = default;
        var open = message.LastIndexOf((byte)'(');
        if (open < 0 || message[^1] != ')')
            return false;
        group = message[(open + 1)..^1];
        message = message[..open].TrimEnd((byte)' ');
        return true;
    }

    private static bool IsCode(ReadOnlySpan<byte> reason) => reason.IndexOfAnyExcept(CodeCharacters) < 0;

    private static readonly System.Buffers.SearchValues<byte> CodeCharacters = System.Buffers.SearchValues.Create("abcdefghijklmnopqrstuvwxyz_"u8);

    private static bool StartsWithAny(
        ReadOnlySpan<byte> text,
        ReadOnlySpan<byte> one,
        ReadOnlySpan<byte> two,
        ReadOnlySpan<byte> three,
        ReadOnlySpan<byte> four
    ) => text.StartsWith(one) || text.StartsWith(two) || text.StartsWith(three) || text.StartsWith(four);
}
