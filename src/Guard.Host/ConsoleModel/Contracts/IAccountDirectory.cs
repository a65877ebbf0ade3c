using System.Collections.Immutable;
using Guard.Actors.Reactions;
using Guard.Messages.Decisions;
using Guard.Messages.Identity;
using Guard.Messages.Policies;
using Guard.Messages.Users;

namespace Guard.Host.ConsoleModel.Contracts;

/// <summary>By what the list of accounts is sorted.</summary>
public enum AccountSort
{
    Name,
    Site,

    /// <summary>Rung, then score: who needs a look comes first when descending.</summary>
    Risk,
    LastSeen,
    Sent,
    Logins,
    Country,
}

/// <param name="Search">Part of the account's name; null for all.</param>
/// <param name="AtLeast">Only accounts on this rung or above.</param>
/// <param name="Country">Only accounts last seen from there.</param>
/// <param name="Limit">1 to 1000.</param>
public sealed record AccountQuery(
    string? Search = null,
    SiteId? Site = null,
    Rung AtLeast = Rung.Normal,
    string? Country = null,
    AccountSort Sort = AccountSort.Name,
    bool Descending = false,
    int Offset = 0,
    int Limit = 50
);

/// <summary>An account in the list, as of its last journaled observation.</summary>
/// <param name="Country">Of its last successful login or mail.</param>
/// <param name="SentToday">Recipients on the day of <paramref name="LastSeen"/>, UTC.</param>
public sealed record AccountRow(
    UserId User,
    SiteId Site,
    Rung Rung,
    DateTimeOffset? Until,
    double Score,
    DateTimeOffset FirstSeen,
    DateTimeOffset LastSeen,
    string Country,
    string Address,
    long Logins,
    long Failures,
    long Mails,
    long Recipients,
    long Stopped,
    long SentToday
);

/// <summary>A reason in words beside what it was made from.</summary>
/// <param name="Text">In English; <see cref="Reason.Code"/> is what translations go by.</param>
public sealed record ExplainedReason(string Code, string Text, double Value, double Usual, double Bits, string Subject)
{
    /// <summary>What says most first: rules, then by bits.</summary>
    public static ImmutableArray<ExplainedReason> Of(IEnumerable<Reason> reasons) =>
        [
            .. reasons
                .OrderByDescending(reason => reason.Bits == 0 ? double.MaxValue : reason.Bits)
                .Select(reason => new ExplainedReason(reason.Code, ReasonText.Of(reason), reason.Value, reason.Usual, reason.Bits, reason.Subject)),
        ];
}

/// <summary>What an account did on a day (UTC).</summary>
public sealed record AccountDay(DateOnly Day, long Logins, long Failures, long Mails, long Recipients, long Stopped);

/// <summary>Everything that is shown of one account.</summary>
/// <param name="Status">As its entity tells it now: state, ladder, reasons, familiar places, rates, quotas, week heat map (<see cref="UserStatus.Week"/>),
/// expected day (<see cref="UserStatus.Bands"/>).</param>
/// <param name="Reasons">Why it stands where it stands.</param>
/// <param name="Days">Up to 60 days, oldest first; days without anything are left out.</param>
/// <param name="Consequence">What its rung means, in words.</param>
public sealed record AccountDetail(UserStatus Status, ImmutableArray<ExplainedReason> Reasons, ImmutableArray<AccountDay> Days, string Consequence)
{
    /// <summary>What is missing for its lock to hold on this machine.</summary>
    public ImmutableArray<ExplainedReason> Gaps { get; init; } = [];

    /// <summary>The commands that send or delete its held mail; empty without any.</summary>
    public string HeldHow { get; init; } = "";
}

/// <summary>What a line of an account's time line is.</summary>
public enum TimelineKind
{
    Login,
    FailedLogin,
    Mail,
    Delivery,

    /// <summary>The reaction changed, up or down.</summary>
    Reaction,
    Alarm,
    Block,

    /// <summary>Somebody did something, by the audit.</summary>
    Act,
}

/// <param name="What">In words, such as <c>login imap</c> or <c>normal → suspended</c>.</param>
/// <param name="Judgement">Such as <c>refused</c>, <c>strange</c>; empty for what is usual.</param>
public sealed record TimelineEntry(
    DateTimeOffset At,
    TimelineKind Kind,
    string What,
    string Address,
    string Country,
    double Score,
    int Recipients,
    string Judgement,
    Rung? To,
    ImmutableArray<ExplainedReason> Reasons
)
{
    /// <summary>So many alike of that day and country stand behind it, where only what is notable is asked for.</summary>
    public int Times { get; init; } = 1;

    /// <summary>Whether it did not come about.</summary>
    public bool WasRefused() => Judgement.Contains("refused", StringComparison.Ordinal);
}

/// <param name="Before">Only what is older; null for the newest.</param>
/// <param name="Notable">Only reactions, alarms, blocks, acts and what was strange or refused, alike things of a day as one.</param>
/// <param name="Limit">1 to 1000.</param>
public sealed record TimelineQuery(DateTimeOffset? Before = null, bool Notable = false, int Limit = 200);

/// <summary>Newest first.</summary>
/// <param name="OlderFrom">Give it as <see cref="TimelineQuery.Before"/> for what follows; null when there is no more.</param>
/// <param name="Complete">False when reading took too long and single logins or mails may be missing.</param>
public sealed record Timeline(ImmutableArray<TimelineEntry> Entries, DateTimeOffset? OlderFrom, bool Complete);

/// <summary>Accounts as the console shows them.</summary>
public interface IAccountDirectory
{
    Task<Page<AccountRow>> ListAsync(AccessScope scope, AccountQuery query, CancellationToken cancel);

    /// <summary>All that match, for exports.</summary>
    IAsyncEnumerable<AccountRow> AllAsync(AccessScope scope, AccountQuery query, CancellationToken cancel);

    /// <exception cref="NotThereException">Never seen, or out of reach.</exception>
    Task<AccountDetail> GetAsync(AccessScope scope, UserId user, CancellationToken cancel);

    Task<Timeline> TimelineAsync(AccessScope scope, UserId user, TimelineQuery query, CancellationToken cancel);
}

/// <summary>What somebody does to an account. Written to the audit before it is confirmed.</summary>
public interface IAccountActs
{
    /// <summary>What a release would end, and what would stay; a line each. Needs <see cref="AccessRights.View"/>.</summary>
    Task<IReadOnlyList<string>> PreviewAsync(AccessScope scope, UserId user, CancellationToken cancel);

    /// <summary>Ends the reaction with what it caused; nothing is learnt. Needs <see cref="AccessRights.Act"/>.</summary>
    /// <param name="why">For the audit; may be empty.</param>
    /// <returns>What came of it, in words.</returns>
    Task<string> ReleaseAsync(AccessScope scope, UserId user, string why, CancellationToken cancel);

    /// <summary>It was the owner. Needs <see cref="AccessRights.Answer"/>.</summary>
    Task<string> AbsolveAsync(AccessScope scope, UserId user, string why, CancellationToken cancel);

    /// <summary>It was an attack. Needs <see cref="AccessRights.Answer"/>.</summary>
    Task<string> ConfirmAsync(AccessScope scope, UserId user, string why, CancellationToken cancel);

    /// <summary>Locks by hand. Needs <see cref="AccessRights.Act"/>.</summary>
    /// <param name="until">Null: for the policy's time of a suspension.</param>
    /// <param name="grade">How much it takes away; null: what the policy says.</param>
    Task<string> LockAsync(AccessScope scope, UserId user, DateTimeOffset? until, LockGrade? grade, string why, CancellationToken cancel);
}
