using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Guard.Host.Enforcement.Nftables;

/// <summary>A netlink(7) socket that hears a multicast group of the kernel's netfilter.</summary>
internal sealed class NetlinkSocket : IDisposable
{
    private const int AddressFamily = 16;
    private const int RawCloseOnExec = 3 | 0x80000;
    private const int Netfilter = 12;
    private const int NetlinkLevel = 270;
    private const int AddMembership = 1;
    private const short Readable = 1;
    private const int NoBuffer = 105;
    private const int Interrupted = 4;
    private const int AddressSize = 12;

    private readonly SafeFileHandle _socket;

    private NetlinkSocket(SafeFileHandle socket) => _socket = socket;

    /// <summary>Events were lost: more came than the kernel could keep.</summary>
    public bool Overran { get; private set; }

    /// <exception cref="IOException">This process may not, or the kernel has none.</exception>
    public static NetlinkSocket Hear(int group)
    {
        var socket = OpenSocket(AddressFamily, RawCloseOnExec, Netfilter);
        try
        {
            // struct sockaddr_nl: the family, then padding, number and groups, which the kernel fills in.
            var address = new byte[AddressSize];
            BitConverter.TryWriteBytes(address, (ushort)AddressFamily);
            if (socket.IsInvalid || Bind(socket, address, AddressSize) != 0 || SetOption(socket, NetlinkLevel, AddMembership, ref group, sizeof(int)) != 0)
                throw new IOException(Marshal.GetLastPInvokeErrorMessage());
            return new NetlinkSocket(socket);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    /// <summary>Waits for a datagram for so long; 0 when there was none.</summary>
    /// <exception cref="IOException">The socket is of no use any more.</exception>
    public int Receive(byte[] buffer, int milliseconds)
    {
        Overran = false;
        var wanted = new PollRequest { Socket = (int)_socket.DangerousGetHandle(), Events = Readable };
        if (Poll(ref wanted, 1, milliseconds) <= 0)
            return 0;
        var count = (int)Read(_socket, buffer, buffer.Length, 0);
        if (count >= 0)
            return count;
        var error = Marshal.GetLastPInvokeError();
        Overran = error == NoBuffer;
        return Overran || error == Interrupted ? 0 : throw new IOException(Marshal.GetPInvokeErrorMessage(error));
    }

    public void Dispose() => _socket.Dispose();

    [StructLayout(LayoutKind.Sequential)]
    private struct PollRequest
    {
        public int Socket;
        public short Events;
        public short Returned;
    }

    [DllImport("libc", EntryPoint = "socket", SetLastError = true)]
    private static extern SafeFileHandle OpenSocket(int family, int type, int protocol);

    [DllImport("libc", EntryPoint = "bind", SetLastError = true)]
    private static extern int Bind(SafeFileHandle socket, byte[] address, int length);

    [DllImport("libc", EntryPoint = "setsockopt", SetLastError = true)]
    private static extern int SetOption(SafeFileHandle socket, int level, int name, ref int value, int length);

    [DllImport("libc", EntryPoint = "poll", SetLastError = true)]
    private static extern int Poll(ref PollRequest requests, nuint count, int milliseconds);

    [DllImport("libc", EntryPoint = "recv", SetLastError = true)]
    private static extern nint Read(SafeFileHandle socket, byte[] buffer, nint length, int flags);
}
