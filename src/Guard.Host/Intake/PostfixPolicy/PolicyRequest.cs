using Guard.Messages.Places;

namespace Guard.Host.Intake.PostfixPolicy;

/// <summary>One question of Postfix's SMTP server (SMTPD_POLICY_README, "Protocol description"). What was not sent is empty, 0 or "no address".</summary>
public sealed record PolicyRequest
{
    /// <summary>Number of the connection it came on; 0 when of none. One process of Postfix asks on it, which has one message at a time.</summary>
    public long Connection { get; init; }

    public SmtpStage Stage { get; init; }

    public string ProtocolName { get; init; } = "";

    /// <summary>The same in all questions about one message, and the only key that is there from the first recipient on.</summary>
    public string Instance { get; init; } = "";

    /// <summary>Empty at the first recipient of a message.</summary>
    public string QueueId { get; init; } = "";

    public string Sender { get; init; } = "";

    /// <summary>Empty behind RCPT when the message has more than one.</summary>
    public string Recipient { get; init; } = "";

    /// <summary>Accepted recipients; 0 at RCPT, the real number at DATA and END-OF-MESSAGE.</summary>
    public int RecipientCount { get; init; }

    /// <summary>The login name; empty when the client did not log in.</summary>
    public string SaslUsername { get; init; } = "";

    public string SaslMethod { get; init; } = "";

    public string SaslSender { get; init; } = "";

    public NetworkAddress ClientAddress { get; init; }

    public int ClientPort { get; init; }

    public string ClientName { get; init; } = "";

    public string ReverseClientName { get; init; } = "";

    public string HeloName { get; init; } = "";

    public NetworkAddress ServerAddress { get; init; }

    public int ServerPort { get; init; }

    /// <summary>The declared size, or 0; the real one at END-OF-MESSAGE.</summary>
    public long Size { get; init; }

    /// <summary>Postfix is overloaded and shortens its own time-outs.</summary>
    public bool Stress { get; init; }

    public string EncryptionProtocol { get; init; } = "";

    public string PolicyContext { get; init; } = "";
}
