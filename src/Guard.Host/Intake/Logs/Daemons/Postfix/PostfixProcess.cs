namespace Guard.Host.Intake.Logs.Daemons.Postfix;

/// <summary>Which of Postfix's programs wrote a line.</summary>
internal enum PostfixProcess : byte
{
    /// <summary>None of Postfix's.</summary>
    None = 0,

    /// <summary>Postfix's, and which one is not told: RFC 5424 senders cut the tag at its slash.</summary>
    Untold,

    /// <summary>smtpd and qmqpd: clients hand mail in.</summary>
    Server,

    /// <summary>pickup: mail of local users.</summary>
    Pickup,

    Queue,

    /// <summary>smtp, lmtp, local, virtual, pipe, error, retry and discard.</summary>
    Delivery,

    /// <summary>cleanup, master, anvil, postscreen and so on: nothing that they write tells of a login, a submission or a fate.</summary>
    Other,
}

/// <summary>Reads the program out of a syslog tag: <c>postfix/smtpd</c>, <c>postfix/submission/smtpd</c>, and with syslog_name any <c>name/smtpd</c>.</summary>
internal static class PostfixProcesses
{
    public static PostfixProcess Of(ReadOnlySpan<byte> program)
    {
        var slash = program.LastIndexOf((byte)'/');
        if (slash < 0)
            return program.SequenceEqual("postfix"u8) || program.StartsWith("postfix-"u8) ? PostfixProcess.Untold : PostfixProcess.None;
        var name = program[(slash + 1)..];
        var process = Named(name);
        if (program.StartsWith("postfix"u8))
            return process == PostfixProcess.None ? PostfixProcess.Other : process;
        // Others tag their lines with a slash too, and have masters and deliverers of the same names.
        return program.StartsWith("cyrus/"u8) || program.StartsWith("dovecot/"u8) ? PostfixProcess.None : process;
    }

    private static PostfixProcess Named(ReadOnlySpan<byte> name)
    {
        switch (name.Length)
        {
            case 4:
                return name.SequenceEqual("qmgr"u8) ? PostfixProcess.Queue
                    : name.SequenceEqual("smtp"u8) || name.SequenceEqual("lmtp"u8) || name.SequenceEqual("pipe"u8) ? PostfixProcess.Delivery
                    : PostfixProcess.None;
            case 5:
                return name.SequenceEqual("smtpd"u8) || name.SequenceEqual("qmqpd"u8) ? PostfixProcess.Server
                    : name.SequenceEqual("local"u8) || name.SequenceEqual("error"u8) || name.SequenceEqual("retry"u8) ? PostfixProcess.Delivery
                    : name.SequenceEqual("oqmgr"u8) || name.SequenceEqual("nqmgr"u8) ? PostfixProcess.Queue
                    : name.SequenceEqual("anvil"u8)
                    || name.SequenceEqual("flush"u8)
                    || name.SequenceEqual("trace"u8)
                    || name.SequenceEqual("defer"u8)
                    || name.SequenceEqual("showq"u8)
                    || name.SequenceEqual("spawn"u8)
                        ? PostfixProcess.Other
                    : PostfixProcess.None;
            case 6:
                return name.SequenceEqual("pickup"u8) ? PostfixProcess.Pickup
                    : name.SequenceEqual("bounce"u8)
                    || name.SequenceEqual("scache"u8)
                    || name.SequenceEqual("tlsmgr"u8)
                    || name.SequenceEqual("verify"u8)
                    || name.SequenceEqual("master"u8)
                        ? PostfixProcess.Other
                    : PostfixProcess.None;
            case 7:
                return name.SequenceEqual("virtual"u8) || name.SequenceEqual("discard"u8) ? PostfixProcess.Delivery
                    : name.SequenceEqual("cleanup"u8) || name.SequenceEqual("dnsblog"u8) || name.SequenceEqual("postlog"u8) ? PostfixProcess.Other
                    : PostfixProcess.None;
            default:
                return
                    name.SequenceEqual("trivial-rewrite"u8)
                    || name.SequenceEqual("proxymap"u8)
                    || name.SequenceEqual("proxywrite"u8)
                    || name.SequenceEqual("postscreen"u8)
                    || name.SequenceEqual("tlsproxy"u8)
                    || name.SequenceEqual("postfix-script"u8)
                    || name.SequenceEqual("postsuper"u8)
                    || name.SequenceEqual("postdrop"u8)
                    || name.SequenceEqual("postqueue"u8)
                    || name.SequenceEqual("sendmail"u8)
                    ? PostfixProcess.Other
                    : PostfixProcess.None;
        }
    }
}
