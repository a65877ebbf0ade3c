using System.IO.Compression;
using System.Net;
using System.Net.Sockets;
using System.Text.Json;
using Guard.Host.Commands;
using Guard.Host.Configuration;
using Guard.Host.Inspection;
using Guard.Host.Running;
using Serilog;
using Xunit;

namespace Guard.Host.Tests.Inspection;

/// <summary>A whole node that has read the demo's story, and those who ask it over its socket.</summary>
public sealed class InspectedGuard : IAsyncLifetime
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    /// <summary>Of the demo's log.</summary>
    private static readonly DateTimeOffset LastLine = new(2026, 4, 14, 14, 37, 4, TimeSpan.Zero);

    private readonly List<GuardNode> _nodes = [];
    private readonly List<string> _ports = [];

    public string Directory { get; } = System.IO.Directory.CreateTempSubdirectory("accountguard-inspect").FullName;

    /// <summary>Settings besides those of the demo.</summary>
    public Dictionary<string, string> More { get; } = [];

    internal GuardNode Guard(int node = 0) => _nodes[node];

    public string Socket(int node = 0) => Path.Combine(Directory, $"node{node}.sock");

    public string Node(int node = 0) => _ports[node];

    public async ValueTask InitializeAsync()
    {
        await using (var packed = new GZipStream(File.OpenRead(Path.Combine(Repository.Root, "hocon", "demo", "mail.log.gz")), CompressionMode.Decompress))
        await using (var log = File.Create(Path.Combine(Directory, "mail.log")))
            await packed.CopyToAsync(log);
        await StartAsync($"\"{Directory}/mail.log\"");
        await Eventually.Is(async () =>
            (await RowsAsync(0, "intake")).Single(row => row.GetProperty("kind").GetString() == "log").GetProperty("journaled-to")
                is { ValueKind: JsonValueKind.String } to
            && to.GetDateTimeOffset() == LastLine
        );
    }

    /// <summary>Another node of the cluster that the first one began.</summary>
    public async Task StartAsync(string logs = "")
    {
        var number = _nodes.Count;
        using (var free = new TcpListener(IPAddress.Loopback, 0))
        {
            free.Start();
            _ports.Add($"{free.LocalEndpoint}");
        }
        var loaded = GuardConfiguration.Load(
            Path.Combine(Repository.Root, "hocon", "demo.conf"),
            new Dictionary<string, string>(More)
            {
                ["accountguard.data-directory"] = $"{Directory}/data{number}",
                ["accountguard.inspection.socket"] = Socket(number),
                ["accountguard.cluster.listen"] = _ports[number],
                ["accountguard.intake.logs.files"] = $"[{logs}]",
                ["accountguard.intake.postfix-policy.listen"] = "127.0.0.1:0",
                ["accountguard.intake.auth-policy.listen"] = "off",
                ["accountguard.intake.milter.listen"] = "off",
                ["accountguard.console.listen"] = "off",
                ["accountguard.geo.fetch-default"] = "off",
                ["accountguard.enforcement.firewall.backend"] = "command",
                ["accountguard.enforcement.firewall.block-command"] = "[\"/bin/true\", \"{network}\"]",
                ["accountguard.enforcement.firewall.unblock-command"] = "[\"/bin/true\", \"{network}\"]",
                ["accountguard.enforcement.firewall.exempt"] = "[\"198.51.100.0/24\"]",
                ["akka.cluster.seed-nodes"] = $"[\"akka.tcp://AccountGuard@{_ports[0]}\"]",
                ["petabridge.cmd.port"] = "9111",
            }
        );
        Assert.Empty(loaded.Faults);
        // Two journals: what is asked here needs no common one.
        var settings = loaded.Settings! with
        {
            Cluster = loaded.Settings!.Cluster with { SeparateJournals = true },
        };
        _nodes.Add(await GuardNode.StartAsync(settings, loaded.Akka, new LoggerConfiguration().CreateLogger()));
    }

    public async Task<(string Out, string Errors, int Code)> AskAsync(int node, bool json, params string[] words)
    {
        var (output, errors) = (new StringWriter(), new StringWriter());
        var code = await InspectCommand.AskAsync(new InspectionClient(Socket(node)), words, json ? RowFormat.Ndjson : RowFormat.Text, output, errors, TestContext.Current.CancellationToken);
        return (output.ToString(), errors.ToString(), code);
    }

    /// <summary>The rows as tools get them.</summary>
    public async Task<IReadOnlyList<JsonElement>> RowsAsync(int node, params string[] words)
    {
        var (text, errors, code) = await AskAsync(node, true, words);
        Assert.True(code == 0, errors);
        return [.. text.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => JsonDocument.Parse(line).RootElement)];
    }

    /// <summary>The value of one fact of an account or a site.</summary>
    public async Task<string?> FactAsync(int node, string command, string name, string topic, string item) =>
        (await RowsAsync(node, [.. command.Split(' '), name]))
            .Single(row => row.GetProperty("topic").GetString() == topic && row.GetProperty("item").GetString() == item)
            .GetProperty("value")
            .GetString();

    public async ValueTask DisposeAsync()
    {
        foreach (var node in Enumerable.Reverse(_nodes))
            await node.DisposeAsync();
        System.IO.Directory.Delete(Directory, true);
    }
}
