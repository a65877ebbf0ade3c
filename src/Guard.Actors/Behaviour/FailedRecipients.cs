namespace Guard.Actors.Behaviour;

/// <summary>
/// Share of unknown recipients: of the last hours, and what is usual. Both fade exponentially, with half-lives of six hours and thirty days.
/// </summary>
public readonly record struct FailedRecipients(float RecentFailed, float RecentAll, float UsualFailed, float UsualAll, long Second)
{
    private const double RecentHalfLife = 6 * 3600;
    private const double UsualHalfLife = 30 * 86400;

    public FailedRecipients Add(long second, int failed, int all)
    {
        var faded = FadedTo(second);
        return faded with
        {
            RecentFailed = faded.RecentFailed + failed,
            RecentAll = faded.RecentAll + all,
            UsualFailed = faded.UsualFailed + failed,
            UsualAll = faded.UsualAll + all,
        };
    }

    /// <summary>How many recipients of the last hours have a result.</summary>
    public double Known(long second) => FadedTo(second).RecentAll;

    /// <summary>How many of those failed.</summary>
    public double Failed(long second) => FadedTo(second).RecentFailed;

    private FailedRecipients FadedTo(long second)
    {
        var elapsed = Math.Max(0, second - Second);
        var recent = (float)double.Exp2(-elapsed / RecentHalfLife);
        var usual = (float)double.Exp2(-elapsed / UsualHalfLife);
        return new FailedRecipients(RecentFailed * recent, RecentAll * recent, UsualFailed * usual, UsualAll * usual, Math.Max(second, Second));
    }

    /// <summary>Bits by Chernoff's bound that so many failed if the usual share (Beta prior 1 in 20) held; 0 below three failures.</summary>
    /// <param name="prior">Recipients among which one is expected to fail before anything is known.</param>
    public (double Bits, double Share, double Usual) Surprise(long second, double prior = 20)
    {
        var now = FadedTo(second);
        var usual = (now.UsualFailed - now.RecentFailed + 1) / Math.Max(prior, now.UsualAll - now.RecentAll + prior);
        var share = now.RecentAll > 0 ? now.RecentFailed / now.RecentAll : 0;
        if (now.RecentFailed < 3 || share <= usual)
            return (0, share, usual);
        var other = 1 - share < 1e-6 ? 0 : (1 - share) * Math.Log2((1 - share) / (1 - usual));
        return (now.RecentAll * (share * Math.Log2(share / usual) + other), share, usual);
    }
}
