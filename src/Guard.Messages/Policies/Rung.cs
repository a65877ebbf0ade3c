namespace Guard.Messages.Policies;

/// <summary>The five reactions, mildest first: ignore; log and report; restrict; suspend; block and lock.</summary>
public enum Rung : byte
{
    Normal = 0,
    Reported = 1,
    Restricted = 2,
    Suspended = 3,
    Blocked = 4,
}
