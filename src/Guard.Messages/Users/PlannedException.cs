using Guard.Messages.Identity;

namespace Guard.Messages.Users;

/// <summary>Something unusual that was announced: a stay abroad, a large mailing. It holds within its period only.</summary>
/// <param name="Id">Counts up per account or per site; 0 while it is only asked for.</param>
/// <param name="From">The first moment at which it holds.</param>
/// <param name="Until">The first moment at which it holds no more.</param>
/// <param name="Places">Words of places, with commas, that are usual and allowed meanwhile; empty: none.</param>
/// <param name="Recipients">So many recipients may be sent to besides every quota; 0: none.</param>
/// <param name="Note">For people: what it is for.</param>
public sealed record PlannedException(long Id, DateTimeOffset From, DateTimeOffset Until, string Places, int Recipients, string Note)
{
    /// <summary>Recipients that were sent to, or handed out to accounts, on its account.</summary>
    public int Used { get; init; }

    /// <summary>Who announced it; null when an older version wrote it.</summary>
    public Author? By { get; init; }

    public bool HoldsAt(DateTimeOffset at) => at >= From && at < Until;
}

/// <summary>A planned exception as it is shown.</summary>
/// <param name="OfSite">It was planned for the whole site.</param>
public sealed record PlannedItem(PlannedException Planned, bool OfSite);

/// <summary>Answers what a report asked: it was the owner, or it was not. Answered with <see cref="ReportAnswered"/>.</summary>
public sealed record AnswerReport(UserId User, DateTimeOffset At, long Effect, bool WasOwner) : IWithUserId
{
    /// <summary>By whose link it was answered; null from an older node.</summary>
    public Author? By { get; init; }
}

/// <param name="Accepted">False when this report, or a later one, was answered before.</param>
public sealed record ReportAnswered(UserId User, bool Accepted) : IWithUserId;
