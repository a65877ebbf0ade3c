using System.Net;
using System.Net.Sockets;
using Guard.Host.Intake.Sockets;
using Guard.Host.Platform;

namespace Guard.Host.Intake.Syslog;

/// <summary>
/// Whose datagrams are heard. Who holds a port of this machine is asked for once a second at most, so that a busy sender costs one question. Only for one
/// thread at a time.
/// </summary>
internal sealed class SyslogPeers(ConnectionDoor door, TimeProvider time)
{
    private const int MaxKept = 1024;

    private static readonly TimeSpan Holds = TimeSpan.FromSeconds(1);

    private readonly Dictionary<IPEndPoint, (DateTimeOffset At, bool Heard)> _kept = [];

    /// <summary>Connections and datagrams that were not let in.</summary>
    public long Refused => door.Unknown;

    public bool Hears(IPEndPoint from, IPEndPoint local)
    {
        var now = time.GetUtcNow();
        if (_kept.TryGetValue(from, out var kept) && now - kept.At < Holds && kept.Heard)
            return true;
        if (_kept.Count >= MaxKept)
            _kept.Clear();
        var heard = door.Hears(Peer.Of(ProtocolType.Udp, from, local));
        _kept[from] = (now, heard);
        return heard;
    }
}
