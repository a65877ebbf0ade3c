using System.Collections.Immutable;
using Guard.Messages.Identity;

namespace Guard.Messages.Waking;

/// <summary>A message for one of the wakers.</summary>
public interface IWithWakerId : IGuardMessage
{
    string Waker { get; }
}

/// <summary>What a waker is told.</summary>
public static class WakerCommands
{
    /// <summary>An entity is about to owe something to time or to others. Answered with <see cref="AwakeNoted"/> once it is journaled.</summary>
    public sealed record Note(string Waker, WakeEntry Entry) : IWithWakerId;

    /// <summary>An entity owes nothing any more. Not answered: what gets lost is asked for again.</summary>
    /// <param name="Number">Later notes than this one stay.</param>
    public sealed record Drop(string Waker, WakeKey Key, long Number) : IWithWakerId;

    /// <summary>Makes sure that the waker lives.</summary>
    public sealed record Ping(string Waker) : IWithWakerId;
}

/// <summary>The waker's journal has the entity.</summary>
public sealed record AwakeNoted(WakeKey Key, long Number) : IGuardMessage;

/// <summary>Wakes a user; it answers its waker with what it still owes.</summary>
public sealed record WakeUser(UserId User) : IWithUserId;

/// <summary>Wakes a site.</summary>
public sealed record WakeSite(SiteId Site) : IWithSiteId;

/// <summary>Entities were noted or dropped.</summary>
public sealed record WakerChanged(ImmutableArray<WakeEntry> Noted, ImmutableArray<WakeKey> Dropped) : IGuardMessage;

/// <summary>Every entity that a waker knows.</summary>
public sealed record WakerSnapshot(ImmutableArray<WakeEntry> Entries) : IGuardMessage;
