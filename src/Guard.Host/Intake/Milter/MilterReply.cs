using Guard.Host.Intake.Sockets;

namespace Guard.Host.Intake.Milter;

/// <summary>The milter's answer to one command (SMFIR_*): go on, let everything further pass, or refuse.</summary>
public readonly record struct MilterReply
{
    private readonly byte _command;

    private MilterReply(char command, string text = "") => (_command, Text) = ((byte)command, text);

    /// <summary>No objection so far.</summary>
    public static MilterReply Continue { get; } = new('c');

    /// <summary>No objection, and no more questions about this message; at connect or HELO about this connection.</summary>
    public static MilterReply Accept { get; } = new('a');

    public static MilterReply Reject { get; } = new('r');

    public static MilterReply TemporaryFailure { get; } = new('t');

    internal byte Command => _command == 0 ? (byte)'c' : _command;

    /// <summary>The reply line, or empty when the mail server chooses its own.</summary>
    public string Text
    {
        get => field ?? "";
    }

    /// <summary>Ends the message, or the recipient, that was asked about.</summary>
    public bool IsRefusal => Command is (byte)'r' or (byte)'t' or (byte)'y';

    /// <summary>Refuses with a reply of one's own.</summary>
    /// <param name="code">4xx or 5xx.</param>
    /// <param name="status">The enhanced status of RFC 3463, of the same class: 5.7.1.</param>
    public static MilterReply Refuse(int code, string status, string text)
    {
        if (code is < 400 or > 599)
            throw new ArgumentOutOfRangeException(nameof(code), code, "must be 4xx or 5xx");
        if (!Version.TryParse(status, out var parts) || parts.Major != code / 100 || parts.Build < 0 || parts.Revision >= 0)
            throw new ArgumentException($"'{status}' is no enhanced status of {code}", nameof(status));
        // Sendmail reads a percent sign as the start of a format.
        return new('y', $"{code} {status} {ReplyText.Clean(text.Replace("%", " percent", StringComparison.Ordinal))}");
    }
}
