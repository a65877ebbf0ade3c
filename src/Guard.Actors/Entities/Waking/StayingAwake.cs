using Akka.Actor;
using Guard.Messages.Waking;

namespace Guard.Actors.Entities.Waking;

/// <summary>An entity's side of its waker: what was noted, what is asked for, and what waits for it. Lives inside the entity.</summary>
internal sealed class StayingAwake(WakeKey key, Wakers? wakers, IActorRef self)
{
    private DateTimeOffset? _noted;
    private Action? _then;

    /// <summary>Asked for and not yet noted.</summary>
    public WakeEntry? Wanted { get; private set; }

    /// <summary>Something waits until it is noted.</summary>
    public bool IsWaiting => _then is not null;

    /// <summary>Whether something has to wait until the waker knows of the entity; it is done then.</summary>
    public bool MustWait(DateTimeOffset due, long number, Action then)
    {
        if (wakers is null || _noted is not null)
            return false;
        Wanted = new WakeEntry(key, number, due);
        _then = then;
        Ask();
        return true;
    }

    /// <summary>Tells the waker how things stand, when it has to know.</summary>
    /// <param name="due">From when the entity has to be awake; null when it may sleep.</param>
    /// <param name="number">The entity's last number in the journal.</param>
    public void Tell(DateTimeOffset? due, long number)
    {
        var known = _noted ?? Wanted?.Due;
        // To be woken too early is harmless: it answers then with what has become of it.
        if (due is null ? known is not null : known is null || known > due)
            Answer(due, number);
    }

    /// <summary>Tells the waker how things stand, since it asked.</summary>
    public void Answer(DateTimeOffset? due, long number)
    {
        if (wakers is null || _then is not null)
            return;
        if (due is { } at)
        {
            if (_noted == at)
                return;
            Wanted = new WakeEntry(key, number, at);
            Ask();
            return;
        }
        Wanted = null;
        _noted = null;
        // A note may have gone out with the number of a write that failed.
        wakers.Drop(key, number + 1);
    }

    /// <summary>Asks again for what is not noted yet.</summary>
    public void Ask()
    {
        if (Wanted is { } entry)
            wakers?.Note(entry, self);
    }

    /// <summary>The waker has it. An answer to something older is passed over.</summary>
    public void Noted(AwakeNoted answer)
    {
        if (Wanted is not { } entry || answer.Number != entry.Number)
            return;
        _noted = entry.Due;
        Wanted = null;
        var then = _then;
        _then = null;
        then?.Invoke();
    }
}
