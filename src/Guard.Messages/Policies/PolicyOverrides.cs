using System.Collections.Immutable;

namespace Guard.Messages.Policies;

/// <summary>
/// For whom something was set at run time, as one text: empty for everybody, <c>example.com</c> for a site, <c>example.com/info@example.com</c> for an account.
/// </summary>
public static class OverrideSubject
{
    public const string Default = "";

    public static string Of(string site, string? user) => user is null ? site : $"{site}/{user}";

    /// <summary>The site and the account of a subject; null where it has none.</summary>
    public static (string? Site, string? User) Parse(string subject)
    {
        var slash = subject.IndexOf('/', StringComparison.Ordinal);
        return subject.Length == 0 ? (null, null)
            : slash < 0 ? (subject, null)
            : (subject[..slash], subject[(slash + 1)..]);
    }
}

/// <summary>A policy was set at run time.</summary>
/// <param name="Revision">Counts every change of any subject.</param>
/// <param name="Version">Counts the subject's own changes.</param>
/// <param name="Own">All that is set for the subject, as JSON in the configuration file's own form; <c>{}</c> when nothing is any more.</param>
/// <param name="From">Address of whoever did it.</param>
public sealed record PolicyOverridden(DateTimeOffset At, long Revision, string Subject, long Version, string Own, string Who, string From, string Why)
    : IGuardMessage;

/// <summary>A past change of a subject.</summary>
public sealed record PastOverride(long Version, DateTimeOffset At, string Who, string Why, string Before, string After);

/// <summary>What is set for a subject now.</summary>
/// <param name="Revision">Of its last change.</param>
public sealed record StandingOverride(string Subject, long Version, long Revision, string Own, DateTimeOffset At, string Who) : IGuardMessage;

/// <summary>What the ledger of policies is asked. There is one in the cluster.</summary>
public interface IPolicyLedgerMessage : IGuardMessage;

/// <summary>What the ledger of policies is asked and answers.</summary>
public static class PolicyLedgerCommands
{
    /// <summary>The most that may be set for one subject, in characters: it has to fit into a message between nodes.</summary>
    public const int LongestOwn = 24 * 1024;

    /// <summary>Sets a policy. Answered by a <see cref="ChangeAnswer"/> once it is journaled.</summary>
    /// <param name="Id">Of the request: one that comes again is answered again and changes nothing.</param>
    /// <param name="BasedOn">The subject's version that the change was made from.</param>
    /// <param name="Revision">The revision of the whole that it was checked against.</param>
    public sealed record Change(string Id, string Subject, string Own, long BasedOn, long Revision, DateTimeOffset At, string Who, string From, string Why)
        : IPolicyLedgerMessage;

    /// <summary>Asks to be told: of everything behind a revision now, ended by <see cref="Standing"/>, and of each change from now on.</summary>
    public sealed record Follow(long Known) : IPolicyLedgerMessage;

    /// <summary>Asks for a <see cref="PastChanges"/>.</summary>
    public sealed record GetHistory(string Subject) : IPolicyLedgerMessage;

    /// <summary>How a change ended.</summary>
    /// <param name="Version">Of the subject now.</param>
    /// <param name="Revision">Of the whole now.</param>
    public sealed record ChangeAnswer(ChangeOutcome Outcome, long Version, long Revision) : IGuardMessage;

    /// <summary>A follower has everything up to this revision.</summary>
    public sealed record Standing(long Revision) : IGuardMessage;

    /// <summary>Newest first; as many as fit into a message.</summary>
    public sealed record PastChanges(string Subject, ImmutableArray<PastOverride> Changes) : IGuardMessage;
}

/// <summary>How a change of a policy ended.</summary>
public enum ChangeOutcome : byte
{
    Done = 0,

    /// <summary>Somebody changed the subject meanwhile.</summary>
    SubjectChanged = 1,

    /// <summary>Something else was changed meanwhile: check against it and ask again.</summary>
    CheckedAgainstOld = 2,

    /// <summary>It is the same as what is set already.</summary>
    Same = 3,

    TooLong = 4,
}
