using System.Collections.Immutable;
using Guard.Host.Node.Health;
using Guard.Messages.Identity;
using Guard.Messages.Policies;

namespace Guard.Host.ConsoleModel.Contracts;

/// <summary>An account that left normal: who, since when, what was seen against what is usual, what was done, until when.</summary>
/// <param name="Id">Lasting; the newest incident of an account has the highest.</param>
/// <param name="Rung">Where it stands now, or the highest it reached when it is over.</param>
/// <param name="Ended">Null while it goes on.</param>
/// <param name="EndedHow"><c>time is up</c>, <c>released by …</c>; empty while it goes on.</param>
/// <param name="Done">What was done, in words; in observe mode what would have been.</param>
public sealed record Incident(
    long Id,
    UserId User,
    SiteId Site,
    Rung Rung,
    DateTimeOffset Since,
    DateTimeOffset? Until,
    DateTimeOffset? Ended,
    string EndedHow,
    double Score,
    string Address,
    string Country,
    GuardMode Mode,
    ImmutableArray<ExplainedReason> Reasons,
    ImmutableArray<string> Done
)
{
    /// <summary>Mails of the account on the days (UTC) of the incident.</summary>
    public long Mails { get; init; }

    /// <summary>Mails that were stopped on these days.</summary>
    public long Stopped { get; init; }

    /// <summary>How many of the account's mails are held in queues, until somebody sends or deletes them.</summary>
    public int HeldMails { get; init; }

    /// <summary>The commands that send or delete them; empty without any.</summary>
    public string HeldHow { get; init; } = "";

    /// <summary>What does not take hold: what its last alarm of that kind said, or what is missing for its lock here.</summary>
    public ImmutableArray<ExplainedReason> Unheld { get; init; } = [];
}

/// <summary>By what incidents are sorted; those that go on always come first.</summary>
public enum IncidentSort
{
    Newest,

    /// <summary>Rung, then score.</summary>
    Severity,
    Oldest,
    Account,

    /// <summary>Those that sent most first.</summary>
    Mails,

    /// <summary>Those of which most was stopped first.</summary>
    Stopped,
}

/// <param name="Open">Only those that go on; null for all.</param>
/// <param name="Since">Only those that began then or later.</param>
/// <param name="Limit">1 to 1000.</param>
/// <param name="OnRung">Only those on this very rung.</param>
/// <param name="Country">ISO 3166-1 alpha-2.</param>
/// <param name="Search">Part of account, address or reasons.</param>
/// <param name="Before">Only those that began before.</param>
/// <param name="Back">Only those that began within so long before the guard's now.</param>
/// <param name="Reason">Only those with this reason's code.</param>
/// <param name="Id">Only this one.</param>
public sealed record IncidentQuery(
    bool? Open = true,
    SiteId? Site = null,
    UserId? User = null,
    Rung AtLeast = Rung.Reported,
    DateTimeOffset? Since = null,
    int Offset = 0,
    int Limit = 50,
    Rung? OnRung = null,
    string? Country = null,
    string? Search = null,
    IncidentSort Sort = IncidentSort.Newest,
    DateTimeOffset? Before = null,
    TimeSpan? Back = null,
    string? Reason = null,
    long? Id = null
);

/// <summary>Logins and blocks of a country.</summary>
/// <param name="Country">ISO 3166-1 alpha-2; empty for places nobody knows.</param>
public sealed record CountryCount(string Country, string Name, long Logins, long Failures, long Mails, long Blocked);

/// <summary>What happened in a minute.</summary>
public sealed record RatePoint(DateTimeOffset Minute, long Logins, long Failures, long Mails, long Recipients, long Refused, long Reactions);

/// <summary>One thing that a node finds of itself.</summary>
/// <param name="Area"><c>intake</c>, <c>enforcement</c>, <c>journal</c>, <c>console</c> and others.</param>
/// <param name="Good">False when somebody should look.</param>
/// <param name="Facts">Name and value, such as <c>lag</c> and <c>0.2 s</c>.</param>
public sealed record HealthItem(string Node, string Area, string Name, bool Good, string Summary, ImmutableArray<KeyValuePair<string, string>> Facts)
{
    public FindingLevel Level { get; init; } = Good ? FindingLevel.Ok : FindingLevel.Fault;

    /// <summary>What to do about it; empty when all is well.</summary>
    public string Remedy { get; init; } = "";
}

/// <summary>One thing that was decided just now.</summary>
public sealed record LiveDecision(
    DateTimeOffset At,
    UserId User,
    SiteId Site,
    string What,
    string Address,
    string Country,
    double Score,
    Rung Rung,
    string Detail
);

/// <summary>What happened since the last one, at most four a second.</summary>
/// <param name="Decisions">The latest, at most 100; newest last.</param>
/// <param name="Left">Decisions that were left out because there were more.</param>
/// <param name="PerSecond">Decisions per second in the asker's reach, over the last ten seconds.</param>
/// <param name="IncidentsChanged">An incident began, changed or ended: ask for them again.</param>
public sealed record LiveTick(ImmutableArray<LiveDecision> Decisions, long Left, double PerSecond, bool IncidentsChanged);

/// <summary>What goes on now, in the asker's reach.</summary>
public interface ILiveView
{
    /// <summary>Those that go on first, then as the query says.</summary>
    Task<Page<Incident>> IncidentsAsync(AccessScope scope, IncidentQuery query, CancellationToken cancel);

    /// <summary>For the world map: countries with any login, mail or block in the time before now.</summary>
    Task<ImmutableArray<CountryCount>> MapAsync(AccessScope scope, TimeSpan back, SiteId? site, CancellationToken cancel);

    /// <summary>One point a minute, oldest first; at most a day back.</summary>
    Task<ImmutableArray<RatePoint>> RatesAsync(AccessScope scope, TimeSpan back, SiteId? site, CancellationToken cancel);

    /// <summary>Of every node. Needs <see cref="AccessScope.Everything"/>.</summary>
    Task<ImmutableArray<HealthItem>> HealthAsync(AccessScope scope, CancellationToken cancel);

    /// <summary>Goes on until it is cancelled. A follower that cannot keep up loses decisions, which are counted; nobody is held up.</summary>
    IAsyncEnumerable<LiveTick> FollowAsync(AccessScope scope, CancellationToken cancel);
}
