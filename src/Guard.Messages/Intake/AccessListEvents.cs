using System.Collections.Immutable;
using Guard.Messages.Enforcement;

namespace Guard.Messages.Intake;

/// <summary>The two lists that clients of the auth policy calls keep.</summary>
public enum AccessListKind : byte
{
    Black = 1,
    White = 2,
}

/// <summary>An entry of one of the lists, as it is stored.</summary>
/// <param name="Network">Null: from everywhere.</param>
/// <param name="Login">In lower case; empty: whoever logs in from there.</param>
public sealed record StoredAccessEntry(AccessListKind List, BlockedNetwork? Network, string Login, DateTimeOffset Expires, string Reason)
{
    /// <summary>Fingerprint of a client's TLS; empty: any client.</summary>
    public string Ja3 { get; init; } = "";
}

/// <summary>One thing that happened to the lists.</summary>
public abstract record AccessListEvent(DateTimeOffset At, StoredAccessEntry Entry) : IGuardMessage;

/// <summary>An entry was added, or given another end.</summary>
public sealed record AccessEntryAdded(DateTimeOffset At, StoredAccessEntry Entry) : AccessListEvent(At, Entry);

/// <summary>An entry was removed before its end; only what it is about matters.</summary>
public sealed record AccessEntryRemoved(DateTimeOffset At, StoredAccessEntry Entry) : AccessListEvent(At, Entry);

/// <summary>Both lists as a whole.</summary>
public sealed record AccessListsSnapshot(ImmutableArray<StoredAccessEntry> Entries) : IGuardMessage;
