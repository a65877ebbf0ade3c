namespace Guard.Host.Intake.Milter;

/// <summary>What the mail server says, by the command bytes of the milter protocol (libmilter, mfdef.h: SMFIC_*).</summary>
public enum MilterCommand : byte
{
    Abort = (byte)'A',
    Body = (byte)'B',
    Connect = (byte)'C',
    Macros = (byte)'D',
    EndOfMessage = (byte)'E',
    Helo = (byte)'H',

    /// <summary>The SMTP connection is over; another one follows on this milter connection (protocol 6).</summary>
    QuitNewConnection = (byte)'K',
    Header = (byte)'L',
    Mail = (byte)'M',
    EndOfHeaders = (byte)'N',
    Negotiate = (byte)'O',
    Quit = (byte)'Q',
    Recipient = (byte)'R',
    Data = (byte)'T',
    Unknown = (byte)'U',
}
