using System.Runtime.InteropServices;

namespace Guard.Host.Enforcers;

/// <summary>Copies the owner and group of a file, which .NET cannot: a deny file of group dovecot has to stay one.</summary>
internal static class FileOwner
{
    private const int CurrentDirectory = -100;
    private const uint OwnerAndGroup = 0x18;
    private const int UidOffset = 20;

    public static void Copy(string from, string to)
    {
        // The layout of struct statx is the same on every architecture, unlike that of struct stat.
        var status = new byte[256];
        if (Statx(CurrentDirectory, from, 0, OwnerAndGroup, status) != 0)
            return;
        // Without the right to it the file stays ours; then it was ours before, or the administrator's rights let readers in.
        _ = ChangeOwner(to, BitConverter.ToUInt32(status, UidOffset), BitConverter.ToUInt32(status, UidOffset + sizeof(uint)));
    }

    [DllImport("libc", EntryPoint = "statx", SetLastError = true)]
    private static extern int Statx(int directory, [MarshalAs(UnmanagedType.LPUTF8Str)] string path, int flags, uint mask, byte[] status);

    [DllImport("libc", EntryPoint = "chown", SetLastError = true)]
    private static extern int ChangeOwner([MarshalAs(UnmanagedType.LPUTF8Str)] string path, uint owner, uint group);
}
