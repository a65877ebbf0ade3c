using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;
using Microsoft.Win32.SafeHandles;

namespace Guard.Host.Platform;

/// <summary>Another process writes in the directory; the message says who, since when, and what to do.</summary>
public sealed class DirectoryInUseException(string message) : IOException(message);

/// <summary>
/// Says that this process alone writes in a directory: flock(2) on a file in it, which the kernel gives back however the process ends. The file tells who has
/// it, and stays: removing it would let two processes hold locks on two files of the same name.
/// </summary>
public sealed class DirectoryLock : IDisposable
{
    public const string FileName = "accountguard.lock";

    private const int Exclusive = 2;
    private const int NoWaiting = 4;
    private const int WouldBlock = 11;
    private const int LongestNote = 512;

    // The same numbers on x86-64 and ARM64, but for O_NOFOLLOW.
    private const int ReadWrite = 2;
    private const int Create = 0x40;
    private const int CloseOnExec = 0x80000;
    private const uint OwnerOnly = 0x180;

    private static readonly int NoFollow = RuntimeInformation.ProcessArchitecture is Architecture.Arm64 or Architecture.Arm ? 0x8000 : 0x20000;

    private readonly SafeFileHandle _file;

    private DirectoryLock(SafeFileHandle file) => _file = file;

    /// <param name="what">What holds it, such as <c>run</c>, for whoever is refused.</param>
    /// <exception cref="DirectoryInUseException">Another process has it.</exception>
    /// <exception cref="IOException">It cannot be made.</exception>
    public static DirectoryLock Take(string directory, string what)
    {
        Directory.CreateDirectory(directory);
        var path = Path.Combine(directory, FileName);
        var file = Open(path);
        try
        {
            if (Flock(file, Exclusive | NoWaiting) != 0)
            {
                var error = Marshal.GetLastPInvokeError();
                throw error == WouldBlock
                    ? new DirectoryInUseException(
                        $"{Path.GetFullPath(directory)} is in use by {Holder(file)}; stop the guard first, or give this one another data-directory"
                    )
                    : new IOException($"{path} cannot be locked: {Marshal.GetPInvokeErrorMessage(error)}");
            }
            var note = Encoding.UTF8.GetBytes(
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"accountguard {what}, pid {Environment.ProcessId}, since {DateTimeOffset.UtcNow:yyyy-MM-dd'T'HH:mm:ss'Z'}\n"
                )
            );
            RandomAccess.Write(file, note, 0);
            RandomAccess.SetLength(file, note.Length);
            return new DirectoryLock(file);
        }
        catch
        {
            file.Dispose();
            throw;
        }
    }

    public void Dispose() => _file.Dispose();

    /// <summary>
    /// By open(2) itself: the runtime's files take locks of their own. Programs that are started meanwhile must not inherit it, or they would keep the lock.
    /// </summary>
    private static SafeFileHandle Open(string path)
    {
        var file = OpenFile(path, ReadWrite | Create | CloseOnExec | NoFollow, OwnerOnly);
        return file.IsInvalid ? throw new IOException($"{path} cannot be written: {Marshal.GetLastPInvokeErrorMessage()}") : file;
    }

    private static string Holder(SafeFileHandle file)
    {
        var note = new byte[LongestNote];
        var text = Encoding.UTF8.GetString(note, 0, RandomAccess.Read(file, note, 0));
        var line = text.Split('\n')[0];
        return line.Length > 0 && !line.Any(char.IsControl) ? line : "another process";
    }

    [DllImport("libc", EntryPoint = "open", SetLastError = true)]
    private static extern SafeFileHandle OpenFile([MarshalAs(UnmanagedType.LPUTF8Str)] string path, int flags, uint mode);

    [DllImport("libc", EntryPoint = "flock", SetLastError = true)]
    private static extern int Flock(SafeFileHandle file, int operation);
}
