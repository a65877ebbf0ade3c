using System.Text;

namespace Guard.Host.Intake.Logs.Daemons.Exim;

/// <summary>Lines that are known to tell of no login, no submission and no fate, by how they begin; what follows may be anybody's text.</summary>
internal static class EximShapes
{
    private static readonly byte[][] Messages = Bytes(
        "Completed", "no immediate delivery", "no recipients", "Frozen", "frozen", "Unfrozen", "unfrozen", "Message is frozen", "Message has been frozen", "cancelled by ", "cancelled", "removed by ", "removed",
        "H=", "F=", "U=", "SMTP ", "Spool file ", "Spool ", "retry time not reached", "DKIM", "PDKIM", "SPF", "DMARC", "ARC", "TLS ", "Remote host ", "lowest numbered MX ", "all relevant MX ", "Error ", "error ",
        "original recipients ", "rejected ", "temporarily rejected ", "failed ", "Failed ", "Format error ", "Unable to ", "unable to ", "Cannot ", "cannot ", "warning: ", "Warning: ", "delivering ", "Delivery ",
        "delivery ", "remote host address is the local host", "unexpected ", "Tainted ", "tainted ", "malware", "spam", "routing ", "routed ", "defer", "discarded", "blackholed", "fakereject", "queue", "too many ", "Too many ",
        "host ", "Connection ", "connection ", "marked ", "neither ", "body linelength", "string_", "lookup ", "re-exec ", "transport ", "router ", "sender ", "Sender ", "message ", "Message ", "R=", "T=", "no IP address found ", "*> ", "|");

    private static readonly byte[][] Lines = Bytes(
        "H=", "F=", "U=", "SMTP ", "TLS ", "unexpected ", "Unexpected ", "Start queue run", "End queue run", "exim ", "Exim ", "Connection ", "connection ", "Warning: ", "warning: ", "daemon", "refused ",
        "remote host address ", "no host name found ", "no IP address found ", "rejected ", "temporarily rejected ", "sender ", "Sender ", "unqualified ", "too many ", "Too many ", "listening ", "pid ", "cwd=",
        "auth_", "AUTH ", "authentication ", "failed ", "Failed ", "queue", "lost ", "log string overflowed", "log ", "socket ", "SIGHUP", "dnslists", "DNS ", "ident ", "I=[", "Cannot ", "cannot ", "DKIM", "SPF", "DMARC",
        "retry ", "host ", "hostname ", "LDAP ", "MySQL ", "PGSQL ", "sqlite", "malware", "spam", "clamd", "VRFY ", "EXPN ", "ETRN ", "syntactically ", "syntax error ", "no MAIL ", "no messages", "Message ", "message ", "string ",
        "regex", "ACL ", "accept: ", "drop: ", "internal ", "directory ", "configuration ", "option ", "found ", "Setting ", "setting ", "2 args", "nested ", "re-exec ", "certificate ", "proxied ", "PROXY ", "proxy ", "GnuTLS", "(gnutls",
        "(SSL", "a PRX", "address ", "got ", "using ", "ssl ", "Tainted ", "tainted ", "end of ", "all ", "Restarting", "initializ", "ratelimit", "smtp ", "CALLBACK", "callout ", "lmtp ", "Error ", "error ", "Incoming ", "incoming ");

    /// <summary>Behind a message id.</summary>
    public static bool OfMessage(ReadOnlySpan<byte> text) =>
        // With log_selector = +sender_verify and the like a line may begin with an address.
        StartsWithAny(text, Messages) || IsTransport(text) || (text.Length > 0 && text[0] is (byte)'<' or (byte)'[');

    public static bool OfNoMessage(ReadOnlySpan<byte> text) =>
        StartsWithAny(text, Lines) || (text.Length > 0 && text[0] == '[') || IsArguments(text);

    /// <summary><c>appendfile transport process returned non-zero status 0x0100: exit code 1</c></summary>
    private static bool IsTransport(ReadOnlySpan<byte> text)
    {
        var blank = text.IndexOf((byte)' ');
        return blank > 0 && text[blank..].StartsWith(" transport process "u8);
    }

    /// <summary>With log_selector = +arguments: <c>3 args: /usr/sbin/sendmail -t -i</c>.</summary>
    private static bool IsArguments(ReadOnlySpan<byte> text) => ByteText.TakeNumber(ref text, out _) && text.StartsWith(" args: "u8);

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
