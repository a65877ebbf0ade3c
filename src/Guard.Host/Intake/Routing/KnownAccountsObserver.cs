using Guard.Actors.Users;
using Guard.Messages.Identity;
using Guard.Messages.Sites;
using Guard.Messages.Users;

namespace Guard.Host.Intake.Routing;

/// <summary>Notes every account that the entities of this node founded.</summary>
internal sealed class KnownAccountsObserver(KnownAccounts accounts) : IEntityObserver
{
    public void Awake(EntityKind kind) { }

    public void Asleep(EntityKind kind) { }

    public void Journaled(SiteId site, UserEventBatch batch, long number, UserState state, TimeSpan took)
    {
        if (state.IsFounded)
            accounts.Add(batch.User);
    }

    public void Journaled(SiteEvent change) { }

    public void JournalFailed(EntityKind kind) { }
}
