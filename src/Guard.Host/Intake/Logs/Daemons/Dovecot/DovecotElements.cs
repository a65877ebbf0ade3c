using Guard.Messages.Places;

namespace Guard.Host.Intake.Logs.Daemons.Dovecot;

/// <summary>
/// What stands behind the message in a line of a login process: <c>user=&lt;anna&gt;, method=PLAIN, rip=192.0.2.7, lip=…, session=&lt;…&gt;</c>, in the
/// order of
/// <c>login_log_format_elements</c> (login-common/client-common.c).
/// </summary>
/// <remarks>
/// Of all elements only the user is the client's text: at most 80 bytes, with control characters replaced, and with any comma or bracket left as it is. Its
/// end is therefore found from the other side: behind it stand only whole elements of the server's, each at most once.
/// </remarks>
internal readonly ref struct DovecotElements
{
    /// <summary>A longer name is cut to this and ends in three dots.</summary>
    private const int LongestUser = 80;

    private DovecotElements(ReadOnlySpan<byte> user, NetworkAddress address, ReadOnlySpan<byte> session, bool ambiguous)
    {
        User = user;
        Address = address;
        Session = session;
        IsAmbiguous = ambiguous;
    }

    /// <summary>Empty when none was given, or the format has none.</summary>
    public ReadOnlySpan<byte> User { get; }

    /// <summary>The client's address, <c>rip</c>.</summary>
    public NetworkAddress Address { get; }

    /// <summary>Empty when the format has none.</summary>
    public ReadOnlySpan<byte> Session { get; }

    /// <summary>The user's end was told from the session behind it, which the user may have written themself where the format has none.</summary>
    public bool IsAmbiguous { get; }

    /// <summary>Whether the name was too long for the log: what is left of it is nobody's.</summary>
    public bool IsCut => User.Length >= LongestUser - 3 && User.EndsWith("..."u8);

    /// <param name="text">The line from its first element on.</param>
    /// <param name="sessions">Whether this server's format has the session.</param>
    /// <param name="elements">What was found.</param>
    public static bool TryRead(ReadOnlySpan<byte> text, bool sessions, out DovecotElements elements)
    {
        if (TryPlain(text, out elements))
            return true;
        var before = default(Fields);
        var rest = text;
        while (!rest.StartsWith("user=<"u8))
        {
            var comma = rest.IndexOf(", "u8);
            if (!before.TryTake(comma < 0 ? rest : rest[..comma]))
                return false;
            if (comma < 0)
                return before.TryEnd(default, false, out elements);
            rest = rest[(comma + 2)..];
        }
        return TryUser(rest[6..], before, sessions, out elements);
    }

    /// <summary>What nearly all lines are: the user first, and no bracket but theirs and the session's, so that the name ends in one place only.</summary>
    private static bool TryPlain(ReadOnlySpan<byte> text, out DovecotElements elements)
    {
        elements = default;
        if (!text.StartsWith("user=<"u8))
            return false;
        var close = text.IndexOf((byte)'>');
        if (close < 0)
            return false;
        var tail = text[(close + 1)..];
        var rip = tail.IndexOf(", rip="u8);
        if (rip < 0 || tail[(rip + 6)..].IndexOf(", rip="u8) >= 0)
            return false;
        var rest = tail[(rip + 6)..];
        var end = rest.IndexOf((byte)',');
        ReadOnlySpan<byte> session = default;
        if (tail.IndexOf((byte)'>') is >= 0 and var other)
        {
            var open = tail.LastIndexOf(", session=<"u8);
            if (other != tail.Length - 1 || open < 0 || (session = tail[(open + 11)..^1]).IndexOfAny("<, "u8) >= 0)
                return false;
        }
        if (!NetworkAddress.TryParse(end < 0 ? rest : rest[..end], out var address))
            return false;
        elements = new DovecotElements(text[6..close], address, session, false);
        return true;
    }

    private static bool TryUser(ReadOnlySpan<byte> text, Fields before, bool sessions, out DovecotElements elements)
    {
        elements = default;
        var found = false;
        var fields = before;
        var end = text.Length;
        while (true)
        {
            if (end > 0 && text[end - 1] == '>' && fields.HasAddress)
            {
                // A shorter name would leave an element more to the server, which can only be the session.
                if (found && (!sessions || !fields.HasSession))
                    return true;
                var ambiguous = found;
                found = fields.TryEnd(text[..(end - 1)], ambiguous, out elements);
            }
            var comma = text[..end].LastIndexOf(", "u8);
            if (comma < 0 || !fields.TryTake(text[(comma + 2)..end]))
                return found;
            end = comma;
        }
    }

    /// <summary>Elements of the server's, each once.</summary>
    private ref struct Fields
    {
        private ReadOnlySpan<byte> _address;
        private ReadOnlySpan<byte> _session;
        private uint _seen;

        public readonly bool HasAddress => !_address.IsEmpty;

        public readonly bool HasSession => !_session.IsEmpty;

        public bool TryTake(ReadOnlySpan<byte> element)
        {
            var equals = element.IndexOf((byte)'=');
            var key = equals < 0 ? default : element[..equals];
            if (key.SequenceEqual("session"u8))
            {
                var value = element[(equals + 1)..];
                if (value.Length < 2 || value[0] != '<' || value[^1] != '>' || value[1..^1].IndexOfAny("<> "u8) >= 0)
                    return false;
                _session = value[1..^1];
                return Once(0) && !_session.IsEmpty;
            }
            if (element.IsEmpty || element.IndexOfAny((byte)'<', (byte)'>') >= 0)
                return false;
            if (key.SequenceEqual("rip"u8))
            {
                _address = element[(equals + 1)..];
                return Once(1);
            }
            return key.IsEmpty || IsKnown(key) is not { } number || Once(number);
        }

        public readonly bool TryEnd(ReadOnlySpan<byte> user, bool ambiguous, out DovecotElements elements)
        {
            elements = default;
            if (!NetworkAddress.TryParse(_address, out var address))
                return false;
            elements = new DovecotElements(user, address, _session, ambiguous);
            return true;
        }

        private bool Once(int number)
        {
            var bit = 1u << number;
            if ((_seen & bit) != 0)
                return false;
            _seen |= bit;
            return true;
        }

        private static int? IsKnown(ReadOnlySpan<byte> key)
        {
            if (key.SequenceEqual("method"u8))
                return 2;
            if (key.SequenceEqual("lip"u8))
                return 3;
            if (key.SequenceEqual("mpid"u8))
                return 4;
            if (key.SequenceEqual("rport"u8))
                return 5;
            if (key.SequenceEqual("lport"u8))
                return 6;
            return key.SequenceEqual("service"u8) ? 7 : null;
        }
    }
}
