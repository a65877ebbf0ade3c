using Guard.Messages.Identity;
using Guard.Messages.Sites;
using Guard.Messages.Users;

namespace Guard.Actors.Users;

/// <summary>The kinds of entities.</summary>
public enum EntityKind
{
    User,
    Site,
}

/// <summary>Hears what the entities of this node did, for inspection and metrics. Called on their threads: it must be quick and may not throw.</summary>
public interface IEntityObserver
{
    void Awake(EntityKind kind);

    void Asleep(EntityKind kind);

    /// <summary>A user's write is in the journal.</summary>
    /// <param name="number">Of the write in the user's own journal: the later of two has the higher one, on whichever nodes they were made.</param>
    /// <param name="state">The user's state after it.</param>
    /// <param name="took">From handing it to the journal until it was applied.</param>
    void Journaled(SiteId site, UserEventBatch batch, long number, UserState state, TimeSpan took);

    void Journaled(SiteEvent change);

    void JournalFailed(EntityKind kind);

    /// <summary>A write of addresses is in the journal.</summary>
    void Journaled(Messages.Addresses.AddressEventBatch batch) { }

    /// <summary>A site asks slices back, since another account needs what is left of them.</summary>
    void LeasesRecalled(SiteId site, int count) { }

    /// <summary>How many slices a site has out; 0 when it leaves this node.</summary>
    void LeasesOut(SiteId site, int held) { }
}

/// <summary>Hears nothing.</summary>
internal sealed class NoObserver : IEntityObserver
{
    public static readonly NoObserver Instance = new();

    public void Awake(EntityKind kind) { }

    public void Asleep(EntityKind kind) { }

    public void Journaled(SiteId site, UserEventBatch batch, long number, UserState state, TimeSpan took) { }

    public void Journaled(SiteEvent change) { }

    public void JournalFailed(EntityKind kind) { }
}
