using System.Net;
using System.Net.Sockets;
using Microsoft.AspNetCore.Server.Kestrel.Transport.Sockets;

namespace Guard.Host.Intake.Sockets;

/// <summary>An address on which this program listens before there is a server behind it: who comes meanwhile waits in the kernel's queue.</summary>
internal sealed class TakenAddress : IDisposable
{
    private const int Backlog = 512;

    private Socket? _first;

    private TakenAddress(Socket socket)
    {
        Socket = socket;
        EndPoint = (IPEndPoint)socket.LocalEndPoint!;
    }

    /// <summary>Whoever serves the address closes it too.</summary>
    public Socket Socket { get; }

    /// <summary>With the port that the system chose when 0 was asked for.</summary>
    public IPEndPoint EndPoint { get; }

    /// <exception cref="SocketException">The address cannot be had.</exception>
    public static TakenAddress Take(IPEndPoint endpoint)
    {
        var socket = SocketTransportOptions.CreateDefaultBoundListenSocket(endpoint);
        try
        {
            socket.Listen(Backlog);
            return new TakenAddress(socket);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    public async Task WaitForFirstAsync(CancellationToken cancel) => _first = await Socket.AcceptAsync(cancel).ConfigureAwait(false);

    /// <summary>The connection that was waited for, for whoever serves it; null: none was, or somebody has it.</summary>
    public Socket? TakeFirst() => Interlocked.Exchange(ref _first, null);

    public void Dispose()
    {
        TakeFirst()?.Dispose();
        Socket.Dispose();
    }
}
