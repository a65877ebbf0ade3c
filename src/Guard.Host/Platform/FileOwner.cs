using System.Runtime.InteropServices;

namespace Guard.Host.Platform;

/// <summary>Owners of files, which .NET does not know: a deny file of group dovecot has to stay one, and settings that root obeys have to be root's.</summary>
internal static class FileOwner
{
    private const int CurrentDirectory = -100;
    private const uint OwnerAndGroup = 0x18;
    private const int UidOffset = 20;
    private const int Write = 2;
    private const uint Unchanged = uint.MaxValue;

    // getgrnam answers in memory of its own.
    private static readonly Lock Groups = new();

    public static void Copy(string from, string to)
    {
        // Without the right to it the file stays ours; then it was ours before, or the administrator's rights let readers in.
        if (Of(from) is { } owner)
            _ = ChangeOwner(to, owner.User, owner.Group);
    }

    /// <summary>Null when there is no such file.</summary>
    public static (uint User, uint Group)? Of(string path)
    {
        // The layout of struct statx is the same on every architecture, unlike that of struct stat.
        var status = new byte[256];
        return Statx(CurrentDirectory, path, 0, OwnerAndGroup, status) != 0
            ? null
            : (BitConverter.ToUInt32(status, UidOffset), BitConverter.ToUInt32(status, UidOffset + sizeof(uint)));
    }

    /// <summary>Whether this process may write a file that is there; it is not opened, since closing it would drop this process's locks on it.</summary>
    public static bool MayWrite(string path) => Access(path, Write) == 0;

    /// <summary>Lets a file be read by whom its directory is open to: the group that an administrator gave it.</summary>
    public static void ShareAsDirectory(string file, string directory)
    {
        var shared = File.GetUnixFileMode(directory);
        if (shared.HasFlag(UnixFileMode.GroupExecute) && Of(directory) is { } owner && TrySetGroup(file, owner.Group))
            File.SetUnixFileMode(file, UnixFileMode.UserRead | UnixFileMode.UserWrite | (shared & UnixFileMode.GroupRead));
    }

    /// <summary>False when it is not ours to give.</summary>
    public static bool TrySetGroup(string path, uint group) => ChangeOwner(path, Unchanged, group) == 0;

    /// <summary>The number of a group; null when there is none of that name.</summary>
    // struct group begins with two pointers, the name and the password; the number follows (getgrnam(3)).
    public static uint? GroupOf(string name)
    {
        lock (Groups)
            return GetGroup(name) is var entry && entry == IntPtr.Zero ? null : (uint)Marshal.ReadInt32(entry, 2 * IntPtr.Size);
    }

    /// <summary>Whose rights this process has.</summary>
    [DllImport("libc", EntryPoint = "geteuid")]
    public static extern uint OwnUser();

    [DllImport("libc", EntryPoint = "access", SetLastError = true)]
    private static extern int Access([MarshalAs(UnmanagedType.LPUTF8Str)] string path, int mode);

    [DllImport("libc", EntryPoint = "getgrnam", SetLastError = true)]
    private static extern IntPtr GetGroup([MarshalAs(UnmanagedType.LPUTF8Str)] string name);

    [DllImport("libc", EntryPoint = "statx", SetLastError = true)]
    private static extern int Statx(int directory, [MarshalAs(UnmanagedType.LPUTF8Str)] string path, int flags, uint mask, byte[] status);

    [DllImport("libc", EntryPoint = "chown", SetLastError = true)]
    private static extern int ChangeOwner([MarshalAs(UnmanagedType.LPUTF8Str)] string path, uint owner, uint group);
}
