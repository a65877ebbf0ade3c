using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Guard.Host.Intake.Files;

/// <summary>
/// A log opened for reading, a regular file or a pipe. Neither opening nor reading ever waits: a pipe without a writer, or without anything to read,
/// gives nothing.
/// Refuses directories, devices and sockets.
/// </summary>
internal sealed class LogFileStream : Stream
{
    private const int ReadOnlyAtOnceCloseOnExec = 0x800 | 0x80000;
    private const int Interrupted = 4;
    private const int TryAgain = 11;

    private readonly SafeFileHandle _handle;
    private long _position;

    private LogFileStream(SafeFileHandle handle, FileStatus status) => (_handle, Status) = (handle, status);

    /// <summary>As it was when opened.</summary>
    public FileStatus Status { get; }

    public bool IsPipe => Status.Kind == FileKind.Pipe;

    public DateTimeOffset? WrittenNow => FileStatus.Of(_handle, out _)?.Written;

    public override bool CanRead => true;

    public override bool CanSeek => !IsPipe;

    public override bool CanWrite => false;

    public override long Length => FileStatus.Of(_handle, out var error) is { } now ? now.Length : throw Failure(error);

    public override long Position
    {
        get => _position;
        set => _position = value;
    }

    /// <returns>Null when there is nothing that can be read; <paramref name="problem"/> says why, in words that go behind the path.</returns>
    public static LogFileStream? TryOpen(string path, out string problem)
    {
        // Looked at before: opening a device may already do something.
        if (FileStatus.Of(path, out var error) is not { } named)
            return Refuse(Describe(error), out problem);
        if (ProblemOf(named.Kind) is { } unfit)
            return Refuse(unfit, out problem);
        var number = Open(path, ReadOnlyAtOnceCloseOnExec, 0);
        if (number < 0)
            return Refuse(Describe(Marshal.GetLastPInvokeError()), out problem);
        var handle = new SafeFileHandle(number, ownsHandle: true);
        // And again: the name may stand for something else by now.
        if (FileStatus.Of(handle, out error) is { } status && ProblemOf(status.Kind) is not { } changed)
        {
            problem = "";
            return new LogFileStream(handle, status);
        }
        handle.Dispose();
        return Refuse(error != 0 ? Describe(error) : "was replaced while it was opened", out problem);
    }

    /// <summary>Why nothing of this kind can be a log; null when it can.</summary>
    public static string? ProblemOf(FileKind kind) =>
        kind switch
        {
            FileKind.Directory => "is a directory, not a log",
            FileKind.Device => "is a device, not a log",
            FileKind.Socket => "is a socket, not a log",
            _ => null,
        };

    public static string Describe(int error) => FileStatus.IsMissing(error) ? "is not there" : $"cannot be read: {Marshal.GetPInvokeErrorMessage(error)}";

    private static LogFileStream? Refuse(string reason, out string problem)
    {
        problem = reason;
        return null;
    }

    /// <exception cref="IOException">The disk fails, or the file system is gone.</exception>
    public override int Read(Span<byte> buffer)
    {
        var read = IsPipe ? Checked(Read(_handle, ref MemoryMarshal.GetReference(buffer), buffer.Length)) : ReadAt(buffer, _position);
        _position += read;
        return read;
    }

    /// <summary>Reads without moving; nothing at the end of the file.</summary>
    /// <exception cref="IOException">The disk fails, or the file system is gone.</exception>
    public int ReadAt(Span<byte> buffer, long offset) =>
        buffer.IsEmpty ? 0 : Checked(ReadAt(_handle, ref MemoryMarshal.GetReference(buffer), buffer.Length, offset));

    private static int Checked(nint read)
    {
        if (read >= 0)
            return (int)read;
        var error = Marshal.GetLastPInvokeError();
        return error is TryAgain or Interrupted ? 0 : throw Failure(error);
    }

    private static IOException Failure(int error) => new(Marshal.GetPInvokeErrorMessage(error));

    public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void Flush()
    {
        // Nothing is written.
    }

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    protected override void Dispose(bool disposing)
    {
        if (disposing)
            _handle.Dispose();
        base.Dispose(disposing);
    }

    [DllImport("libc", EntryPoint = "open", SetLastError = true)]
    private static extern int Open([MarshalAs(UnmanagedType.LPUTF8Str)] string path, int flags, int mode);

    [DllImport("libc", EntryPoint = "read", SetLastError = true)]
    private static extern nint Read(SafeFileHandle handle, ref byte buffer, nint count);

    [DllImport("libc", EntryPoint = "pread", SetLastError = true)]
    private static extern nint ReadAt(SafeFileHandle handle, ref byte buffer, nint count, long offset);
}
