using System.Text;

namespace Guard.Host.Intake.Logs.Daemons.Postfix;

/// <summary>Lines that are known to tell of no login, no submission and no fate, by how they begin; what follows may be anybody's text.</summary>
internal static class PostfixShapes
{
    private static readonly byte[][] Messages = Bytes(
        "reject: ",
        "reject_warning: ",
        "hold: ",
        "discard: ",
        "redirect: ",
        "filter: ",
        "prepend: ",
        "warn: ",
        "info: ",
        "warning: ",
        "bcc: ",
        "replace: ",
        "strip: ",
        "permit: ",
        "dunno: ",
        "delay: ",
        "milter-",
        "proxy-reject: ",
        "proxy-accept: ",
        "client=",
        "table ",
        "lost connection ",
        "timeout ",
        "too many ",
        "trigger",
        "message-id=<",
        "resent-message-id=<",
        "message-id=",
        "host ",
        "conversation with ",
        "Cannot start TLS",
        "TLS is required",
        "enabling PIX ",
        "disabling ",
        "breaking line ",
        "certificate ",
        "sender non-delivery",
        "sender delivery status",
        "postmaster non-delivery",
        "postmaster delivery",
        "removed",
        "skipped",
        "passing ",
        "uid=",
        "from=<",
        "cannot ",
        "error: ",
        "fatal: ",
        "mail forwarding loop",
        "expired",
        "Deferred",
        "queue file ",
        "smtputf8",
        "uses ",
        "Smtputf8",
        "ignoring ",
        "subject_CN=",
        "re-using session",
        "requesting ",
        "Server certificate",
        "server certificate",
        "no shared cipher",
        "TLS ",
        "Host offered STARTTLS",
        "connect to ",
        "sending ",
        "Untrusted TLS ",
        "Trusted TLS ",
        "Verified TLS ",
        "Anonymous TLS ",
        "flush ",
        "orig_to=<",
        "BDAT ",
        "discarding EHLO"
    );

    private static readonly byte[][] Lines = Bytes(
        "lost connection ",
        "timeout after ",
        "proxy-",
        "too many ",
        "improper command pipelining ",
        "connect to ",
        "Anonymous TLS ",
        "Trusted TLS ",
        "Untrusted TLS ",
        "Verified TLS ",
        "SSL_accept error ",
        "SSL_accept:",
        "SSL_connect error ",
        "SSL_connect:",
        "SSL3 alert ",
        "setting up TLS ",
        "initializing the ",
        "certificate ",
        "Server certificate ",
        "server certificate ",
        "client certificate ",
        "subject_CN=",
        "issuer",
        "fingerprint",
        "save session",
        "reloaded session",
        "write session",
        "looking for session",
        "remove session",
        "auto-clear",
        "TLS ",
        "tls_",
        "discarding EHLO ",
        "CONNECT ",
        "host ",
        "table ",
        "using backwards-compatible ",
        "fatal",
        "statistics: ",
        "master exit ",
        "idle timeout",
        "hostname ",
        "refreshing ",
        "terminating ",
        "scache",
        "dns_",
        "auto-",
        "cannot load ",
        "daemon ",
        "reload ",
        "starting ",
        "stopping ",
        "disabling ",
        "enabling ",
        "process ",
        "abort all TLS",
        "name_mask",
        "inet_addr_local",
        "mynetworks",
        "match_",
        "dict_",
        "connection established",
        "master_notify",
        "rewrite_clnt",
        "resolve_clnt",
        "generic_checks",
        "permit_",
        "reject_",
        "check_",
        ">>> ",
        "<<< ",
        "extract_addr",
        "smtp_",
        "smtpd_",
        "xsasl_",
        "watchdog",
        "auth reply",
        "sasl_method",
        "input attribute",
        "send attr",
        "private/",
        "public/",
        "event_",
        "vstream",
        "> ",
        "< ",
        "event",
        "rec_",
        "deliver_",
        "postfix ",
        "qmgr_",
        "the Postfix mail system",
        "rewrite ",
        "fsync",
        "end ",
        "been_here",
        "mac_",
        "cfg_",
        "trying ",
        "network_biopair",
        "haproxy",
        "report",
        "maps_",
        "ctable",
        "attr_",
        "psc_",
        "milter",
        "open ",
        "close ",
        "lookup ",
        "local_",
        "user_",
        "forward_",
        "recipient ",
        "dsn_",
        "bounce_",
        "defer_"
    );

    public static bool IsSeverity(ReadOnlySpan<byte> word) =>
        word.SequenceEqual("warning"u8)
        || word.SequenceEqual("fatal"u8)
        || word.SequenceEqual("error"u8)
        || word.SequenceEqual("panic"u8)
        || word.SequenceEqual("statistics"u8);

    /// <summary>Behind a queue id or NOQUEUE.</summary>
    public static bool OfMessage(ReadOnlySpan<byte> text, PostfixProcess process) =>
        // What the shapes of another program are is not believed of this one: it carries nothing here.
        StartsWithAny(text, Messages) || (process is PostfixProcess.Server && text.StartsWith("to=<"u8));

    public static bool OfNoMessage(ReadOnlySpan<byte> text, PostfixProcess process)
    {
        var colon = text.IndexOf((byte)':');
        return (colon > 0 && IsSeverity(text[..colon]))
            || StartsWithAny(text, Lines)
            || (process == PostfixProcess.Untold && StartsWithAny(text, OtherProcesses));
    }

    /// <summary>What postscreen, postsuper and the others write, where the tag does not tell that it is theirs.</summary>
    private static readonly byte[][] OtherProcesses = Bytes(
        "PASS ",
        "PREGREET ",
        "DNSBL ",
        "HANGUP ",
        "WHITELIST",
        "ALLOWLIST",
        "BLACKLISTED ",
        "DENYLISTED ",
        "COMMAND ",
        "BARE NEWLINE ",
        "NON-SMTP ",
        "DISCONNECT ",
        "NOQUEUE: ",
        "cache ",
        "addr ",
        "Deleted",
        "Released",
        "Requeued",
        "Placed on hold",
        "Expired",
        "DISCONNECT",
        "blacklisted",
        "whitelisted"
    );

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
