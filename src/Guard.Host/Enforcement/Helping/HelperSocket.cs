using System.Globalization;
using System.Net.Sockets;
using Guard.Host.Platform;

namespace Guard.Host.Enforcement.Helping;

/// <summary>The socket that the helper listens on: systemd's, or one of its own.</summary>
internal static class HelperSocket
{
    private const int FirstPassed = 3;

    /// <param name="group">Who may open it besides root; who is obeyed says the kernel.</param>
    /// <exception cref="IOException">It cannot be had.</exception>
    public static Socket Listen(string path, uint group)
    {
        // sd_listen_fds(3): the sockets of a .socket unit come as file descriptors from 3 on.
        if (
            Environment.GetEnvironmentVariable("LISTEN_PID") == Environment.ProcessId.ToString(CultureInfo.InvariantCulture)
            && Environment.GetEnvironmentVariable("LISTEN_FDS") == "1"
        )
            return new Socket(new SafeSocketHandle(FirstPassed, ownsHandle: true));
        try
        {
            MakeDirectory(Path.GetDirectoryName(path)!);
            UnixSocketPath.Clear(path);
            var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
            socket.Bind(new UnixDomainSocketEndPoint(path));
            _ = FileOwner.TrySetGroup(path, group);
            File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead | UnixFileMode.GroupWrite);
            socket.Listen(16);
            return socket;
        }
        catch (Exception failure) when (failure is SocketException or UnauthorizedAccessException)
        {
            throw new IOException($"{path}: {failure.Message}", failure);
        }
    }

    /// <summary>The daemon has to get through it to the socket, whatever the umask is.</summary>
    private static void MakeDirectory(string directory)
    {
        if (Directory.Exists(directory))
            return;
        Directory.CreateDirectory(directory);
        File.SetUnixFileMode(
            directory,
            UnixFileMode.UserRead
                | UnixFileMode.UserWrite
                | UnixFileMode.UserExecute
                | UnixFileMode.GroupRead
                | UnixFileMode.GroupExecute
                | UnixFileMode.OtherRead
                | UnixFileMode.OtherExecute
        );
    }
}
