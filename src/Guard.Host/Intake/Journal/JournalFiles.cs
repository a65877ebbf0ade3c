using Guard.Host.Configuration;
using Guard.Host.Intake.Files;

namespace Guard.Host.Intake.Journal;

/// <summary>A journal that is read once, from its first entry to its last, as text of <c>journalctl -o json</c>.</summary>
public static class JournalFiles
{
    private const string Prefix = "journal:";

    /// <summary>Whether an argument names a journal: <c>journal:</c> this machine's, <c>journal:DIRECTORY</c>, or a file <c>*.journal</c>.</summary>
    public static bool Are(string argument) =>
        argument.StartsWith(Prefix, StringComparison.Ordinal)
        || argument.EndsWith(".journal", StringComparison.Ordinal)
        || argument.EndsWith(".journal~", StringComparison.Ordinal);

    /// <exception cref="LogFileException">There is no such journal, or no journalctl.</exception>
    public static Stream Open(string argument)
    {
        var place = argument.StartsWith(Prefix, StringComparison.Ordinal) ? argument[Prefix.Length..] : argument;
        if (place.Length > 0 && FileStatus.Of(place, out var error) is null)
            throw new LogFileException($"{place} {LogFileStream.Describe(error)}");
        try
        {
            return new ReadOnce(Journalctl.Start(JournalSettings.Usual with { Directory = place }, "--quiet"), argument);
        }
        catch (IOException failure)
        {
            throw new LogFileException($"{argument}: {failure.Message}", failure);
        }
    }

    /// <summary>Reads the latest entries.</summary>
    /// <returns>What was made of them, and what journalctl said besides.</returns>
    /// <exception cref="IOException">There is no journalctl.</exception>
    /// <exception cref="LogFileException">It failed.</exception>
    internal static (T Read, string Complaint) Latest<T>(JournalSettings settings, int entries, Func<Stream, T> read)
    {
        using var child = Journalctl.Start(settings, Journalctl.Units(settings).Append(FormattableString.Invariant($"--lines={entries}")));
        var result = read(new ReadOnce(child, JournalSource.NameOf(settings)));
        return (result, child.Complaint);
    }

    /// <summary>Waits for what comes, and fails when journalctl does.</summary>
    private sealed class ReadOnce(Journalctl child, string argument) : Stream
    {
        private static readonly TimeSpan Look = TimeSpan.FromSeconds(1);

        public override bool CanRead => true;

        public override bool CanSeek => false;

        public override bool CanWrite => false;

        public override long Length => throw new NotSupportedException();

        public override long Position
        {
            get => throw new NotSupportedException();
            set => throw new NotSupportedException();
        }

        public override int Read(Span<byte> buffer)
        {
            while (true)
            {
                var read = child.Read(buffer);
                if (read > 0)
                    return read;
                if (!child.HasEnded)
                {
                    child.Wait(Look, CancellationToken.None);
                    continue;
                }
                var ending = child.Ending();
                return child.ExitCode is 0 ? 0 : throw new LogFileException($"{argument}: {ending}");
            }
        }

        public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

        public override void Flush()
        {
            // Nothing is written.
        }

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();

        public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

        protected override void Dispose(bool disposing)
        {
            if (disposing)
                child.Dispose();
            base.Dispose(disposing);
        }
    }
}
