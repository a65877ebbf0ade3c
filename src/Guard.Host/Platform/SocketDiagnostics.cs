using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;
using System.Runtime.InteropServices;

namespace Guard.Host.Platform;

/// <summary>
/// Asks the kernel whose a socket of this machine is (sock_diag(7), NETLINK_SOCK_DIAG): one question about one socket, answered from the kernel's own table
/// without walking through it. Thread-safe.
/// </summary>
internal sealed class SocketDiagnostics : IDisposable
{
    private const int Netlink = 16;
    private const int Raw = 3;
    private const int CloseOnExec = 0x80000;
    private const int SockDiag = 4;
    private const ushort SockDiagByFamily = 20;
    private const ushort Error = 2;
    private const ushort Request = 1;
    private const int Header = 16;
    private const int RequestLength = Header + 56;

    /// <summary>Where struct inet_diag_msg has state, user and inode.</summary>
    private const int StateAt = Header + 1;
    private const int UserAt = Header + 64;
    private const int InodeAt = Header + 68;

    /// <summary>TCP_ESTABLISHED, FIN_WAIT1, FIN_WAIT2, CLOSE_WAIT (include/net/tcp_states.h).</summary>
    private static readonly byte[] Connected = [1, 4, 5, 8];

    private readonly Lock _asking = new();
    private readonly byte[] _request = new byte[RequestLength];
    private readonly byte[] _answer = new byte[512];
    private readonly int _socket;
    private uint _number;

    private SocketDiagnostics(int socket) => _socket = socket;

    /// <summary>Null where the kernel, or a sandbox around this process, has none of it.</summary>
    public static SocketDiagnostics? Open()
    {
        var socket = Socket(Netlink, Raw | CloseOnExec, SockDiag);
        return socket < 0 ? null : new SocketDiagnostics(socket);
    }

    /// <summary>Whose the socket at <paramref name="owned"/> is that speaks with <paramref name="other"/>.</summary>
    /// <param name="protocol">TCP or UDP.</param>
    /// <returns>None when this machine has no such socket, or nobody holds it any more: the kernel gives what is left of a closed connection to root.</returns>
    /// <exception cref="SocketException">The kernel cannot say.</exception>
    public uint? UserOf(ProtocolType protocol, IPEndPoint owned, IPEndPoint other)
    {
        lock (_asking)
        {
            Write(protocol, owned, other);
            if (Send(_socket, _request, RequestLength, 0) < 0)
                throw new SocketException(Marshal.GetLastPInvokeError());
            while (true)
            {
                // The kernel answers within the call that asks.
                var length = (int)Receive(_socket, _answer, _answer.Length, 0);
                if (length < 0)
                    throw new SocketException(Marshal.GetLastPInvokeError());
                if (length < Header + 4 || BinaryPrimitives.ReadUInt32LittleEndian(_answer.AsSpan(8)) != _number)
                    continue;
                if (BinaryPrimitives.ReadUInt16LittleEndian(_answer.AsSpan(4)) == Error)
                    return Failed(-BinaryPrimitives.ReadInt32LittleEndian(_answer.AsSpan(Header)));
                return length >= InodeAt + 4 ? Owner(protocol) : null;
            }
        }
    }

    /// <summary>
    /// What is left of a connection that its user closed belongs to root by the kernel's word, and a listener of the same port is found where there is no
    /// connection: neither says who speaks.
    /// </summary>
    private uint? Owner(ProtocolType protocol)
    {
        var held =
            BinaryPrimitives.ReadUInt32LittleEndian(_answer.AsSpan(InodeAt)) != 0 && (protocol == ProtocolType.Udp || Connected.Contains(_answer[StateAt]));
        return held ? BinaryPrimitives.ReadUInt32LittleEndian(_answer.AsSpan(UserAt)) : null;
    }

    /// <summary>ENOENT and ESTALE: there is no such socket.</summary>
    private static uint? Failed(int error) => error is 2 or 116 ? null : throw new SocketException(error);

    private void Write(ProtocolType protocol, IPEndPoint owned, IPEndPoint other)
    {
        Span<byte> bytes = _request;
        bytes.Clear();
        BinaryPrimitives.WriteUInt32LittleEndian(bytes, RequestLength);
        BinaryPrimitives.WriteUInt16LittleEndian(bytes[4..], SockDiagByFamily);
        BinaryPrimitives.WriteUInt16LittleEndian(bytes[6..], Request);
        BinaryPrimitives.WriteUInt32LittleEndian(bytes[8..], ++_number);
        var request = bytes[Header..];
        // struct inet_diag_req_v2: family, protocol, extensions, padding; states; then the socket: ports and addresses in network order, interface, cookie.
        request[0] = (byte)(owned.AddressFamily == AddressFamily.InterNetworkV6 ? 10 : 2);
        request[1] = (byte)protocol;
        BinaryPrimitives.WriteUInt32LittleEndian(request[4..], uint.MaxValue);
        var socket = request[8..];
        // For UDP the kernel looks from the other side (udp_diag.c): what is sent is looked for as if it had come.
        var (first, second) = protocol == ProtocolType.Udp ? (other, owned) : (owned, other);
        BinaryPrimitives.WriteUInt16BigEndian(socket, (ushort)first.Port);
        BinaryPrimitives.WriteUInt16BigEndian(socket[2..], (ushort)second.Port);
        first.Address.TryWriteBytes(socket[4..], out _);
        second.Address.TryWriteBytes(socket[20..], out _);
        // INET_DIAG_NOCOOKIE
        BinaryPrimitives.WriteUInt64LittleEndian(socket[40..], ulong.MaxValue);
    }

    public void Dispose() => _ = Close(_socket);

    [DllImport("libc", EntryPoint = "socket", SetLastError = true)]
    private static extern int Socket(int domain, int type, int protocol);

    [DllImport("libc", EntryPoint = "send", SetLastError = true)]
    private static extern nint Send(int socket, byte[] bytes, nint length, int flags);

    [DllImport("libc", EntryPoint = "recv", SetLastError = true)]
    private static extern nint Receive(int socket, byte[] bytes, nint length, int flags);

    [DllImport("libc", EntryPoint = "close", SetLastError = true)]
    private static extern int Close(int socket);
}
