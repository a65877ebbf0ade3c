namespace Guard.Host.Intake.Sockets;

/// <summary>A connection's place in its listener. Who says nothing has to go first when there is no more room; while a question is at work nobody has
/// to.</summary>
internal sealed class ConnectionLease
{
    private readonly ConnectionTable _table;
    private readonly Action _cut;

    internal ConnectionLease(ConnectionTable table, string source, bool isKnown, Action cut) => (_table, Source, IsKnown, _cut) = (table, source, isKnown, cut);

    /// <summary>A user of this machine, or an address.</summary>
    public string Source { get; }

    /// <summary>Whether what it says is heard.</summary>
    public bool IsKnown { get; }

    /// <summary>In which of its source's lists it waits; null while it is at work, or has gone.</summary>
    internal LinkedList<ConnectionLease>? Waiting { get; set; }

    internal LinkedListNode<ConnectionLease>? Node { get; set; }

    internal bool HasGone { get; set; }

    /// <summary>A question is at work.</summary>
    public void Work() => _table.Work(this);

    /// <summary>The peer was answered, and is waited for.</summary>
    public void Rest() => _table.Rest(this);

    /// <summary>The connection has ended.</summary>
    public void Leave() => _table.Leave(this);

    internal void Cut() => _cut();
}
