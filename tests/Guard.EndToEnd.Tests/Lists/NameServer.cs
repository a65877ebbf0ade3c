using System.Diagnostics;
using System.Net;

namespace Guard.EndToEnd.Tests.Lists;

/// <summary>rbldnsd, the server that lists in the DNS are served with.</summary>
internal sealed class NameServer : IDisposable
{
    private readonly string _directory = Directory.CreateTempSubdirectory("accountguard-rbldnsd").FullName;
    private Process? _process;

    public IPEndPoint Address { get; } = new(IPAddress.Loopback, FreePort.Next());

    /// <param name="four">An ip4set data set.</param>
    /// <param name="six">An ip6trie data set.</param>
    public void Start(string zone, string four, string six)
    {
        // Every set begins with the zone's SOA, whose last number is how long a name's absence may be kept.
        const string Head = "$SOA 300 ns.lists.test. admin.lists.test. 0 600 300 86400 120\n$NS 3600 ns.lists.test.\n$TTL 300\n";
        File.WriteAllText(Path.Combine(_directory, "four"), Head + four);
        File.WriteAllText(Path.Combine(_directory, "six"), "$TTL 300\n" + six);
        foreach (var file in Directory.GetFiles(_directory).Append(_directory))
            File.SetUnixFileMode(
                file,
                UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute | UnixFileMode.OtherRead | UnixFileMode.OtherExecute
            );
        _process = Process.Start(
            new ProcessStartInfo(
                "/usr/sbin/rbldnsd",
                ["-n", "-u", "nobody", "-b", $"{Address.Address}/{Address.Port}", "-w", _directory, $"{zone}:ip4set:four", $"{zone}:ip6trie:six"]
            )
            {
                RedirectStandardError = true,
                RedirectStandardOutput = true,
            }
        )!;
        // Read, or a talkative server would wait for a reader.
        _process.BeginOutputReadLine();
        _process.BeginErrorReadLine();
    }

    public void Stop()
    {
        if (_process is null)
            return;
        _process.Kill();
        _process.WaitForExit();
        _process.Dispose();
        _process = null;
    }

    public void Dispose()
    {
        Stop();
        Directory.Delete(_directory, true);
    }
}
