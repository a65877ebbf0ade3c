using Guard.Host.Enforcement.Firewall;

namespace Guard.Host.Enforcement.Nftables;

/// <summary>
/// Hears from the kernel (NFNLGRP_NFTABLES) that another program removed or changed the guard's table. It takes CAP_NET_ADMIN, which whoever writes the table
/// has anyway (docs/decisions/0020).
/// </summary>
internal sealed class NftWatch : IDisposable
{
    private const int Group = 7;
    private const int LookUp = 500;
    private const int BufferSize = 1 << 18;

    private readonly NetlinkSocket _socket;
    private readonly Func<NftChange, bool> _isOwn;
    private readonly Action<FirewallDisturbance> _changed;
    private readonly Thread _thread;
    private volatile bool _stopped;

    /// <param name="isOwn">Whether it was the guard itself.</param>
    /// <exception cref="IOException">The kernel does not let this process hear.</exception>
    public NftWatch(Func<NftChange, bool> isOwn, Action<FirewallDisturbance> changed)
    {
        (_socket, _isOwn, _changed) = (NetlinkSocket.Hear(Group), isOwn, changed);
        _thread = new Thread(Hear) { IsBackground = true, Name = "nftables events" };
        _thread.Start();
    }

    private void Hear()
    {
        var events = new NftEvents(NftNames.TableName);
        var buffer = new byte[BufferSize];
        try
        {
            while (!_stopped)
            {
                var count = _socket.Receive(buffer, LookUp);
                var found =
                    _socket.Overran ? new NftChange(false, "", 0)
                    : count > 0 ? events.Read(buffer.AsSpan(0, count))
                    : null;
                if (count == 0)
                    events.Forget();
                if (found is { } change && !_isOwn(change))
                    _changed(new FirewallDisturbance(change.Removed, change.Program));
            }
        }
        catch (IOException)
        {
            // The comparison every five minutes is left.
        }
        finally
        {
            _socket.Dispose();
        }
    }

    public void Dispose()
    {
        _stopped = true;
        _thread.Join();
    }
}
