using System.Collections.Immutable;
using System.Text.Json.Nodes;
using Guard.Messages.Identity;
using Guard.Messages.Policies;

namespace Guard.Host.ConsoleModel.Contracts;

/// <summary>Whose policy it is: everybody's, a site's, or an account's.</summary>
public sealed record PolicySubject(SiteId? Site, UserId? User)
{
    public static PolicySubject Default { get; } = new(null, null);

    public static PolicySubject Of(SiteId site) => new(site, null);

    /// <param name="site">The site that the account belongs to.</param>
    public static PolicySubject Of(SiteId site, UserId user) => new(site, user);

    /// <summary><c>default</c>, <c>example.com</c> or <c>example.com/info@example.com</c>.</summary>
    public override string ToString() => User is { } user ? $"{Site}/{user}" : Site?.Value ?? "default";
}

/// <summary>Where a value comes from; a later one goes before an earlier one.</summary>
public enum PolicyLayer
{
    /// <summary>Nobody said it.</summary>
    BuiltIn,
    FileDefault,
    ConsoleDefault,
    FileSite,
    ConsoleSite,
    FileUser,
    ConsoleUser,
}

/// <summary>One value of a policy and where it comes from.</summary>
/// <param name="Path">As in HOCON, such as <c>reactions.suspend-for</c>, <c>services.ftp.allow</c>, <c>quotas</c>.</param>
/// <param name="Value">As JSON: a text, a number, or a list; durations as text such as <c>1h</c>.</param>
/// <param name="Where">File and line, or who set it when.</param>
/// <param name="Inherited">What would hold without the subject's own console value.</param>
/// <param name="InheritedFrom">From where that would come.</param>
public sealed record PolicyField(string Path, JsonNode? Value, PolicyLayer Layer, string Where, JsonNode? Inherited, PolicyLayer InheritedFrom);

/// <summary>A policy as a form.</summary>
/// <param name="Version">Counts the changes made to the subject here; what a change is based on. 0: none yet.</param>
/// <param name="Own">What is set here, in the file's own form: <c>{"services":{"ftp":{"allow":["GB"]}},"quotas":[{"per":"1d","recipients":500}]}</c>.</param>
/// <param name="Effective">What holds, all inherited.</param>
/// <param name="Problem">Why what is set here does not hold: the file changed so that it does not fit. Empty when it does.</param>
public sealed record PolicyForm(PolicySubject Subject, long Version, JsonObject Own, ImmutableArray<PolicyField> Fields, GuardPolicy Effective, string Problem)
{
    /// <summary>How far whoever asked may change each section; empty for server admins, who may all.</summary>
    public ImmutableArray<PolicyBound> Bounds { get; init; } = [];
}

/// <summary>How far owners of sites may change a section of their policy.</summary>
/// <param name="Section">Such as <c>quotas</c>.</param>
/// <param name="May"><c>no</c>, <c>stricter</c>, <c>home</c> or <c>free</c>.</param>
/// <param name="Ceiling">The loosest that may be set, as JSON; null where it is all theirs.</param>
public sealed record PolicyBound(string Section, string May, JsonNode? Ceiling);

/// <summary>A mistake or a warning, with the field it belongs to.</summary>
/// <param name="Path">Such as <c>quotas[1].per</c>; empty for the whole.</param>
public sealed record PolicyMistake(string Path, string Problem, string Expected);

/// <summary>What a draft comes to.</summary>
/// <param name="Effective">Null when there are mistakes.</param>
public sealed record PolicyCheck(ImmutableArray<PolicyMistake> Mistakes, ImmutableArray<PolicyMistake> Warnings, GuardPolicy? Effective)
{
    public bool Sound => Mistakes.IsEmpty;
}

/// <summary>A change of what is set here.</summary>
/// <param name="Version">The subject's version after it.</param>
public sealed record PolicyChange(PolicySubject Subject, long Version, DateTimeOffset At, string Who, string Why, JsonObject Before, JsonObject After);

/// <summary>
/// Policies set at run time, on top of those of the file. Reading needs <see cref="AccessRights.View"/>, changing <see cref="AccessRights.EditPolicy"/>; the
/// default needs <see cref="AccessScope.Everything"/> for a change. A site owner sees what the site inherits, and changes what the administrator left to owners
/// (<see cref="PolicyBound"/>); an account owner sees the own account's.
/// </summary>
public interface IPolicyEditor
{
    Task<PolicyForm> GetAsync(AccessScope scope, PolicySubject subject, CancellationToken cancel);

    /// <summary>Reads a draft exactly as the file is read. Quick enough for each keystroke.</summary>
    /// <param name="own">All that shall be set here, as <see cref="PolicyForm.Own"/>.</param>
    PolicyCheck Check(AccessScope scope, PolicySubject subject, JsonObject own);

    /// <summary>Sets it. Journaled and audited before it returns; active accounts hear of it at once.</summary>
    /// <param name="basedOn">The <see cref="PolicyForm.Version"/> that the editor saw.</param>
    /// <exception cref="PolicyMistakesException"/>
    /// <exception cref="ChangedMeanwhileException"/>
    Task<PolicyForm> SaveAsync(AccessScope scope, PolicySubject subject, JsonObject own, long basedOn, string why, CancellationToken cancel);

    /// <summary>Newest first; the last 50 are kept here, all of them in the audit.</summary>
    Task<ImmutableArray<PolicyChange>> HistoryAsync(AccessScope scope, PolicySubject subject, CancellationToken cancel);

    /// <summary>Sets again what was set before the change of that version, as a change of its own.</summary>
    Task<PolicyForm> UndoAsync(AccessScope scope, PolicySubject subject, long version, long basedOn, string why, CancellationToken cancel);

    /// <summary>Subjects in reach that have something of their own, in the file or here.</summary>
    Task<ImmutableArray<PolicySubject>> SubjectsAsync(AccessScope scope, CancellationToken cancel);
}

/// <summary>An account that a proposed policy would have treated otherwise.</summary>
/// <param name="Before">Highest rung with the policy in force.</param>
/// <param name="StoppedBefore">Mails that would have been stopped with it.</param>
/// <param name="Why">When and why the stricter one first stood on its highest rung.</param>
public sealed record WhatIfAccount(UserId User, Rung Before, Rung After, long StoppedBefore, long StoppedAfter, string Why)
{
    /// <summary>Logins with the right password that would have been refused with the policy in force.</summary>
    public long RefusedBefore { get; init; }

    public long RefusedAfter { get; init; }

    /// <summary>What <see cref="Why"/> says, for whoever words it otherwise.</summary>
    public DateTimeOffset? At { get; init; }

    public ImmutableArray<ExplainedReason> Reasons { get; init; } = [];
}

/// <param name="Summary">Such as <c>This would have restricted 2 accounts: anna@example.com, info@example.com.</c></param>
/// <param name="From">What was looked at: the archive may be younger than 30 days.</param>
/// <param name="Complete">False when the time was up before everything was looked at.</param>
public sealed record WhatIfResult(
    string Summary,
    ImmutableArray<WhatIfAccount> Accounts,
    int AccountsSeen,
    long Observations,
    DateTimeOffset? From,
    DateTimeOffset? To,
    bool Complete,
    double Seconds
);

/// <param name="Share">0 to 1.</param>
public readonly record struct WhatIfProgress(double Share, long Observations);

/// <summary>What a proposed policy would have done over the last 30 days.</summary>
public interface IWhatIf
{
    /// <summary>Needs <see cref="AccessRights.EditPolicy"/> for the subject.</summary>
    /// <exception cref="PolicyMistakesException"/>
    Task<WhatIfResult> RunAsync(AccessScope scope, PolicySubject subject, JsonObject proposed, IProgress<WhatIfProgress>? progress, CancellationToken cancel);
}

/// <summary>What a list may hold.</summary>
public enum ImportKind
{
    /// <summary>Countries, continents, regions, subdivisions: by code or name.</summary>
    Places,

    /// <summary>Networks and addresses.</summary>
    Networks,
}

/// <param name="Line">From 1.</param>
public sealed record ImportMistake(int Line, string Text, string Problem);

/// <param name="Words">In the order of the list, each once, as a policy has them.</param>
public sealed record ImportedList(ImmutableArray<string> Words, ImmutableArray<ImportMistake> Mistakes);

/// <summary>Reads lists that people have: one a line or in the first column of CSV; # begins a remark.</summary>
public interface IListImport
{
    ImportedList Read(ImportKind kind, string text);
}
