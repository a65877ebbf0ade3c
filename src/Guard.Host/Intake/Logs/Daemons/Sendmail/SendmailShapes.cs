using System.Text;

namespace Guard.Host.Intake.Logs.Daemons.Sendmail;

/// <summary>Lines that are known to tell of no login, no submission and no fate, by how they begin; what follows may be anybody's text.</summary>
internal static class SendmailShapes
{
    private static readonly byte[][] Messages = Bytes(
        "STARTTLS",
        "Milter",
        "milter",
        "Sending \"",
        "ruleset=",
        "SYSERR",
        "Authentication-Warning: ",
        "AUTH=client",
        "AUTH ",
        "connect from ",
        "done; ",
        "discarded",
        "clone",
        "return to sender: ",
        "sender notify: ",
        "postmaster notify: ",
        "DSN: ",
        "redirect",
        "Losing ",
        "Saved message ",
        "savemail: ",
        "collect: ",
        "lost input channel ",
        "timeout waiting ",
        "unexpected close ",
        "rejecting ",
        "alias ",
        "aliased to ",
        "forward ",
        "expanded to ",
        "hold ",
        "quarantine",
        "unquarantine",
        "locked",
        "to=",
        "from=",
        "grew ",
        "runqueue",
        "headers too large",
        "header",
        "truncated",
        "invalid ",
        "low on ",
        "SMTP ",
        "--- ",
        "<-- ",
        "--> ",
        "-- ",
        "makeconnection",
        "tls_",
        "deferred",
        "cannot ",
        "can't ",
        "could not ",
        "unable ",
        "error ",
        "Error ",
        "errno=",
        "mailer ",
        "owner",
        "too many ",
        "Too many ",
        "bogus ",
        "domain ",
        "DATA ",
        "mail from",
        "MAIL ",
        "RCPT ",
        "VRFY ",
        "EXPN ",
        "vrfy ",
        "expn ",
        "ETRN ",
        "reject",
        "accept",
        "dropped ",
        "prefix ",
        "queueup",
        "split: ",
        "db ",
        "map ",
        "ldap",
        "hash map",
        "dns ",
        "timeout ",
        "lost ",
        "premature EOF",
        "putbody",
        "smtpquit",
        "reply",
        "connection ",
        "Connection ",
        "command ",
        "Message ",
        "message ",
        "Warning: ",
        "warning: ",
        "xfOpen",
        "eatheader",
        "buffer ",
        "8bit ",
        "duplicate",
        "sendtolist",
        "ctladdr",
        "ClamAV",
        "maildrop",
        "procmail"
    );

    private static readonly byte[][] Lines = Bytes(
        "STARTTLS",
        "AUTH=client",
        "AUTH warning",
        "AUTH: ",
        "AUTH error",
        "starting daemon",
        "restarting ",
        "stopping daemon",
        "started as: ",
        "gethostbyaddr(",
        "alias database ",
        "rejecting connections ",
        "accepting connections ",
        "rebuilding ",
        "/etc/",
        "error: ",
        "unable ",
        "problem ",
        "ruleset=",
        "Milter",
        "milter",
        "SYSERR",
        "NOQUEUE",
        "daemon ",
        "Daemon ",
        "queue ",
        "runqueue",
        "grew ",
        "connection ",
        "My unqualified host name ",
        "unknown ",
        "safesasl",
        "no ",
        "database ",
        "warning: ",
        "WARNING: ",
        "Warning: ",
        "could not ",
        "cannot ",
        "low on ",
        "timeout ",
        "lost ",
        "tls_",
        "TLS",
        "SSL",
        "server ",
        "sm-mta",
        "sm-msp",
        "sendmail",
        "persistent ",
        "forced ",
        "/var/",
        "getservbyname",
        "getla",
        "engine ",
        "RandFile",
        "drop_privileges",
        "hash map",
        "dns ",
        "ldap",
        "map ",
        "delay ",
        "deliver ",
        "Deferring ",
        "Losing ",
        "Setting ",
        "Privilege ",
        "alias ",
        "host map",
        "deferring ",
        "ETRN ",
        "cert "
    );

    /// <summary>Behind a queue id.</summary>
    public static bool OfMessage(ReadOnlySpan<byte> text)
    {
        if (StartsWithAny(text, Messages))
            return true;
        // "6AO2BVnW031818: DSN: User unknown" tells of the bounce that a message became.
        var colon = text.IndexOf(": "u8);
        if (colon >= 12 && QueueKey.TryRead(text[..colon], out _) && StartsWithAny(text[(colon + 2)..], Messages))
            return true;
        // "<address>... User unknown", "host [address] did not issue MAIL/EXPN/VRFY/ETRN during connection to MSA", "[address]: VRFY x [rejected]".
        return text.Length > 0 && (text[0] == '<' ? text.IndexOf("... "u8) > 0 : IsClient(text));
    }

    public static bool OfNoMessage(ReadOnlySpan<byte> text) => StartsWithAny(text, Lines) || IsClient(text);

    /// <summary><c>host [address]…</c> or <c>[address]…</c> in front.</summary>
    private static bool IsClient(ReadOnlySpan<byte> text)
    {
        var open = text.IndexOf((byte)'[');
        return open >= 0 && (open == 0 || (text[open - 1] == ' ' && Mail.ClientText.IsHostName(text[..(open - 1)]))) && text[open..].Contains((byte)']');
    }

    private static bool StartsWithAny(ReadOnlySpan<byte> text, byte[][] starts)
    {
        foreach (var start in starts)
        {
            if (text.StartsWith(start))
                return true;
        }
        return false;
    }

    private static byte[][] Bytes(params string[] texts) => [.. texts.Select(Encoding.ASCII.GetBytes)];
}
