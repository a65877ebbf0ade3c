using Guard.Messages.Identity;

namespace Guard.Host.ConsoleModel.Contracts;

/// <summary>One act or change. Append-only; each holds the hash of the one before it.</summary>
/// <param name="Number">Without gaps, from 1.</param>
/// <param name="Node">The node that wrote it; each node has a chain of its own.</param>
/// <param name="Who">Person, token, or <c>uid 0 (root)</c> for the local socket.</param>
/// <param name="From">Address, or <c>local socket</c>.</param>
/// <param name="Act">A lasting short name such as <c>account.release</c>, <c>policy.change</c>, <c>sign-in.failed</c>.</param>
/// <param name="Subject">Account, site, network or person it was done to.</param>
/// <param name="Detail">What exactly: why, before and after.</param>
public sealed record AuditEntry(
    string Node,
    long Number,
    DateTimeOffset At,
    string Who,
    string From,
    string Act,
    SiteId? Site,
    string Subject,
    string Detail,
    string Outcome,
    string Hash
);

/// <param name="Site">The site that it concerns; its owner may read it. Null for what concerns the server.</param>
public sealed record AuditDraft(string Who, string From, string Act, SiteId? Site, string Subject, string Detail, string Outcome = "done")
{
    /// <summary>It tells what came out of an act that another entry told of before. A name that the act forgot does not come back by it.</summary>
    public bool EndsAct { get; init; }

    public static AuditDraft Of(AccessScope scope, string act, SiteId? site, string subject, string detail, string outcome = "done") =>
        new(scope.Who, scope.From, act, site, subject, detail, outcome);
}

/// <param name="Search">Part of who, subject or detail.</param>
/// <param name="Act">Begins with.</param>
public sealed record AuditQuery(
    string? Search = null,
    string? Who = null,
    string? Act = null,
    SiteId? Site = null,
    DateTimeOffset? Since = null,
    DateTimeOffset? Before = null,
    int Offset = 0,
    int Limit = 50
);

/// <param name="Problem">Where the chain is broken; empty when it is whole.</param>
public sealed record AuditVerification(bool Whole, long Entries, string Problem);

/// <summary>Every change and every act with who, when, from where.</summary>
public interface IAuditLog
{
    /// <summary>Durable when it returns. Write it before confirming what it tells of. Takes no scope: whatever part of the guard acts writes it.</summary>
    Task<AuditEntry> WriteAsync(AuditDraft draft, CancellationToken cancel);

    /// <summary>Newest first. Needs <see cref="AccessRights.Audit"/>; only what concerns sites in reach.</summary>
    Task<Page<AuditEntry>> QueryAsync(AccessScope scope, AuditQuery query, CancellationToken cancel);

    /// <summary>All that match, oldest first, for exports.</summary>
    IAsyncEnumerable<AuditEntry> AllAsync(AccessScope scope, AuditQuery query, CancellationToken cancel);

    /// <summary>Reads all of it and says whether anything was changed or taken out. Needs <see cref="AccessScope.Everything"/>.</summary>
    Task<AuditVerification> VerifyAsync(AccessScope scope, CancellationToken cancel);
}
