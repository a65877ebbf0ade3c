namespace Guard.Host.Intake.Logs.Daemons.Postfix;

/// <summary>What Postfix gives as the reason why an authentication failed.</summary>
internal enum PostfixReason : byte
{
    /// <summary>The password was refused: any text of the authentication server, its last challenge, or no reason.</summary>
    Refused = 0,

    /// <summary>No password came to be tried: a mechanism that is not offered, text that is not base64.</summary>
    NothingTried,

    /// <summary>The authentication server did not answer or could not decide.</summary>
    ServerTrouble,
}

/// <summary>The reasons as Postfix (xsasl_dovecot_server.c) and Cyrus SASL (sasl_errstring in common.c) word them.</summary>
internal static class PostfixReasons
{
    public static PostfixReason Of(ReadOnlySpan<byte> reason)
    {
        if (
            reason.StartsWith("Invalid authentication mechanism"u8)
            || reason.StartsWith("Invalid base64 data in "u8)
            || reason.StartsWith("no mechanism available"u8)
            || reason.StartsWith("bad protocol / cancel"u8)
            || reason.StartsWith("another step is needed in authentication"u8)
            || reason.StartsWith("overflowed buffer"u8)
            || reason.StartsWith("mechanism too weak"u8)
            || reason.StartsWith("encryption needed to use mechanism"u8)
            || reason.StartsWith("invalid parameter supplied"u8)
        )
        {
            return PostfixReason.NothingTried;
        }
        // SASL_FAIL is what libsasl says when saslauthd cannot be asked or a database cannot be read; a wrong password is SASL_BADAUTH.
        return
            reason.StartsWith("Connection lost to authentication server"u8)
            || reason.StartsWith("Can't connect to authentication server"u8)
            || reason.StartsWith("Authentication backend error"u8)
            || reason.StartsWith("Temporary authentication failure"u8)
            || reason.StartsWith("Internal authentication failure"u8)
            || reason.StartsWith("generic failure"u8)
            || reason.StartsWith("transient failure"u8)
            || reason.StartsWith("remote authentication server unavailable"u8)
            || reason.StartsWith("no memory available"u8)
            || reason.StartsWith("SASL library not initialized"u8)
            ? PostfixReason.ServerTrouble
            : PostfixReason.Refused;
    }

    public static bool IsRefusal(ReadOnlySpan<byte> reason) =>
        reason.StartsWith("authentication failure"u8)
        || reason.StartsWith("authentication failed"u8)
        || reason.StartsWith("user not found"u8)
        || reason.StartsWith("Authentication failed"u8);
}
