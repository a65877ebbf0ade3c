using Akka.Actor;
using Guard.Actors.Enforcement;
using Guard.Actors.Policies.Geography;
using Guard.Messages.Enforcement;
using Guard.Messages.Intake;

namespace Guard.Host.Intake.DovecotAuthPolicy;

/// <summary>Journals every change of the lists before it holds and before it is answered. The lists themselves are what was folded from its events.</summary>
internal sealed class AccessListLedger : LedgerActor<AccessListEvent>
{
    private readonly AccessList _black;
    private readonly AccessList _white;
    private readonly TimeProvider _clock;

    public AccessListLedger(string node, AccessList black, AccessList white, TimeProvider clock, int snapshotEvery)
        : base($"access-lists-{node}", snapshotEvery, TimeSpan.FromMinutes(1)) => (_black, _white, _clock) = (black, white, clock);

    public static Props Props(string node, AccessList black, AccessList white, TimeProvider clock, int snapshotEvery) =>
        Akka.Actor.Props.Create(() => new AccessListLedger(node, black, white, clock, snapshotEvery));

    protected override void Apply(AccessListEvent change)
    {
        if (change is AccessEntryAdded)
            Of(change.Entry.List).Add(Entry(change.Entry), change.At);
        else
            Of(change.Entry.List).Remove(Key(change.Entry));
    }

    protected override bool Restore(object snapshot)
    {
        if (snapshot is not AccessListsSnapshot stored)
            return false;
        foreach (var entry in stored.Entries)
            Of(entry.List).Add(Entry(entry), DateTimeOffset.MinValue);
        return true;
    }

    protected override object Snapshot() => new AccessListsSnapshot([.. All(AccessListKind.Black), .. All(AccessListKind.White)]);

    protected override void Look(bool first)
    {
        // Entries end by themselves, and what has ended is passed over by whoever looks.
    }

    protected override void Handle(object message)
    {
        var asker = Sender;
        switch (message)
        {
            case Add add when !Of(add.List).HasRoomFor(add.Entry.Key, _clock.GetUtcNow()):
                asker.Tell(new Answer(false));
                break;
            case Add add:
                Record(new AccessEntryAdded(_clock.GetUtcNow(), Stored(add.List, add.Entry)), () => asker.Tell(new Answer(true)));
                break;
            case Remove remove when !Of(remove.List).Holds(remove.Key):
                asker.Tell(new Answer(true));
                break;
            case Remove remove:
                Record(
                    new AccessEntryRemoved(_clock.GetUtcNow(), Stored(remove.List, new AccessEntry(remove.Key, default, ""))),
                    () => asker.Tell(new Answer(true))
                );
                break;
            case AwaitLoaded:
                asker.Tell(new Answer(true));
                break;
            default:
                Unhandled(message);
                break;
        }
    }

    private IEnumerable<StoredAccessEntry> All(AccessListKind list) => Of(list).Entries(_clock.GetUtcNow()).Select(entry => Stored(list, entry));

    private AccessList Of(AccessListKind list) =>
        list switch
        {
            AccessListKind.Black => _black,
            AccessListKind.White => _white,
            _ => throw new InvalidOperationException($"unknown list {list}: written by a newer version?"),
        };

    private static StoredAccessEntry Stored(AccessListKind list, AccessEntry entry) =>
        new(list, entry.Key.Network is { } network ? new BlockedNetwork(network.Network, network.Length) : null, entry.Key.Login, entry.Expires, entry.Reason)
        {
            Ja3 = entry.Key.Ja3,
        };

    private static AccessEntry Entry(StoredAccessEntry stored) => new(Key(stored), stored.Expires, stored.Reason);

    private static AccessKey Key(StoredAccessEntry stored) =>
        AccessKey.From(stored.Network is { } network ? new NetworkPrefix(network.Address, network.Length) : null, stored.Login, stored.Ja3)
        ?? throw new InvalidOperationException("an entry about nothing");

    public sealed record Add(AccessListKind List, AccessEntry Entry) : INoSerializationVerificationNeeded;

    public sealed record Remove(AccessListKind List, AccessKey Key) : INoSerializationVerificationNeeded;

    /// <summary>Answered when the journal was read.</summary>
    public sealed record AwaitLoaded : INoSerializationVerificationNeeded;

    /// <param name="Done">False: the list is full.</param>
    public sealed record Answer(bool Done) : INoSerializationVerificationNeeded;
}
