using Guard.Messages.Policies;

namespace Guard.Actors.Reactions;

/// <summary>
/// The finite state machine of reactions: <c>normal → reported → restricted → suspended → blocked</c>. Pure. Up at once to what
/// is deserved, never down by a milder trigger; down by time: from suspended and blocked to restricted (probation), from there to normal.
/// </summary>
public static class ReactionLadder
{
    /// <summary>What a trigger leads to under a policy: redirected, then capped.</summary>
    public static Rung Target(Rung deserved, ReactionPolicy policy)
    {
        var redirected = policy.Redirect[(int)deserved];
        return redirected > policy.Highest ? policy.Highest : redirected;
    }

    /// <summary>The rung that a score deserves.</summary>
    public static Rung OfScore(double score, AnomalyThresholds thresholds)
    {
        if (score >= thresholds.Blocked)
            return Rung.Blocked;
        if (score >= thresholds.Suspended)
            return Rung.Suspended;
        if (score >= thresholds.Restricted)
            return Rung.Restricted;
        return score >= thresholds.Reported ? Rung.Reported : Rung.Normal;
    }

    /// <summary>The next rung above that a score leads to, and the lowest such score; null when none does.</summary>
    public static (Rung Rung, double Score)? Next(Rung rung, ReactionPolicy policy)
    {
        var thresholds = policy.OnAnomaly;
        foreach (var threshold in (ReadOnlySpan<double?>)[thresholds.Reported, thresholds.Restricted, thresholds.Suspended, thresholds.Blocked])
        {
            if (threshold is { } score && Target(OfScore(score, thresholds), policy) is var reached && reached > rung)
                return (reached, score);
        }
        return null;
    }

    public static TimeSpan Duration(Rung rung, ReactionPolicy policy) =>
        rung switch
        {
            Rung.Reported => policy.ReportFor,
            Rung.Restricted => policy.RestrictFor,
            Rung.Suspended => policy.SuspendFor,
            Rung.Blocked => policy.BlockFor,
            _ => TimeSpan.Zero,
        };

    /// <summary>Where a rung leads when its time is up.</summary>
    public static Rung Below(Rung rung, ReactionPolicy policy)
    {
        if (rung < Rung.Suspended)
            return Rung.Normal;
        var probation = Target(Rung.Restricted, policy);
        return probation < rung ? probation : Rung.Normal;
    }

    /// <summary>What follows a rung whose time is up, and until when; 0 for normal.</summary>
    /// <param name="until">When its time was up, milliseconds since 1970.</param>
    public static (Rung Rung, long Until) After(Rung rung, long until, ReactionPolicy policy)
    {
        var below = Below(rung, policy);
        return (below, below == Rung.Normal ? 0 : until + (long)Duration(below, policy).TotalMilliseconds);
    }

    /// <summary>
    /// Whether meeting the same trigger again is worth recording: only when it adds a tenth of the rung's duration, so that an attack is a few
    /// events and not one per mail.
    /// </summary>
    public static bool WorthProlonging(ReactionState state, long at, ReactionPolicy policy)
    {
        var duration = (long)Duration(state.Rung, policy).TotalMilliseconds;
        return at + duration - state.Until >= Math.Max(1, duration / 10);
    }
}
