namespace Guard.Messages.Observations;

/// <summary>The service an account was used through. The names in HOCON are these in lower case.</summary>
public enum Service : byte
{
    Other = 0,
    Smtp = 1,
    Imap = 2,
    Pop3 = 3,
    Sieve = 4,
    Ftp = 5,
    Ssh = 6,
    Web = 7,
}
