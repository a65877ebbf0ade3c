using System.Net.Sockets;
using Guard.Host.Configuration;
using Guard.Host.Platform;
using Serilog;

namespace Guard.Host.Intake.Sockets;

/// <summary>
/// The door of one listener: finds out who comes, once for each connection, and gives them a place. Who is not known is told of once an hour, with how often
/// they came; their few places are for being answered that nothing is known.
/// </summary>
public sealed class ConnectionDoor
{
    /// <summary>Places of all who are not known; they are not looked at, so few are enough.</summary>
    private const int MaxStrangers = 32;

    private static readonly TimeSpan TellAgain = TimeSpan.FromHours(1);

    private readonly string _name;
    private readonly AllowedPeers _allowed;
    private readonly ConnectionTable _table;
    private readonly MalformedWarnings _refusals;
    private readonly ILogger _log;
    private long _unknown;
    private long _full;
    private int _waiting;

    /// <param name="name">The protocol's, for the log.</param>
    /// <param name="key">Where the configuration says who may come, such as <c>intake.postfix-policy</c>.</param>
    public ConnectionDoor(string name, string key, AllowedPeers allowed, int maxConnections, ILogger log)
    {
        (_name, Key, _allowed, _log) = (name, key, allowed, log);
        Max = Math.Min(maxConnections, DescriptorLimit.OfListener);
        _table = new ConnectionTable(Max, Math.Min(MaxStrangers, Math.Max(1, Max / 4)));
        _refusals = new MalformedWarnings(name, TimeProvider.System, log, TellAgain);
    }

    /// <summary>A door that is open to all, for what stands behind it.</summary>
    internal static ConnectionDoor Wide(string name, int maxConnections, ILogger log) => new(name, "intake", AllowedPeers.Any, maxConnections, log);

    public string Key { get; }

    /// <summary>Connections at a time, within what the process may open.</summary>
    public int Max { get; }

    public int Open => _table.Open;

    /// <summary>Connections of those that are not heard.</summary>
    public long Unknown => Interlocked.Read(ref _unknown);

    /// <summary>Idle connections that made room for others.</summary>
    public long WereCut => _table.WereCut;

    /// <summary>Connections closed at once because all others were being served.</summary>
    public long Refused => _table.Refused;

    /// <summary>Connections that were accepted and have not been looked at.</summary>
    internal int Waiting => Volatile.Read(ref _waiting);

    internal int MaxWaiting => Math.Clamp(Max / 2, 1, 64);

    /// <summary>A connection was accepted by somebody who asks for its place later.</summary>
    internal void Arrive() => Interlocked.Increment(ref _waiting);

    /// <summary>A connection that has arrived is looked at.</summary>
    internal void Enter() => Interlocked.Decrement(ref _waiting);

    /// <summary>Whether a datagram's sender is heard; who is not is counted and told of.</summary>
    internal bool Hears(Peer peer)
    {
        if (_allowed.Allows(peer))
            return true;
        Count(peer);
        return false;
    }

    /// <summary>A place for a connection; null: there is none.</summary>
    internal (ConnectionLease? Lease, Peer Peer) Admit(Socket connection, Action cut)
    {
        var peer = Peer.Of(connection);
        var known = _allowed.Allows(peer);
        if (!known)
            Count(peer);
        var cuts = _table.WereCut;
        var lease = _table.Admit(peer.ToString(), known, cut);
        if (lease is null || _table.WereCut != cuts)
            TellFull();
        return (lease, peer);
    }

    private void Count(Peer peer)
    {
        Interlocked.Increment(ref _unknown);
        _refusals.Tell($"{peer}", $"{AllowedPeers.Refusal(peer, Key)}, and is not heard");
    }

    private void TellFull()
    {
        if (long.IsPow2(Interlocked.Increment(ref _full)))
            _log.Warning(
                "{Name:l}: more than {Max} connections; idle ones are closed for new ones: {Cut} so far, {Refused} were turned away",
                _name,
                Max,
                _table.WereCut,
                _table.Refused
            );
    }
}
