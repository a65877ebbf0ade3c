namespace Guard.Bench.Detection.Lines;

/// <summary>The lines of Dovecot and Postfix that the simulation writes.</summary>
public enum LineKind : byte
{
    ImapLogin,
    Pop3Login,
    ImapFailure,
    SmtpFailure,
    SmtpConnect,
    SmtpClient,
    QueueActive,
    Sent,
    UnknownRecipient,
    RefusedAsSpam,
    Removed,
    SmtpDisconnect,
}
