using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Guard.Host.Intake.Files;

/// <summary>Which file it is, whatever name it has now. All zero: not known.</summary>
public readonly record struct FileIdentity(ulong Device, ulong Inode);

/// <summary>What stands under a name (inode(7)).</summary>
public enum FileKind
{
    Regular,
    Pipe,
    Directory,
    Device,
    Socket,
}

/// <summary>
/// What the system says of a file. .NET tells neither its inode nor, without opening it, that it is a pipe, and opening a pipe waits for a writer.
/// </summary>
internal readonly record struct FileStatus(FileIdentity Identity, FileKind Kind, long Length, DateTimeOffset Written)
{
    public const int NoSuchFile = 2;
    private const int NotADirectory = 20;
    private const int CurrentDirectory = -100;
    private const int OfTheHandle = 0x1000;
    private const uint BasicStatus = 0x7FF;

    /// <summary>Follows symbolic links.</summary>
    /// <param name="error">An errno; 0 when there is a status.</param>
    public static FileStatus? Of(string path, out int error) => Read(CurrentDirectory, path, 0, out error);

    public static FileStatus? Of(SafeFileHandle handle, out int error) => Read((int)handle.DangerousGetHandle(), "", OfTheHandle, out error);

    public static bool IsMissing(int error) => error is NoSuchFile or NotADirectory;

    private static FileStatus? Read(int directory, string path, int flags, out int error)
    {
        // The layout of struct statx is the same on every architecture, unlike that of struct stat.
        Span<byte> status = stackalloc byte[256];
        error = Statx(directory, path, flags, BasicStatus, ref MemoryMarshal.GetReference(status)) == 0 ? 0 : Marshal.GetLastPInvokeError();
        if (error != 0)
            return null;
        var kind = (BitConverter.ToUInt16(status[28..]) & 0xF000) switch
        {
            0x8000 => FileKind.Regular,
            0x1000 => FileKind.Pipe,
            0x4000 => FileKind.Directory,
            0xC000 => FileKind.Socket,
            _ => FileKind.Device,
        };
        var device = ((ulong)BitConverter.ToUInt32(status[136..]) << 32) | BitConverter.ToUInt32(status[140..]);
        var written = DateTimeOffset.UnixEpoch.AddSeconds(BitConverter.ToInt64(status[112..])).AddTicks(BitConverter.ToUInt32(status[120..]) / 100);
        return new FileStatus(new FileIdentity(device, BitConverter.ToUInt64(status[32..])), kind, BitConverter.ToInt64(status[40..]), written);
    }

    [DllImport("libc", EntryPoint = "statx", SetLastError = true)]
    private static extern int Statx(int directory, [MarshalAs(UnmanagedType.LPUTF8Str)] string path, int flags, uint mask, ref byte status);
}
