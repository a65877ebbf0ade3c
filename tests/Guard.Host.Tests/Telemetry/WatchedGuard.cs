using System.IO.Compression;
using System.Net;
using System.Net.Sockets;
using System.Text;
using Guard.Host.Configuration;
using Guard.Host.Running;
using Serilog;
using Xunit;

namespace Guard.Host.Tests.Telemetry;

/// <summary>A whole node that reads the demo's story, is asked by a mail server, and is watched.</summary>
public sealed class WatchedGuard : IAsyncLifetime
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    private readonly string _directory = Directory.CreateTempSubdirectory("accountguard-watched").FullName;
    private readonly int _web = FreePort();
    private readonly int _policy = FreePort();
    private OtlpCollector? _collector;
    private GuardNode? _node;

    internal OtlpCollector Collector => _collector!;

    public HttpClient Client { get; } = new();

    public async ValueTask InitializeAsync()
    {
        _collector = await OtlpCollector.StartAsync();
        await using (var packed = new GZipStream(File.OpenRead(Path.Combine(Repository.Root, "hocon", "demo", "mail.log.gz")), CompressionMode.Decompress))
        await using (var log = File.Create(Path.Combine(_directory, "mail.log")))
            await packed.CopyToAsync(log);
        var loaded = GuardConfiguration.Load(
            Path.Combine(Repository.Root, "hocon", "demo.conf"),
            new Dictionary<string, string>
            {
                ["accountguard.data-directory"] = $"{_directory}/data",
                ["accountguard.cluster.listen"] = $"127.0.0.1:{FreePort()}",
                ["accountguard.console.listen"] = $"127.0.0.1:{_web}",
                ["accountguard.intake.logs.files"] = $"[\"{_directory}/mail.log\"]",
                ["accountguard.intake.postfix-policy.listen"] = $"127.0.0.1:{_policy}",
                ["accountguard.intake.auth-policy.listen"] = "off",
                ["accountguard.intake.milter.listen"] = "off",
                ["accountguard.geo.fetch-default"] = "off",
                ["accountguard.enforcement.firewall.backend"] = "command",
                ["accountguard.enforcement.firewall.block-command"] = "[\"/bin/true\", \"{network}\"]",
                ["accountguard.enforcement.firewall.unblock-command"] = "[\"/bin/true\", \"{network}\"]",
                ["accountguard.telemetry.otlp.endpoint"] = _collector.Address,
                ["accountguard.telemetry.otlp.protocol"] = "http",
                ["accountguard.telemetry.otlp.interval"] = "1s",
                ["accountguard.telemetry.otlp.headers.x-tenant"] = "mail of ours",
            }
        );
        Assert.Empty(loaded.Faults);
        _node = await GuardNode.StartAsync(loaded.Settings!, loaded.Akka, new LoggerConfiguration().CreateLogger());
        Client.BaseAddress = new Uri($"http://127.0.0.1:{_web}");
    }

    /// <summary>Asks as Postfix does; the answer.</summary>
    public async Task<string> SubmitAsync(string user)
    {
        using var client = new TcpClient();
        await client.ConnectAsync(IPAddress.Loopback, _policy, TestContext.Current.CancellationToken);
        await using var stream = client.GetStream();
        var request =
            $"request=smtpd_access_policy\nprotocol_state=RCPT\nprotocol_name=ESMTP\nclient_address=86.130.4.5\nsasl_username={user}\nsender={user}\nrecipient=a@example.net\nqueue_id=\ninstance=a1.{Guid.NewGuid():N}\n\n";
        await stream.WriteAsync(Encoding.ASCII.GetBytes(request), TestContext.Current.CancellationToken);
        using var reader = new StreamReader(stream);
        return (await reader.ReadLineAsync(TestContext.Current.CancellationToken))!;
    }

    private static int FreePort()
    {
        using var free = new TcpListener(IPAddress.Loopback, 0);
        free.Start();
        return ((IPEndPoint)free.LocalEndpoint).Port;
    }

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        if (_node is not null)
            await _node.DisposeAsync();
        if (_collector is not null)
            await _collector.DisposeAsync();
        Directory.Delete(_directory, true);
    }
}
