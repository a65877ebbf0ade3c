using System.Net.Sockets;

namespace Guard.Host.Platform;

/// <summary>The path of a listening Unix socket: who had it before, and who may open it.</summary>
internal static class UnixSocketPath
{
    /// <summary>Removes a socket that a killed process left; one that still answers is another's and stays.</summary>
    /// <exception cref="IOException">Somebody listens there, or it is no socket.</exception>
    public static void Clear(string path)
    {
        if (!File.Exists(path))
            return;
        using var probe = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        try
        {
            probe.Connect(new UnixDomainSocketEndPoint(path));
        }
        catch (SocketException refused) when (refused.SocketErrorCode == SocketError.ConnectionRefused && new FileInfo(path).Length == 0)
        {
            File.Delete(path);
            return;
        }
        catch (SocketException failure)
        {
            throw new IOException($"{path} is there and cannot be used: {failure.Message}", failure);
        }
        throw new IOException($"{path} is in use by another program");
    }

    /// <summary>Opens a socket to a group besides its owner; to nobody else when the name is empty.</summary>
    /// <exception cref="IOException">There is no such group, or it is not ours to give.</exception>
    public static void Open(string path, string group)
    {
        const UnixFileMode Owner = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        if (group.Length == 0)
        {
            File.SetUnixFileMode(path, Owner);
            return;
        }
        // Looked up before the mode: with the wrong group it must never be open, not even for a moment.
        var id = FileOwner.GroupOf(group) ?? throw new IOException($"{path}: there is no group {group}");
        if (!FileOwner.TrySetGroup(path, id))
            throw new IOException($"{path} cannot be given to the group {group}: this process is not a member of it");
        File.SetUnixFileMode(path, Owner | UnixFileMode.GroupRead | UnixFileMode.GroupWrite);
    }
}
