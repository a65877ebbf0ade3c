using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;
using Guard.Host.Configuration;
using Guard.Host.Running;
using Serilog;

// Policy requests that each reserve a recipient of one of a thousand accounts, journaled with synchronous = full before they are answered.
// Usage: Inline [SECONDS]. Prints Markdown, to be quoted with the machine.
CultureInfo.DefaultThreadCurrentCulture = CultureInfo.CurrentCulture = CultureInfo.InvariantCulture;
const int Accounts = 1000;
var length = TimeSpan.FromSeconds(args.Length > 0 ? double.Parse(args[0], CultureInfo.InvariantCulture) : 8);
var directory = Directory.CreateTempSubdirectory("accountguard-inline").FullName;
var (policy, cluster) = (FreePort(), FreePort());
var conf = Path.Combine(directory, "guard.conf");
File.WriteAllText(conf, $$"""
    accountguard {
      mode = enforce, data-directory = "{{directory}}/data", log-level = warning, geo.fetch-default = off
      cluster.listen = "127.0.0.1:{{cluster}}"
      intake { postfix-policy.listen = "127.0.0.1:{{policy}}", auth-policy.listen = off, milter.listen = off }
      policy.default { quotas = [ { per = 1d, recipients = 50000000 } ], reactions.on-anomaly { reported = off, restricted = off, suspended = off, blocked = off } }
    }
    """);
var loaded = GuardConfiguration.Load(conf);
await using var log = new LoggerConfiguration().MinimumLevel.Error().WriteTo.Console().CreateLogger();
await using (var node = await GuardNode.StartAsync(loaded.Settings!, loaded.Akka, log))
{
    // All accounts awake, as on a server that runs.
    await RunAsync(64, TimeSpan.FromSeconds(4));
    Console.WriteLine($"{Environment.ProcessorCount} cores, .NET {Environment.Version}; {Accounts:N0} accounts, SQLite group commit, synchronous = full; client and guard on the same cores\n");
    Console.WriteLine("| connections | requests/s | p50 ms | p99 ms | worst ms |\n|---|---|---|---|---|");
    foreach (var connections in (int[])[1, 16, 64])
    {
        var times = await RunAsync(connections, length);
        Array.Sort(times);
        Console.WriteLine($"| {connections} | {times.Length / length.TotalSeconds:N0} | {times[times.Length / 2]:F2} | {times[(int)(times.Length * 0.99)]:F2} | {times[^1]:F1} |");
    }
}
Directory.Delete(directory, true);
return 0;

async Task<double[]> RunAsync(int connections, TimeSpan time)
{
    var all = await Task.WhenAll(Enumerable.Range(0, connections).Select(index => Task.Run(() => TalkAsync(index, time))));
    return [.. all.SelectMany(times => times)];
}

async Task<List<double>> TalkAsync(int connection, TimeSpan time)
{
    using var client = new TcpClient { NoDelay = true };
    await client.ConnectAsync(IPAddress.Loopback, policy);
    var stream = client.GetStream();
    var random = new Random(connection);
    var times = new List<double>();
    var answer = new byte[512];
    var since = Stopwatch.StartNew();
    for (var request = 0; since.Elapsed < time; request++)
    {
        var user = $"user{random.Next(Accounts)}@example.com";
        var text = $"request=smtpd_access_policy\nprotocol_state=RCPT\nprotocol_name=ESMTP\nclient_address=198.51.100.{1 + connection}\nclient_name=client.test\nhelo_name=client.test\nsender={user}\nrecipient=bob@remote.test\nrecipient_count=0\nqueue_id=\ninstance={connection:x}.{request:x}.{time.Ticks:x}\nsize=0\nsasl_method=PLAIN\nsasl_username={user}\nsasl_sender=\n\n";
        var begun = Stopwatch.GetTimestamp();
        await stream.WriteAsync(Encoding.ASCII.GetBytes(text));
        var read = 0;
        while (read < 2 || answer[read - 1] != '\n' || answer[read - 2] != '\n')
            read += await stream.ReadAsync(answer.AsMemory(read));
        times.Add(Stopwatch.GetElapsedTime(begun).TotalMilliseconds);
        if (!answer.AsSpan(0, read).StartsWith("action=DUNNO"u8))
            throw new InvalidOperationException(Encoding.ASCII.GetString(answer, 0, read));
    }
    return times;
}

static int FreePort()
{
    using var listener = new TcpListener(IPAddress.Loopback, 0);
    listener.Start();
    return ((IPEndPoint)listener.LocalEndpoint).Port;
}
