using System.Diagnostics;
using System.Globalization;
using System.Text;

namespace Guard.EndToEnd.Tests.Cluster;

/// <summary>Writes logins into the nodes' mail logs at a rate, and knows exactly how many: what a log holds must be counted, whatever becomes of its
/// node.</summary>
internal sealed class LoginTraffic(IReadOnlyList<NodeProcess> nodes, int accounts, int perSecond)
{
    private static readonly TimeSpan Beat = TimeSpan.FromMilliseconds(50);

    private readonly CancellationTokenSource _stop = new();
    private Task _writing = Task.CompletedTask;
    private long _sent;

    public long Sent => Interlocked.Read(ref _sent);

    public static string Account(int number) => $"u{number}@example.com";

    public void Start() => _writing = Task.Run(WriteAsync);

    public async Task StopAsync()
    {
        await _stop.CancelAsync();
        await _writing;
    }

    private async Task WriteAsync()
    {
        var logs = nodes.Select(node => new FileStream(node.Log, FileMode.Append, FileAccess.Write, FileShare.ReadWrite)).ToArray();
        var watch = Stopwatch.StartNew();
        var session = DateTime.UtcNow.Ticks;
        try
        {
            while (!_stop.IsCancellationRequested)
            {
                var due = (long)(watch.Elapsed.TotalSeconds * perSecond) - Sent;
                foreach (var log in logs)
                {
                    var lines = new StringBuilder();
                    for (var i = 0; i < due / logs.Length; i++)
                    {
                        var number = Interlocked.Increment(ref _sent);
                        lines.Append(
                            CultureInfo.InvariantCulture,
                            $"{DateTime.UtcNow:yyyy-MM-ddTHH:mm:ss.ffffff}+00:00 mail dovecot: imap-login: Login: user=<{Account((int)(number % accounts))}>, method=PLAIN, rip=81.2.69.142, lip=10.0.0.1, mpid=1, TLS, session=<{session + number:x}>\n"
                        );
                    }
                    log.Write(Encoding.ASCII.GetBytes(lines.ToString()));
                    log.Flush();
                }
                await Task.Delay(Beat);
            }
        }
        finally
        {
            foreach (var log in logs)
                await log.DisposeAsync();
        }
    }
}
