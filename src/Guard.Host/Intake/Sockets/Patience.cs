namespace Guard.Host.Intake.Sockets;

/// <summary>
/// How long a peer may be silent between requests and how long one request may take to arrive. A connection whose peer used it up is over, so one
/// token serves the connection's whole life.
/// </summary>
internal sealed class Patience(TimeSpan idle, TimeSpan slow, ConnectionLease lease, CancellationToken stop) : IDisposable
{
    private readonly CancellationTokenSource _source = CancellationTokenSource.CreateLinkedTokenSource(stop);
    private bool _within;

    public CancellationToken Token => _source.Token;

    /// <summary>Cancelled because of the peer, not because the guard stops.</summary>
    public bool IsUsedUp => _source.IsCancellationRequested && !stop.IsCancellationRequested;

    /// <summary>Whether what the peer says is to be looked at.</summary>
    public bool IsHeard => lease.IsKnown;

    /// <summary>Nothing of the next request has come yet.</summary>
    public void AwaitNext()
    {
        _within = false;
        lease.Rest();
        _source.CancelAfter(idle);
    }

    /// <summary>A part of a request is here: the rest has to follow, however many pieces it is sent in.</summary>
    public void AwaitRest()
    {
        if (_within)
            return;
        _within = true;
        _source.CancelAfter(slow);
    }

    /// <summary>The guard is at work; the peer is not to blame for the time.</summary>
    public void Pause()
    {
        lease.Work();
        _source.CancelAfter(Timeout.InfiniteTimeSpan);
    }

    public void Dispose() => _source.Dispose();
}
