using Guard.Messages.Observations;
using Guard.Messages.Policies;

namespace Guard.Actors.Reactions;

/// <summary>Which uses of an account a lock refuses. Pure.</summary>
public static class LockReach
{
    /// <param name="strange">The place is not one that the account knows well.</param>
    public static bool Refuses(LockGrade grade, Observation use, bool strange) =>
        grade switch
        {
            // A login to SMTP serves nothing but sending, and some servers ask about logins only.
            LockGrade.Sending => use is Submission or Login { Service: Service.Smtp },
            LockGrade.Strange => strange,
            _ => true,
        };

    /// <summary>The grade in force: the account's own, and its policy's while the whole site is locked.</summary>
    public static LockGrade Of(ReactionState reaction, Rung siteRung, ReactionPolicy policy) =>
        (reaction.Rung >= Rung.Suspended, siteRung >= Rung.Suspended) switch
        {
            (true, true) => LockGrades.Join(reaction.Grade, policy.Lock),
            (true, false) => reaction.Grade,
            _ => policy.Lock,
        };

    /// <summary>The grade of a lock that a trigger leads to: one that stands is never loosened by it.</summary>
    public static LockGrade Next(ReactionState reaction, ReactionPolicy policy) =>
        reaction.Rung >= Rung.Suspended ? LockGrades.Join(reaction.Grade, policy.Lock) : policy.Lock;
}
