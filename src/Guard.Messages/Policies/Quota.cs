namespace Guard.Messages.Policies;

/// <summary>What a quota counts.</summary>
public enum QuotaUnit : byte
{
    Recipients = 0,
    Mails = 1,
    Logins = 2,
    Failures = 3,
}

/// <summary>Whether each user has the amount, or all users of a site share it.</summary>
public enum QuotaScope : byte
{
    User = 0,
    Site = 1,
}

/// <summary>How a policy sees a place. <see cref="Any"/> stands only in a quota's <c>when</c>.</summary>
public enum PlaceClass : byte
{
    Any = 0,
    Usual = 1,
    Neutral = 2,
    Suspicious = 3,
}

/// <summary>An amount per sliding window. A quota refuses by itself what exceeds it, whatever the ladder does besides.</summary>
/// <param name="Per">Length of the window, 1 minute to 31 days.</param>
/// <param name="Unit">What is counted.</param>
/// <param name="Limit">The most that may fall into any window, at least 0.</param>
/// <param name="When">Counts only what comes from places of this class.</param>
/// <param name="Alarm">Reports each time it is exceeded, even when the ladder would stay silent.</param>
/// <param name="Of">Per user, or shared by the site.</param>
public sealed record Quota(TimeSpan Per, QuotaUnit Unit, int Limit, PlaceClass When = PlaceClass.Any, bool Alarm = false, QuotaScope Of = QuotaScope.User);
