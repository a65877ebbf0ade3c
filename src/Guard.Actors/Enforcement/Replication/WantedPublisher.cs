using System.Collections.Immutable;
using System.Diagnostics;
using Akka.Actor;
using Akka.Event;
using Guard.Messages.Enforcement;

namespace Guard.Actors.Enforcement.Replication;

/// <summary>
/// Passes on to every node what the ledgers of the cluster want: each change as it comes, what a node has missed when it tells that it lags, and everything, in
/// parts, to a node that is new. Stands for the workers that a ledger tells on a single machine.
/// </summary>
public sealed class WantedPublisher : ReceiveActor
{
    private const int MaxPerPart = 1000;
    private const int ChangesKept = 1024;

    private static readonly TimeSpan Again = TimeSpan.FromSeconds(5);

    private readonly ILoggingAdapter _log = Context.GetLogger();
    private readonly Dictionary<IActorRef, (long Number, long At)> _followers = [];
    private readonly Queue<WantedChanged> _changes = new();
    private readonly string _epoch;
    private readonly bool _hasFirewall;
    private WantedEverything _wanted = WantedEverything.Nothing;
    private bool _blocksKnown;
    private bool _limitsKnown;
    private bool _locksKnown;
    private long _number = 1;

    /// <param name="hasFirewall">Whether the ledger of blocks and limits will tell; else locks are all that is waited for.</param>
    public WantedPublisher(TimeProvider clock, bool hasFirewall)
    {
        (_hasFirewall, _blocksKnown, _limitsKnown) = (hasFirewall, !hasFirewall, !hasFirewall);
        _epoch = $"{Self.Path.Uid}/{clock.GetUtcNow().UtcTicks}";
        Receive<FollowWanted>(Follow);
        Receive<Terminated>(gone => _followers.Remove(gone.ActorRef));
        ReceiveAny(message =>
        {
            if (_wanted.Read(message) is { } change)
                Publish(message, change);
            else
                Unhandled(message);
        });
    }

    public static Props Props(TimeProvider clock, bool hasFirewall) => Akka.Actor.Props.Create(() => new WantedPublisher(clock, hasFirewall));

    private bool IsReady => _blocksKnown && _limitsKnown && _locksKnown;

    private void Publish(object word, WantedChange change)
    {
        _blocksKnown |= word is WantedState.AllBlocks;
        _limitsKnown |= word is WantedState.AllLimits;
        _locksKnown |= word is WantedState.AllLocks;
        // As with each block, which ends the limit of its address whether or not there is one.
        if (SizeOf(change) == 0)
            return;
        _wanted = _wanted.Apply(change);
        var changed = new WantedChanged(new WantedMark(_epoch, ++_number), change);
        _changes.Enqueue(changed);
        if (_changes.Count > ChangesKept)
            _changes.Dequeue();
        // Too much for one message at once: whoever lags asks.
        if (!IsReady || SizeOf(change) > MaxPerPart)
            return;
        foreach (var follower in _followers.Keys)
            follower.Tell(changed);
    }

    private void Follow(FollowWanted follow)
    {
        if (_followers.TryAdd(Sender, default))
            Context.Watch(Sender);
        // Before the ledgers have told all, everything would be too little, and a node would lift what shall stand.
        if (!IsReady || follow.Mark == new WantedMark(_epoch, _number))
            return;
        if (follow.Mark.Epoch == _epoch && _changes.TryPeek(out var oldest) && oldest.Mark.Number <= follow.Mark.Number + 1)
        {
            var missed = _changes.Where(change => change.Mark.Number > follow.Mark.Number).ToArray();
            if (missed.Sum(change => SizeOf(change.Change)) <= MaxPerPart)
            {
                foreach (var change in missed)
                    Sender.Tell(change);
                return;
            }
        }
        var sent = _followers[Sender];
        if (sent.Number > follow.Mark.Number && sent.At != 0 && Stopwatch.GetElapsedTime(sent.At) < Again)
            return;
        _followers[Sender] = (_number, Stopwatch.GetTimestamp());
        SendWhole(follow);
    }

    private void SendWhole(FollowWanted follow)
    {
        StandingBlockEntry[] blocks = _hasFirewall ? [.. _wanted.Blocks.Values] : [];
        StandingBlockEntry[] limits = _hasFirewall ? [.. _wanted.Limits.Values] : [];
        LockEntry[] locks = [.. _wanted.Locks.Values];
        var parts = Math.Max(1, (Math.Max(Math.Max(blocks.Length, limits.Length), locks.Length) + MaxPerPart - 1) / MaxPerPart);
        _log.Info("{Node} is brought into line: {Blocks} blocks, {Limits} limits, {Locks} locks", follow.Node, blocks.Length, limits.Length, locks.Length);
        for (var part = 0; part < parts; part++)
            Sender.Tell(
                new WantedWhole(new WantedMark(_epoch, _number), part, parts, Slice(blocks, part), Slice(locks, part)) { Limits = Slice(limits, part) }
            );
    }

    private static int SizeOf(WantedChange change) =>
        change.Blocks.Length + change.Unblocked.Length + change.Limits.Length + change.Unlimited.Length + change.Locks.Length + change.Unlocked.Length;

    private static ImmutableArray<T> Slice<T>(T[] all, int part) => [.. all.Skip(part * MaxPerPart).Take(MaxPerPart)];
}
