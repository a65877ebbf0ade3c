using Akka.Actor;
using Akka.Configuration;
using Akka.Dispatch;
using Akka.Dispatch.MessageQueues;

namespace Guard.Actors.Entities;

/// <summary>
/// A mailbox for entities of which a node has hundreds of thousands: Akka's own begins with a segment of 32 places, a kilobyte for each of them, most of which
/// wait for nothing.
/// </summary>
public sealed class CompactMailbox(Settings settings, Config config) : MailboxType(settings, config), IProducesMessageQueue<CompactMessageQueue>
{
    /// <summary>Gives it to every actor that stashes, as persistent actors do.</summary>
    public static string Hocon { get; } = $"akka.actor.mailbox.unbounded-deque-based.mailbox-type = \"{typeof(CompactMailbox).FullName}, Guard.Actors\"";

    public override IMessageQueue Create(IActorRef owner, ActorSystem system) => new CompactMessageQueue();
}

/// <summary>A ring that grows with what waits, and goes when nothing does any more.</summary>
public sealed class CompactMessageQueue : IMessageQueue, IUnboundedDequeBasedMessageQueueSemantics
{
    private const int Least = 2;

    private Envelope[] _ring = [];
    private int _first;
    private int _count;

    public bool HasMessages => Volatile.Read(ref _count) > 0;

    public int Count => Volatile.Read(ref _count);

    // The queue is seen by its mailbox only, so that it is its own lock: one object less for each entity.
    public void Enqueue(IActorRef receiver, Envelope envelope)
    {
        lock (this)
        {
            Grow();
            _ring[(_first + _count) & (_ring.Length - 1)] = envelope;
            _count++;
        }
    }

    public void EnqueueFirst(Envelope envelope)
    {
        lock (this)
        {
            Grow();
            _first = (_first - 1) & (_ring.Length - 1);
            _ring[_first] = envelope;
            _count++;
        }
    }

    public bool TryDequeue(out Envelope envelope)
    {
        lock (this)
        {
            if (_count == 0)
            {
                envelope = default;
                return false;
            }
            envelope = _ring[_first];
            _ring[_first] = default;
            _first = (_first + 1) & (_ring.Length - 1);
            if (--_count == 0)
                (_ring, _first) = ([], 0);
            return true;
        }
    }

    public void CleanUp(IActorRef owner, IMessageQueue deadletters)
    {
        while (TryDequeue(out var envelope))
            deadletters.Enqueue(owner, envelope);
    }

    private void Grow()
    {
        if (_count < _ring.Length)
            return;
        var ring = new Envelope[Math.Max(Least, _ring.Length * 2)];
        for (var i = 0; i < _count; i++)
            ring[i] = _ring[(_first + i) & (_ring.Length - 1)];
        (_ring, _first) = (ring, 0);
    }
}
