namespace Guard.Host.Intake.Logs.Mail;

/// <summary>Whose a message in a mail server's queue is.</summary>
internal enum MailOwner : byte
{
    /// <summary>Handed in from this machine or a private network without a login: a sender of the configuration, a filter that hands it on, or
    /// nobody.</summary>
    Unsettled = 0,

    /// <summary>An account's.</summary>
    Account = 1,

    /// <summary>Sent to this server by another one.</summary>
    Stranger = 2,

    /// <summary>Nobody's: counted as unjudged, or exempt by the configuration.</summary>
    Nobody = 3,
}
