using System.Globalization;
using System.Text;

namespace Guard.Bench.Inline.Hostile;

/// <summary>Failed logins of names that there are not, each another one, as Dovecot logs them, evenly over the time of the measurement.</summary>
internal sealed class RandomNames : IDisposable
{
    private const int Ticks = 20;

    private readonly CancellationTokenSource _stop = new();
    private readonly Thread _thread;
    private long _written;

    public RandomNames(int count, string log, TimeSpan length)
    {
        _thread = new Thread(() => Write(count, log, length));
        _thread.Start();
    }

    public long Written => Interlocked.Read(ref _written);

    private void Write(int count, string log, TimeSpan length)
    {
        var random = new Random(7);
        var each = (int)Math.Ceiling(count / (length.TotalSeconds * Ticks));
        using var stream = new FileStream(log, FileMode.Append, FileAccess.Write, FileShare.ReadWrite);
        while (!_stop.IsCancellationRequested && Written < count)
        {
            var lines = new StringBuilder();
            var stamp = DateTimeOffset.UtcNow.ToString("yyyy-MM-dd'T'HH:mm:ss.ffffff'+00:00'", CultureInfo.InvariantCulture);
            for (var i = 0; i < each; i++)
            {
                lines.Append(
                    CultureInfo.InvariantCulture,
                    $"{stamp} mx1 dovecot: imap-login: Disconnected: Connection closed (auth failed, 1 attempts in 2 secs): user=<{random.NextInt64():x}@example.com>, method=PLAIN, "
                );
                lines.Append(
                    CultureInfo.InvariantCulture,
                    $"rip=203.0.{random.Next(256)}.{random.Next(256)}, lip=192.0.2.1, TLS, session=<{random.NextInt64():x}>\n"
                );
            }
            stream.Write(Encoding.ASCII.GetBytes(lines.ToString()));
            stream.Flush();
            Interlocked.Add(ref _written, each);
            Thread.Sleep(1000 / Ticks);
        }
    }

    public void Dispose()
    {
        _stop.Cancel();
        _thread.Join();
        _stop.Dispose();
    }
}
