using System.Collections.Immutable;
using Akka.Actor;
using Akka.Persistence;
using Guard.Actors.Entities;
using Guard.Actors.Users;
using Guard.Messages.Identity;
using Guard.Messages.Policies;
using Guard.Messages.Sites;
using Guard.Messages.Users;

namespace Guard.Actors.Sites;

/// <summary>What a site tells its accounts besides policies.</summary>
internal sealed record SiteTerms(Rung Rung, long Until, long Since, SitePrior Prior, ImmutableArray<PlannedException> Planned)
{
    public static SiteTerms Unknown { get; } = new(Rung.Normal, 0, 0, SitePrior.None, []);
}

/// <summary>What a site and its branches have in common: who holds their slices and hears of changes, rows and snapshots, and what cannot be read.</summary>
public abstract class LeasingEntity : UntypedPersistentActor, IWithTimers
{
    protected static readonly TimeSpan TryUnreadAgain = TimeSpan.FromMinutes(5);

    private readonly HashSet<UserId> _holders = [];
    private bool _isUnreadable;
    private int _rowsSinceSnapshot;
    private SnapshotCleaning _cleaning;

    protected LeasingEntity(SiteId site, string persistenceId, SiteActorContext context)
    {
        Site = site;
        Shared = context;
        Policies = context.Policies.Current.For(site);
        PersistenceId = persistenceId;
        (JournalPluginId, SnapshotPluginId) = JournalParts.Of(Context.System).PluginsOf(persistenceId);
        Context.SetReceiveTimeout(context.Options.PassivateAfter * 10);
    }

    public override string PersistenceId { get; }

    public ITimerScheduler Timers { get; set; } = null!;

    protected SiteId Site { get; }

    protected SiteActorContext Shared { get; }

    protected SitePolicies Policies { get; private set; }

    protected int Holders => _holders.Count;

    /// <summary>What snapshots store.</summary>
    protected abstract object Stored { get; }

    /// <summary>How many it has out now.</summary>
    protected abstract int Slices { get; }

    /// <summary>A snapshot writes all slices: the more are out, the more rows it stands for, so that its cost of a row stays the same.</summary>
    private int SnapshotEvery => Shared.Options.SnapshotEvery + (Slices / 8);

    /// <summary>Somebody asked, and <see cref="DecideAll"/> is on its way.</summary>
    protected abstract bool IsDecisionDue { get; }

    /// <summary>Null while they are not known.</summary>
    private protected abstract SiteTerms? Terms { get; }

    protected override void PreStart()
    {
        Context.System.EventStream.Subscribe(Self, typeof(PolicyReloaded));
        base.PreStart();
    }

    protected override void PostStop()
    {
        Context.System.EventStream.Unsubscribe(Self);
        base.PostStop();
    }

    protected override void OnRecover(object message)
    {
        switch (message)
        {
            case UnreadableState:
            case SnapshotOffer { Snapshot: UnreadableState }:
                _isUnreadable = true;
                break;
            case not RecoveryCompleted when _isUnreadable:
                break;
            case RecoveryCompleted when _isUnreadable:
                Forget();
                Timers.StartSingleTimer(nameof(TryUnreadAgain), ReceiveTimeout.Instance, TryUnreadAgain);
                break;
            case RecoveryCompleted:
                Recovered();
                break;
            case SnapshotOffer { Snapshot: var stored } when Restore(stored):
                break;
            case var change when Replay(change):
                _rowsSinceSnapshot++;
                break;
            default:
                throw new InvalidOperationException($"{PersistenceId} cannot recover from {message.GetType().Name}");
        }
    }

    protected sealed override void OnCommand(object message)
    {
        // Behind what was asked before.
        if (message is StopEntity && IsDecisionDue)
            Self.Tell(message, Sender);
        else if (message is StopEntity)
            Context.Stop(Self);
        else if (_isUnreadable && message is ReceiveTimeout)
            Leave();
        else if (_isUnreadable)
            ServeUnread(message);
        else if (!_cleaning.Took(message, this, Log, Shared.Options.KeepEvents))
            Serve(message);
    }

    /// <summary>False for what is no snapshot of this entity.</summary>
    protected abstract bool Restore(object stored);

    /// <summary>False for what is no event of this entity.</summary>
    protected abstract bool Replay(object change);

    protected abstract void Recovered();

    /// <summary>What was stored cannot be read: nothing of it is kept.</summary>
    protected abstract void Forget();

    protected abstract void Serve(object message);

    /// <summary>What comes while the stored state cannot be read. Nothing is written, so that whoever can read it finds it as it was.</summary>
    protected abstract void ServeUnread(object message);

    protected void Leave() => Context.Parent.Tell(new Akka.Cluster.Sharding.Passivate(StopEntity.Instance));

    /// <summary>Who asks hears of changes from now on; a branch's lots are one holder.</summary>
    protected void Hold(UserId holder) => _holders.Add(LotId.TryParse(holder, out var lot) ? lot.Branch.Holder : holder);

    protected void LetGo(UserId holder) => _holders.Remove(holder);

    protected void Record<TEvent>(ImmutableArray<TEvent> events, Action<TEvent> apply, Action then)
    {
        if (events.IsEmpty)
        {
            // An empty write reaches Akka.Persistence.Sql as a batch without messages, which it fails on.
            then();
            return;
        }
        PersistAll(
            events,
            change =>
            {
                apply(change);
                _rowsSinceSnapshot++;
            },
            () =>
            {
                then();
                if (_rowsSinceSnapshot >= SnapshotEvery)
                {
                    _rowsSinceSnapshot = 0;
                    SaveSnapshot(Stored);
                }
            }
        );
    }

    /// <summary>Whether anything of it is another policy now.</summary>
    protected bool Reload(PolicyBook book)
    {
        var before = Policies;
        Policies = book.For(Site);
        // What did not change is the same object: then nobody needs to hear of it.
        return !ReferenceEquals(before.Policy, Policies.Policy) || !ReferenceEquals(before.Users, Policies.Users);
    }

    /// <summary>Every holder hears of the terms.</summary>
    protected virtual void Push()
    {
        if (Terms is not { } terms)
            return;
        foreach (var user in _holders)
            RegionOf(user).Tell(Changed(user, terms));
    }

    private protected LeaseChanged Changed(UserId holder, SiteTerms terms) =>
        new(Site, holder, Shared.Policies.Current.Version, Policies.For(holder), Policies.Policy, terms.Rung)
        {
            SiteUntil = terms.Until,
            SiteSince = terms.Since,
            Prior = terms.Prior,
            SitePlanned = terms.Planned,
        };

    /// <summary>Where a holder is: an account, or a branch for its lot.</summary>
    protected IActorRef RegionOf(UserId holder) => LotId.TryParse(holder, out _) ? Shared.Branches() : Shared.Users();

    protected LeaseGranted Answer(SiteCommands.RequestLease request, HeldSlice granted)
    {
        var terms = Terms ?? SiteTerms.Unknown;
        return new LeaseGranted(
            Site,
            request.User,
            request.RequestId,
            granted.LeaseId,
            DateTimeOffset.FromUnixTimeMilliseconds(granted.Expires),
            Shared.Policies.Current.Version,
            Policies.For(request.User),
            Policies.Policy,
            terms.Rung,
            granted.Amounts
        )
        {
            SiteUntil = terms.Until,
            SiteSince = terms.Since,
            Prior = terms.Prior,
            SitePlanned = terms.Planned,
        };
    }

    protected override void OnPersistFailure(Exception cause, object @event, long sequenceNr)
    {
        Shared.Observer.JournalFailed(EntityKind.Site);
        Shared.Trouble.Tell(Log, PersistenceId, cause);
    }

    protected override void OnRecoveryFailure(Exception reason, object? message = null) => Shared.Trouble.Tell(Log, PersistenceId, reason);

    /// <summary>Who asked while something was written is decided together, in one write.</summary>
    protected sealed class DecideAll : INotInfluenceReceiveTimeout, INoSerializationVerificationNeeded
    {
        public static readonly DecideAll Instance = new();
    }
}
