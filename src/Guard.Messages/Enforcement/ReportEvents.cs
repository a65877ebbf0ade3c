using System.Collections.Immutable;
using Guard.Messages.Identity;
using Guard.Messages.Policies;

namespace Guard.Messages.Enforcement;

/// <summary>The way on which a report leaves.</summary>
public enum ReportChannel : byte
{
    Mail = 0,
    Webhook = 1,
    Abuse = 2,
}

/// <summary>Who reads a report: it decides what may be in it.</summary>
public enum ReportAudience : byte
{
    Admin = 0,
    Owner = 1,

    /// <summary>The user, at an address that is not the account's own.</summary>
    User = 2,

    /// <summary>The account's own mailbox: whoever stole the password reads it too.</summary>
    Mailbox = 3,

    /// <summary>A program.</summary>
    Machine = 4,

    /// <summary>Whoever is responsible for the address.</summary>
    AbuseDesk = 5,
}

/// <summary>One who is told.</summary>
/// <param name="Recipient">A mail address, or the name of a webhook.</param>
public sealed record ReportTarget(ReportChannel Channel, string Recipient, ReportAudience Audience, string Language);

/// <summary>One effect for one who is told.</summary>
/// <param name="Incident">The user's effect with which the incident began.</param>
public sealed record ReportItem(Effect Effect, ReportTarget Target, long Incident);

/// <summary>Something that is sent as one: a mail, an event, an abuse report.</summary>
/// <param name="Id">Lasting, from incident, effect and recipient: who gets it twice knows it by this.</param>
/// <param name="Digest">It tells of several incidents.</param>
/// <param name="Root">The first dispatch of its thread; its own id when it is that.</param>
/// <param name="Before">The dispatch that it follows on; empty for the first.</param>
/// <param name="Dead">Why it is no longer tried; empty while it is.</param>
public sealed record ReportDispatch(
    string Id,
    DateTimeOffset At,
    ReportTarget Target,
    ImmutableArray<ReportItem> Items,
    bool Digest,
    string Root,
    string Before,
    string Dead
);

/// <summary>One thing that happened to the reports that this machine sends.</summary>
public abstract record ReportEvent(DateTimeOffset At) : IGuardMessage;

/// <summary>A report is owed to these.</summary>
/// <param name="Incident">The user's effect with which the incident began.</param>
public sealed record ReportTaken(DateTimeOffset At, Effect Effect, long Incident, ImmutableArray<ReportTarget> Targets) : ReportEvent(At);

/// <summary>What waits was put together and is sent from now on until it is delivered.</summary>
/// <param name="Items">Users and effects, in the order in which they are told.</param>
public sealed record DispatchPlanned(DateTimeOffset At, string Id, ReportTarget Target, ImmutableArray<(UserId User, long Effect)> Items, bool Digest)
    : ReportEvent(At);

public sealed record DispatchDone(DateTimeOffset At, string Id) : ReportEvent(At);

/// <summary>It was refused for good, or could not be delivered for long.</summary>
public sealed record DispatchDied(DateTimeOffset At, string Id, string Why) : ReportEvent(At);

/// <summary>An admin wants it tried anew.</summary>
public sealed record DispatchRevived(DateTimeOffset At, string Id) : ReportEvent(At);

/// <summary>An account was forgotten: nothing about it is sent or kept any more.</summary>
public sealed record ReportsForgotten(DateTimeOffset At, UserId User) : ReportEvent(At);

/// <summary>Reports of one user that were taken lately.</summary>
/// <param name="Effects">The latest, so that one that comes again is known.</param>
public sealed record TakenReports(UserId User, ImmutableArray<long> Effects, long Incident, DateTimeOffset At);

/// <summary>Mails about one incident to one recipient.</summary>
public sealed record ReportThread(UserId User, long Incident, string Recipient, string Root, string Last, DateTimeOffset At, Rung Highest);

/// <summary>Mails to one recipient within an hour.</summary>
public sealed record ReportWindow(string Recipient, DateTimeOffset Since, int Count);

/// <summary>The ledger of reports as a whole.</summary>
/// <param name="Dropped">Reports that found no room in the outbox.</param>
public sealed record ReportSnapshot(
    ImmutableArray<TakenReports> Taken,
    ImmutableArray<ReportItem> Waiting,
    ImmutableArray<ReportDispatch> Open,
    ImmutableArray<ReportThread> Threads,
    ImmutableArray<ReportWindow> Windows,
    long Dropped
) : IGuardMessage;
