namespace Guard.Messages.Policies;

/// <summary>How much of an account a lock takes away, as hosting panels grade it. Stored: the numbers stay.</summary>
public enum LockGrade : byte
{
    /// <summary>Neither logins nor sending.</summary>
    Everything = 0,

    /// <summary>No mail leaves, and no login to SMTP; reading goes on.</summary>
    Sending = 1,

    /// <summary>Nothing from networks that the account does not know well; the owner's own go on.</summary>
    Strange = 2,
}

public static class LockGrades
{
    /// <summary>What two locks at once take away: everything, unless both are of one grade.</summary>
    public static LockGrade Join(LockGrade one, LockGrade other) => one == other ? one : LockGrade.Everything;
}
