namespace Guard.Host.Intake.Milter;

/// <summary>
/// One SMTP connection as a milter sees it. The calls come one after another, as the session goes on; the macros hold what the server sent so far.
/// What is not of interest is answered with continue.
/// </summary>
public interface IMilterSession
{
    ValueTask<MilterReply> ConnectAsync(MilterPeer peer, MilterMacros macros, CancellationToken cancel) => new(MilterReply.Continue);

    ValueTask<MilterReply> HeloAsync(string name, MilterMacros macros, CancellationToken cancel) => new(MilterReply.Continue);

    ValueTask<MilterReply> MailAsync(MilterEnvelope sender, MilterMacros macros, CancellationToken cancel) => new(MilterReply.Continue);

    /// <summary>Neither Postfix nor Sendmail tells the number of recipients: these calls are to be counted.</summary>
    ValueTask<MilterReply> RecipientAsync(MilterEnvelope recipient, MilterMacros macros, CancellationToken cancel) => new(MilterReply.Continue);

    ValueTask<MilterReply> DataAsync(MilterMacros macros, CancellationToken cancel) => new(MilterReply.Continue);

    ValueTask<MilterReply> EndOfHeadersAsync(MilterMacros macros, CancellationToken cancel) => new(MilterReply.Continue);

    ValueTask<MilterEnd> EndOfMessageAsync(MilterMacros macros, CancellationToken cancel) => new(MilterEnd.Continue);

    /// <summary>The message is given up; the connection goes on.</summary>
    ValueTask AbortAsync(CancellationToken cancel) => default;

    /// <summary>The SMTP connection is over, in whatever way; a message without its end is given up.</summary>
    ValueTask CloseAsync() => default;
}
