using System.Collections.Frozen;

namespace Guard.Host.Intake.Logs.Daemons;

/// <summary>What sshd writes besides logins, by its first word.</summary>
internal static class SshOrdinary
{
    private static readonly FrozenSet<string>.AlternateLookup<ReadOnlySpan<char>> Words = new[]
    {
        "Address",
        "Attempt",
        "Authentication",
        "Authorized",
        "Bad",
        "Bind",
        "Cannot",
        "Certificate",
        "Changed",
        "Chrooted",
        "Close",
        "Closing",
        "Connection",
        "Corrupted",
        "Could",
        "Deprecated",
        "Did",
        "Disabling",
        "Disconnected",
        "Disconnecting",
        "Environment",
        "Executing",
        "Exiting",
        "Finished",
        "Found",
        "Generating",
        "Hm,",
        "Killed",
        "Locale",
        "Magic",
        "Missing",
        "Nasty",
        "No",
        "Partial",
        "Password",
        "Please",
        "Postponed",
        "Privilege",
        "Protocol",
        "Read",
        "Received",
        "Remote",
        "Removing",
        "Restarting",
        "Root",
        "Server",
        "Session",
        "Starting",
        "Timeout",
        "Timeout,",
        "Tried",
        "Unable",
        "Unrecognized",
        "Unsupported",
        "User",
        "WARNING:",
        "Warning:",
        "Write",
        "Wrong",
        "banner",
        "beginning",
        "cannot",
        "channel",
        "check_rsa_private:",
        "debug1:",
        "debug2:",
        "debug3:",
        "drop",
        "dispatch_protocol_error:",
        "exited",
        "fatal:",
        "gss",
        "input_userauth_request:",
        "kex",
        "lastlog_openseek:",
        "lastlog_write_entry:",
        "mm_request_send:",
        "packet_write_wait:",
        "padding",
        "rec",
        "refused",
        "refusing",
        "reprocess",
        "reverse",
        "rexec",
        "ruser",
        "scanned",
        "seccomp",
        "session",
        "srclimit_penalise:",
        "subsystem",
        "sent",
        "syslogin_perform_logout:",
        "userauth_hostbased",
        "wrong",
        "administratively",
        "listening",
        "outgoing",
        "incoming",
        "gssapi",
        "penalty:",
        "srclimit:",
        "error:",
        "Accepting",
        "Exiting,",
        "Sending",
        "SSH:",
        "Refusing",
    }
        .ToFrozenSet(StringComparer.Ordinal)
        .GetAlternateLookup<ReadOnlySpan<char>>();

    public static bool Is(ReadOnlySpan<byte> text)
    {
        if (
            text.IsEmpty
            || text.StartsWith("Connection "u8)
            || text.StartsWith("Disconnected "u8)
            || text.StartsWith("Received "u8)
            || text.StartsWith("pam_"u8)
            || text.StartsWith("(pam_"u8)
            || text.StartsWith("PAM "u8)
            || text.StartsWith("kex_"u8)
            || text.StartsWith("ssh_"u8)
            || text.StartsWith("ssh"u8)
            || text.StartsWith("Failed "u8)
            || text.StartsWith("Accepted "u8)
        )
        {
            return true;
        }
        var end = text.IndexOf((byte)' ');
        var word = end < 0 ? text : text[..end];
        if (word.Length > 40)
            return false;
        Span<char> key = stackalloc char[word.Length];
        for (var i = 0; i < word.Length; i++)
            key[i] = (char)word[i];
        // The rest is what failed: sshd reports its own errors, which carry no login that another line does not.
        return Words.Contains(key) || text.Length > 0 && end > 0 && word[^1] == ':';
    }
}
