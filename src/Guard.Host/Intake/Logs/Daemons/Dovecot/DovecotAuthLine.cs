using Guard.Messages.Observations;
using Guard.Messages.Places;

namespace Guard.Host.Intake.Logs.Daemons.Dovecot;

/// <summary>
/// A line of Dovecot's <c>auth</c> or <c>auth-worker</c> about one request (auth/auth-request.c): until 2.3
/// <c>passwd-file(anna,192.0.2.7,&lt;session&gt;): Password mismatch</c>, from 2.4 on <c>auth(anna,192.0.2.7,sasl:plain)&lt;session&gt;: sql: Password
/// mismatch</c>.
/// </summary>
/// <remarks>
/// The user is the client's text, at most 64 bytes with control characters replaced, and may hold what ends it; with <c>auth_verbose_passwords</c> the password
/// is too. So each end is tried: the line is believed when there is one, and yields nothing when there are several.
/// </remarks>
internal readonly ref struct DovecotAuthLine
{
    private const int LongestUser = 64;

    private DovecotAuthLine(
        ReadOnlySpan<byte> source,
        ReadOnlySpan<byte> user,
        NetworkAddress address,
        ReadOnlySpan<byte> session,
        ReadOnlySpan<byte> message,
        bool isMasters,
        bool isLookup
    )
    {
        IsMasters = isMasters;
        Source = source;
        User = user;
        Address = address;
        Session = session;
        Message = message;
        IsLookup = isLookup;
    }

    /// <summary>The password database that speaks, such as <c>sql</c>, or <c>policy</c>.</summary>
    public ReadOnlySpan<byte> Source { get; }

    /// <summary>Empty for a master user, who is nobody's account, and for a name that was cut.</summary>
    public ReadOnlySpan<byte> User { get; }

    public NetworkAddress Address { get; }

    /// <summary>The login process's session; a mail server's request has none.</summary>
    public ReadOnlySpan<byte> Session { get; }

    public ReadOnlySpan<byte> Message { get; }

    /// <summary>A master user's attempt, which is nobody's.</summary>
    public bool IsMasters { get; }

    /// <summary>A look-up of a user for delivery or by doveadm: no login.</summary>
    public bool IsLookup { get; }

    /// <summary>Outcome of the failure told, or null when the message tells of none.</summary>
    public LoginOutcome? Failure => FailureOf(Message);

    /// <param name="text">Behind <c>auth: </c>, or the whole from <c>auth(</c> on.</param>
    /// <param name="ambiguous">The line reads in several ways, of which somebody made one.</param>
    public static bool TryRead(ReadOnlySpan<byte> text, out DovecotAuthLine line, out bool ambiguous)
    {
        line = default;
        ambiguous = false;
        var open = text.IndexOf((byte)'(');
        if (open <= 0 || text[..open].IndexOfAnyExcept(NameCharacters) >= 0)
            return false;
        var found = false;
        var new24 = text.StartsWith("auth("u8) || text.StartsWith("auth-worker("u8);
        for (var from = open + 1; from < text.Length;)
        {
            var close = text[from..].IndexOf((byte)')');
            if (close < 0)
                break;
            close += from;
            from = close + 1;
            if (!(new24 ? TryEnd24(text, open, close, out var read) : TryEnd(text, open, close, out read)))
                continue;
            if (found)
            {
                ambiguous = true;
                return false;
            }
            found = true;
            line = read;
        }
        return found;
    }

    /// <summary><c>sql(anna,192.0.2.7,master,&lt;session&gt;): message</c></summary>
    private static bool TryEnd(ReadOnlySpan<byte> text, int open, int close, out DovecotAuthLine line)
    {
        line = default;
        var behind = text[(close + 1)..];
        if (!ByteText.Skip(ref behind, ": "u8) || !IsKnown(behind))
            return false;
        var inside = text[(open + 1)..close];
        ReadOnlySpan<byte> session = default;
        if (inside.EndsWith(">"u8) && inside.LastIndexOf(",<"u8) is >= 0 and var at)
        {
            session = inside[(at + 2)..^1];
            inside = inside[..at];
        }
        return TryFields(text[..open], inside, session, behind, false, out line);
    }

    /// <summary><c>auth(anna,192.0.2.7,sasl:plain,master)&lt;session&gt;: sql: message</c>, a worker's with its process id first and its request
    /// behind.</summary>
    private static bool TryEnd24(ReadOnlySpan<byte> text, int open, int close, out DovecotAuthLine line)
    {
        line = default;
        var behind = text[(close + 1)..];
        ReadOnlySpan<byte> session = default;
        while (ByteText.Skip(ref behind, "<"u8))
        {
            if (!ByteText.TakeUntil(ref behind, ">"u8, out session))
                return false;
            if (text.StartsWith("auth-worker"u8) && session.IndexOfAnyExceptInRange((byte)'0', (byte)'9') < 0)
                session = default;
        }
        if (!ByteText.Skip(ref behind, ": "u8))
            return false;
        if (ByteText.Skip(ref behind, "request ["u8) && !ByteText.TakeUntil(ref behind, "]: "u8, out _))
            return false;
        // In a file of its own Dovecot writes the severity here.
        ByteText.Skip(ref behind, "Info: "u8);
        ReadOnlySpan<byte> source = default;
        var colon = behind.IndexOf(": "u8);
        if (behind.StartsWith("Error: "u8) || behind.StartsWith("Warning: "u8))
            return false;
        if (colon > 0 && behind[..colon].IndexOfAnyExcept(NameCharacters) < 0)
        {
            source = behind[..colon];
            behind = behind[(colon + 2)..];
        }
        if (!IsKnown(behind))
            return false;
        var inside = text[(open + 1)..close];
        var sasl = inside.LastIndexOf(",sasl:"u8);
        if (sasl >= 0 && inside[(sasl + 6)..] is var mechanism)
        {
            var master = mechanism.EndsWith(",master"u8);
            if ((master ? mechanism[..^7] : mechanism).IndexOfAnyExcept(NameCharacters) >= 0)
                return false;
            return TryFields(source, inside[..sasl], session, behind, master, out line);
        }
        line = new DovecotAuthLine(source, default, default, session, behind, false, true);
        return true;
    }

    private static bool TryFields(
        ReadOnlySpan<byte> source,
        ReadOnlySpan<byte> inside,
        ReadOnlySpan<byte> session,
        ReadOnlySpan<byte> message,
        bool master,
        out DovecotAuthLine line
    )
    {
        if (inside.EndsWith(",master"u8))
        {
            master = true;
            inside = inside[..^7];
        }
        // 2.1 leaves the comma of a session that there is none of.
        if (inside.EndsWith(","u8))
            inside = inside[..^1];
        var comma = inside.LastIndexOf((byte)',');
        NetworkAddress address = default;
        if (comma >= 0 && NetworkAddress.TryParse(inside[(comma + 1)..], out address))
            inside = inside[..comma];
        var cut = inside.Length >= LongestUser - 3 && inside.EndsWith("..."u8);
        master |= inside.IndexOf((byte)'*') >= 0;
        var nobody = master || cut || inside.SequenceEqual("?"u8);
        // Without an address it is no client's: a delivery, a quota service or doveadm looks a user up.
        line = new DovecotAuthLine(source, nobody ? default : inside, address, session, message, master, address.IsNone);
        return true;
    }

    private static LoginOutcome? FailureOf(ReadOnlySpan<byte> message)
    {
        if (
            IsPhrase(message, "unknown user"u8)
            || IsPhrase(message, "User unknown"u8)
            || message.StartsWith("pam_authenticate() failed: User not known to the underlying authentication module"u8)
        )
        {
            return LoginOutcome.UnknownUser;
        }
        if (
            IsPhrase(message, "Password mismatch"u8)
            || IsPhrase(message, "password mismatch"u8)
            || IsPhrase(message, "invalid credentials"u8)
            || IsPhrase(message, "Invalid credentials"u8)
            || IsPhrase(message, "Unknown user"u8)
            || IsPhrase(message, "Authentication failed"u8)
            || message.StartsWith("pam_authenticate() failed: Authentication failure"u8)
            || IsPhrase(message, "Login failed"u8)
            || message.StartsWith("Attempted login with password having illegal chars"u8)
            || message.StartsWith("oauth2 failed: "u8)
            || message.StartsWith("Token validation failed: "u8)
            || message.StartsWith("Local validation failed: "u8)
            || message.StartsWith("Introspection failed: "u8)
        )
        {
            return LoginOutcome.WrongPassword;
        }
        return
            message.StartsWith("Authentication failure due to policy"u8)
            || message.StartsWith("pam_authenticate() failed: Permission denied"u8)
            || message.StartsWith("pam_acct_mgmt() failed: "u8)
            || message.StartsWith("allow_nets check failed: "u8)
            ? LoginOutcome.Refused
            : null;
    }

    /// <summary>The phrase, and behind it only what <c>auth_verbose_passwords</c> or a driver adds in parentheses.</summary>
    private static bool IsPhrase(ReadOnlySpan<byte> message, ReadOnlySpan<byte> phrase)
    {
        if (!ByteText.Skip(ref message, phrase))
            return false;
        if (message.EndsWith(" - trying the next passdb"u8))
            message = message[..^25];
        return message.IsEmpty || (message.StartsWith(" ("u8) && message.EndsWith(")"u8));
    }

    private static bool IsKnown(ReadOnlySpan<byte> message)
    {
        if (FailureOf(message) is not null || message.StartsWith("Master user logging in as "u8))
            return true;
        return message.IndexOfAny((byte)')', (byte)'>') < 0 || message.StartsWith("Policy "u8) || message.StartsWith("pam_"u8);
    }

    private static readonly System.Buffers.SearchValues<byte> NameCharacters = System.Buffers.SearchValues.Create(
        "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_"u8
    );
}
