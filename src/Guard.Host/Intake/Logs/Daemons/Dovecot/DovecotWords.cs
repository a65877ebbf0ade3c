using Guard.Messages.Observations;

namespace Guard.Host.Intake.Logs.Daemons.Dovecot;

/// <summary>The words that Dovecot begins its lines and their parts with.</summary>
internal static class DovecotWords
{
    /// <summary>The sessions behind the logins, deliveries and the rest name their process, most with the user in parentheses.</summary>
    public static LineResult OfOtherProcess(ReadOnlySpan<byte> process)
    {
        var name = process.IndexOfAnyExcept(ProcessCharacters);
        return name != 0 && (name < 0 || process[name] is (byte)'(' or (byte)'<') ? LineResult.Nothing : LineResult.Unknown;
    }

    public static bool NextElements(ReadOnlySpan<byte> text, scoped ref int from, out ReadOnlySpan<byte> message)
    {
        while (from < text.Length && text[from..].IndexOf(": "u8) is >= 0 and var colon)
        {
            from += colon + 2;
            message = text[..(from - 2)];
            if (StartsElements(text[from..]))
                return true;
        }
        message = default;
        return false;
    }

    private static bool StartsElements(ReadOnlySpan<byte> text) =>
        text.StartsWith("user=<"u8)
        || text.StartsWith("method="u8)
        || text.StartsWith("rip="u8)
        || text.StartsWith("session=<"u8)
        || text.StartsWith("lip="u8)
        || text.StartsWith("service="u8)
        || text.StartsWith("mpid="u8)
        || text.StartsWith("rport="u8)
        || text.StartsWith("pid="u8);

    public static bool IsClosing(ReadOnlySpan<byte> text) =>
        text.StartsWith("Disconnected"u8)
        || text.StartsWith("Aborted login"u8)
        || text.StartsWith("Login aborted"u8)
        || text.StartsWith("Maximum number of connections"u8)
        || text.StartsWith("Internal login failure"u8)
        || text.StartsWith("Client has quit the connection"u8)
        || text.StartsWith("Remote closed connection"u8)
        || text.StartsWith("Connection closed"u8)
        || text.StartsWith("Too many invalid"u8)
        || text.StartsWith("Inactivity"u8)
        || text.StartsWith("Disconnecting"u8);

    /// <summary>What login processes write besides. The client's own words stand in the first of them.</summary>
    public static bool IsOrdinary(ReadOnlySpan<byte> text) =>
        text.StartsWith("ID sent: "u8)
        || text.StartsWith("Login failed: "u8)
        || text.StartsWith("Authenticate "u8)
        || text.StartsWith("APOP failed"u8)
        || text.StartsWith("SSL "u8)
        || text.StartsWith("TLS "u8)
        || text.StartsWith("Auth"u8)
        || text.StartsWith("Connected"u8)
        || text.StartsWith("Server "u8);

    public static bool IsSevere(ReadOnlySpan<byte> text) =>
        text.StartsWith("Error: "u8)
        || text.StartsWith("Warning: "u8)
        || text.StartsWith("Fatal: "u8)
        || text.StartsWith("Panic: "u8)
        || text.StartsWith("Debug: "u8);

    public static Service ServiceOf(ReadOnlySpan<byte> name)
    {
        if (name.SequenceEqual("imap"u8))
            return Service.Imap;
        if (name.SequenceEqual("pop3"u8))
            return Service.Pop3;
        if (name.SequenceEqual("managesieve"u8) || name.SequenceEqual("sieve"u8))
            return Service.Sieve;
        return name.SequenceEqual("submission"u8) ? Service.Smtp : Service.Other;
    }

    private static readonly System.Buffers.SearchValues<byte> ProcessCharacters = System.Buffers.SearchValues.Create(
        "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_"u8
    );
}
