using System.ComponentModel;
using System.Diagnostics;
using System.Globalization;
using System.Text;
using System.Threading.Channels;
using Guard.Host.Configuration;
using Guard.Host.Platform;

namespace Guard.Host.Intake.Journal;

/// <summary>
/// A <c>journalctl -o json</c> at work. Reading it never waits: what there is was taken off its pipe before, by a thread of its own, and no more than
/// a few hundred KiB ahead.
/// </summary>
internal sealed class Journalctl : Stream
{
    private const int BlockSize = 64 * 1024;
    private const int MaxBlocks = 16;
    private const int MaxComplaint = 2000;
    private const string SearchPath = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";

    private readonly Process _process;
    private readonly Channel<ArraySegment<byte>> _blocks = Channel.CreateBounded<ArraySegment<byte>>(
        new BoundedChannelOptions(MaxBlocks) { SingleReader = true, SingleWriter = true }
    );
    private readonly StringBuilder _complaint = new();
    private readonly Thread _complaining;
    private ArraySegment<byte> _block;

    private Journalctl(Process process)
    {
        _process = process;
        _complaining = new Thread(Listen) { IsBackground = true, Name = "journalctl says" };
        _complaining.Start();
        new Thread(Pump) { IsBackground = true, Name = "journalctl" }.Start();
    }

    /// <summary>Nothing more will come.</summary>
    public bool HasEnded => _block.Count == 0 && _blocks.Reader.Completion.IsCompleted;

    /// <summary>What it said on standard error.</summary>
    public string Complaint
    {
        get
        {
            lock (_complaint)
                return _complaint.ToString().Trim();
        }
    }

    /// <summary>Its exit code; null while it runs.</summary>
    public int? ExitCode => _process.HasExited ? _process.ExitCode : null;

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => false;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    /// <exception cref="IOException">It cannot be started.</exception>
    public static Journalctl Start(JournalSettings settings, params IEnumerable<string> more)
    {
        // Words, never a shell: units come from the configuration, cursors from a file. Long fields come as null without --all.
        var start = new ProcessStartInfo("journalctl")
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = "/",
        };
        foreach (var word in new[] { "--output=json", "--all", "--no-pager" }.Concat(Place(settings)).Concat(more))
            start.ArgumentList.Add(word);
        start.Environment["LC_ALL"] = "C";
        start.Environment["PATH"] = $"{Environment.GetEnvironmentVariable("PATH")}:{SearchPath}";
        try
        {
            var process = Process.Start(start) ?? throw new IOException("journalctl could not be started");
            process.StandardInput.Close();
            return new Journalctl(process);
        }
        catch (Win32Exception failure)
        {
            throw new IOException($"journalctl could not be started: {failure.Message}", failure);
        }
    }

    public static IEnumerable<string> Units(JournalSettings settings) => settings.Units.Select(unit => $"--unit={unit}");

    public static string Since(DateTimeOffset at) => $"--since=@{at.ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture)}";

    /// <summary>Waits until there is something to read, it ended, or the time is over.</summary>
    public void Wait(TimeSpan time, CancellationToken stop)
    {
        if (_block.Count > 0)
            return;
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(stop);
        limit.CancelAfter(time);
        try
        {
            OwnThread.Await(_blocks.Reader.WaitToReadAsync(limit.Token));
        }
        catch (OperationCanceledException)
        {
            // Nothing came.
        }
    }

    public override int Read(Span<byte> buffer)
    {
        if (_block.Count == 0 && !_blocks.Reader.TryRead(out _block))
            return 0;
        var count = Math.Min(buffer.Length, _block.Count);
        _block.AsSpan(0, count).CopyTo(buffer);
        _block = _block[count..];
        return count;
    }

    public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

    private static IEnumerable<string> Place(JournalSettings settings)
    {
        // A single file is for replay: what journald put away, or what another machine sent.
        if (settings.Directory.EndsWith(".journal", StringComparison.Ordinal) || settings.Directory.EndsWith(".journal~", StringComparison.Ordinal))
            yield return $"--file={settings.Directory}";
        else if (settings.Directory.Length > 0)
            yield return $"--directory={settings.Directory}";
        if (settings.Namespace.Length > 0)
            yield return $"--namespace={settings.Namespace}";
    }

    private void Pump()
    {
        try
        {
            var stream = _process.StandardOutput.BaseStream;
            while (true)
            {
                var block = new byte[BlockSize];
                var read = stream.Read(block, 0, block.Length);
                if (read == 0)
                    break;
                OwnThread.Await(_blocks.Writer.WriteAsync(new ArraySegment<byte>(block, 0, read)));
            }
        }
        catch (Exception ended) when (ended is IOException or ObjectDisposedException or ChannelClosedException or InvalidOperationException)
        {
            // Whoever reads sees that it ended.
        }
        _blocks.Writer.TryComplete();
    }

    private void Listen()
    {
        try
        {
            while (_process.StandardError.ReadLine() is { } line)
            {
                lock (_complaint)
                {
                    if (_complaint.Length < MaxComplaint)
                        _complaint.AppendLine(line[..Math.Min(line.Length, MaxComplaint - _complaint.Length)]);
                }
            }
        }
        catch (Exception ended) when (ended is IOException or ObjectDisposedException or InvalidOperationException)
        {
            // It ended.
        }
    }

    /// <summary>What it said until it ended, and how it ended.</summary>
    public string Ending()
    {
        _process.WaitForExit(2000);
        _complaining.Join(2000);
        var said = Complaint;
        return FormattableString.Invariant(
            $"journalctl ended with exit code {(_process.HasExited ? _process.ExitCode : -1)}{(said.Length > 0 ? ": " + said.ReplaceLineEndings(" ") : "")}"
        );
    }

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
        {
            _blocks.Writer.TryComplete();
            try
            {
                if (!_process.HasExited)
                    _process.Kill();
            }
            catch (Exception gone) when (gone is InvalidOperationException or Win32Exception)
            {
                // It ended by itself meanwhile.
            }
            _process.Dispose();
        }
        base.Dispose(disposing);
    }
}
