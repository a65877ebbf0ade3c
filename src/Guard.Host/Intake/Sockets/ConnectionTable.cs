namespace Guard.Host.Intake.Sockets;

/// <summary>
/// Who is connected to one listener. It has a bound; when it is reached, somebody who is idle makes room, never somebody who is served: first of those that are
/// not known, then of the source that has most, and there who has not said anything yet before who has been silent longest. So nobody keeps others out by
/// holding connections. Thread-safe.
/// </summary>
internal sealed class ConnectionTable(int max, int maxStrangers)
{
    private readonly Lock _gate = new();
    private readonly Dictionary<(bool Known, string Source), Group> _groups = [];
    private int _open;
    private int _strangers;
    private long _cut;
    private long _refused;

    public int Open => Volatile.Read(ref _open);

    /// <summary>Idle connections that made room for others.</summary>
    public long WereCut => Interlocked.Read(ref _cut);

    /// <summary>Connections for which there was no room: all others were being served.</summary>
    public long Refused => Interlocked.Read(ref _refused);

    /// <summary>A place for a new connection; null: there is none.</summary>
    /// <param name="cut">Ends the connection from outside; called outside of locks, once at most.</param>
    public ConnectionLease? Admit(string source, bool isKnown, Action cut)
    {
        ConnectionLease? victim = null;
        ConnectionLease lease;
        lock (_gate)
        {
            if (!isKnown && _strangers >= maxStrangers && (victim = IdleOf(known: false)) is null || _open >= max && (victim ??= Idle()) is null)
            {
                _refused++;
                return null;
            }
            if (victim is not null)
            {
                Remove(victim);
                _cut++;
            }
            lease = new ConnectionLease(this, source, isKnown, cut);
            if (!_groups.TryGetValue((isKnown, source), out var group))
                _groups.Add((isKnown, source), group = new Group());
            group.Count++;
            _open++;
            _strangers += isKnown ? 0 : 1;
            Wait(lease, group.Silent);
        }
        victim?.Cut();
        return lease;
    }

    internal void Work(ConnectionLease lease)
    {
        lock (_gate)
            Unlist(lease);
    }

    internal void Rest(ConnectionLease lease)
    {
        lock (_gate)
        {
            if (lease.Waiting is null && _groups.TryGetValue((lease.IsKnown, lease.Source), out var group) && !lease.HasGone)
                Wait(lease, group.Spoken);
        }
    }

    internal void Leave(ConnectionLease lease)
    {
        lock (_gate)
            Remove(lease);
    }

    private ConnectionLease? Idle() => IdleOf(known: false) ?? IdleOf(known: true);

    /// <summary>Of the source that has most connections and an idle one among them. Sources are few, unless each has few.</summary>
    private ConnectionLease? IdleOf(bool known)
    {
        Group? most = null;
        foreach (var (key, group) in _groups)
        {
            if (key.Known == known && group.First is not null && (most is null || group.Count > most.Count))
                most = group;
        }
        return most?.First;
    }

    private void Remove(ConnectionLease lease)
    {
        if (lease.HasGone)
            return;
        lease.HasGone = true;
        Unlist(lease);
        _open--;
        _strangers -= lease.IsKnown ? 0 : 1;
        if (--_groups[(lease.IsKnown, lease.Source)].Count == 0)
            _groups.Remove((lease.IsKnown, lease.Source));
    }

    private static void Wait(ConnectionLease lease, LinkedList<ConnectionLease> list) => (lease.Waiting, lease.Node) = (list, list.AddLast(lease));

    private static void Unlist(ConnectionLease lease)
    {
        if (lease is { Waiting: { } list, Node: { } node })
            list.Remove(node);
        (lease.Waiting, lease.Node) = (null, null);
    }

    private sealed class Group
    {
        public int Count { get; set; }

        /// <summary>Who has not said anything yet, oldest first.</summary>
        public LinkedList<ConnectionLease> Silent { get; } = new();

        /// <summary>Who was served and is silent since, longest first.</summary>
        public LinkedList<ConnectionLease> Spoken { get; } = new();

        public ConnectionLease? First => (Silent.First ?? Spoken.First)?.Value;
    }
}
