using Guard.Host.Intake.Logs.Mail;
using Guard.Messages.Observations;

namespace Guard.Host.Intake.Logs.Daemons.Exim;

/// <summary>
/// <c>&lt;= sender R=id H=… P=esmtpsa X=… A=login:user S=2210 id=… T="…" from &lt;sender&gt; for a@b c@d</c>: a message came in. Each with a login is a login
/// too, since Exim logs none by itself. What is in front of the login and what is behind it is read up to its end: no text of a stranger can be a login.
/// </summary>
internal static class EximArrivals
{
    /// <summary>Texts that could be a login, of which HELO, certificate and server name have no room for so many: the real one is among the first.</summary>
    private const int MaxCandidates = 1000;

    private const int LongestName = 254;

    public static LineResult Parse(DateTimeOffset at, ReadOnlySpan<byte> id, ReadOnlySpan<byte> text, EximQueue queue, ObservationSink sink)
    {
        if (!QueueKey.TryRead(id, out var key) || !MailAddressText.TakeWord(ref text, out var sender))
            return LineResult.Unknown;
        // What Exim itself makes of another message: bounces and answers. Nobody but Exim's own users can say so.
        if (EximHost.SkipWord(ref text, " R="u8))
            return LineResult.Nothing;
        if (!TryLogin(text, out var user, out var head, out var tail))
            return LineResult.Unknown;
        var mail = !user.IsEmpty
            ? sink.Map(user, system: false) is { } account
                ? queue.Mails.Own(key, account, head.Address, id)
                : null
            : head.IsLocal
                ? queue.Mails.ArriveFrom(key, queue.Senders.OfUser(head.User), id, sink)
                : queue.Mails.Arrive(key, head.Address, id, sink);
        if (mail is null)
            return LineResult.Unknown;
        if (!user.IsEmpty && !sink.Login(at, user, head.Address, Service.Smtp, LoginOutcome.Succeeded))
            return LineResult.Unknown;
        queue.Arrived(at, key, mail, tail.Recipients, tail.Size, sender, sink);
        return mail.Owner == MailOwner.Account ? LineResult.Observed : LineResult.Nothing;
    }

    /// <summary>The one way in which the line reads; false when there is none, or two.</summary>
    private static bool TryLogin(ReadOnlySpan<byte> text, out ReadOnlySpan<byte> user, out EximHead head, out EximTail tail)
    {
        user = default;
        head = default;
        tail = default;
        var found = false;
        var candidates = 0;
        for (var at = text.IndexOf((byte)' '); at >= 0; at = Next(text, at))
        {
            var rest = text[at..];
            var login = rest.StartsWith(" A="u8);
            // Without a login the end begins with the size, or with what may stand before it.
            if (!login && !rest.StartsWith(" S="u8) && !rest.StartsWith(" K S="u8) && !rest.StartsWith(" PRDR"u8) && !rest.StartsWith(" PRX="u8))
                continue;
            if (++candidates > MaxCandidates)
                break;
            ReadOnlySpan<byte> name = [];
            EximTail end;
            if (login ? !TryUser(rest[3..], out name, out end) : !EximTail.TryRead(rest, out end))
                continue;
            if (!EximHead.TryRead(text[..at], out var begin))
                continue;
            if (found && !(name.SequenceEqual(user) && end.Recipients == tail.Recipients))
                return false;
            if (found)
                continue;
            found = true;
            user = name;
            head = begin;
            tail = end;
        }
        return found;
    }

    private static int Next(ReadOnlySpan<byte> text, int at)
    {
        var next = text[(at + 1)..].IndexOf((byte)' ');
        return next < 0 ? -1 : at + 1 + next;
    }

    /// <summary><c>driver:user</c> or <c>driver:user:sender</c> up to where the line's end begins; a login without a name is none.</summary>
    private static bool TryUser(ReadOnlySpan<byte> text, out ReadOnlySpan<byte> user, out EximTail tail)
    {
        user = default;
        tail = default;
        var driver = 0;
        while (driver < text.Length && (char.IsAsciiLetterOrDigit((char)text[driver]) || text[driver] is (byte)'_' or (byte)'-' or (byte)'.'))
            driver++;
        if (driver == 0 || driver == text.Length)
            return false;
        var rest = text[driver..];
        var named = rest[0] == ':';
        for (var blank = rest.IndexOf((byte)' '); blank >= 0 && blank < rest.Length;)
        {
            if (EximTail.TryRead(rest[blank..], out tail))
            {
                var value = named ? rest[1..blank] : [];
                // The sender of MAIL AUTH= follows with log_selector = +smtp_mailauth.
                var second = value.IndexOf((byte)':');
                user = second > 0 ? value[..second] : value;
                return true;
            }
            if (!named)
                return false;
            blank = Next(rest, blank);
            if (blank > LongestName)
                return false;
        }
        return false;
    }
}
