namespace Guard.Host.Intake.PostfixPolicy;

/// <summary>How far the SMTP session is, Postfix's <c>protocol_state</c> (SMTPD_POLICY_README).</summary>
public enum SmtpStage : byte
{
    /// <summary>None of the documented words.</summary>
    Other = 0,
    Connect,
    Helo,
    Mail,
    Recipient,
    Data,
    EndOfMessage,
    Verify,
    Etrn,
}
